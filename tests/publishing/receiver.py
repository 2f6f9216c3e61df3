"""The far side of a webhook: a real HTTP server that keeps what it was sent and misbehaves on demand."""

import http.server
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


@dataclass
class Receiver:
    """`answers` are used up one by one; when they run out it answers 204."""

    url: str = ""
    messages: list[Message] = field(default_factory=list)
    answers: list[Callable[["Handler"], None]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def kept(self) -> set[str]:
        """What it has after dropping second copies, as the scheme asks of a receiver."""
        return {message.headers["webhook-id"] for message in self.messages}


class Handler(http.server.BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        answer = self.receiver.answers.pop(0) if self.receiver.answers else status(204)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.messages.append(Message(headers, body))
        with suppress(OSError):
            answer(self)

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
def listening() -> Iterator[Receiver]:
    receiver = Receiver()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Handler,), {"receiver": receiver}))
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
