"""The far side of a webhook: a real HTTP server that keeps what it was sent and misbehaves on demand."""

import http.server
import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Message:
    headers: dict[str, str]
    body: bytes
    method: str = "POST"
    path: str = ""


@dataclass
class Receiver:
    """`answers` are used up one by one; when they run out it answers as its handler does."""

    url: str = ""
    messages: list[Message] = field(default_factory=list)
    answers: list[Callable[["Handler"], None]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def kept(self) -> set[str]:
        """What it has after dropping second copies, as the scheme asks of a receiver."""
        return {message.headers["webhook-id"] for message in self.messages}


class Handler(http.server.BaseHTTPRequestHandler):
    """A webhook's: it says 204. Others, that know more, say what they know in `well`."""

    receiver: Receiver

    def do_POST(self) -> None:
        message = self.take()
        answer = self.receiver.answers.pop(0) if self.receiver.answers else lambda handler: handler.well(message)
        with suppress(OSError):
            answer(self)

    do_PATCH = do_POST

    def do_GET(self) -> None:
        self.well(self.take())

    def take(self) -> Message:
        """What is asked, noted."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.messages.append(Message(headers, body, self.command, self.path))
        return self.receiver.messages[-1]

    def well(self, message: Message) -> None:
        status(204)(self)

    def say(self, code: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def status(code: int, **headers: str) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def after_taking_it(answer: Callable[[Handler], None]) -> Callable[[Handler], None]:
    """It has the message, and then answers so instead of well."""

    def late(handler: Handler) -> None:
        said, handler.wfile = handler.wfile, io.BytesIO()
        handler.well(handler.receiver.messages[-1])
        handler.wfile = said
        answer(handler)

    return late


def says_nothing(handler: Handler) -> None:
    """Holds the connection open, silent, until the test is over."""
    handler.receiver.closing.wait(60)


def hangs_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def never_stops_talking(handler: Handler) -> None:
    """200, then a body without end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.end_headers()
    while not handler.receiver.closing.is_set():
        handler.wfile.write(b"x" * 65536)


def drips(handler: Handler) -> None:
    """A header line without end, one byte at a time, so that no single read is ever slow."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.receiver.closing.wait(0.02):
        handler.wfile.write(b"x")


@contextmanager
def listening(
    receiver: Receiver | None = None, handler: type[Handler] = Handler, path: str = "/hook"
) -> Iterator[Receiver]:
    receiver = receiver or Receiver()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (handler,), {"receiver": receiver}))
    receiver.url = f"http://127.0.0.1:{server.server_port}{path}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
