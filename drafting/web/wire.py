"""WebSockets on the loop, under Socket.IO and `/yjs/` alike: `simple_websocket` with three gaps closed.

A frame is sent whole, also to a slow reader, and never mixed with another; and no more is read than somebody takes.
"""

import socket
from collections.abc import Callable, Iterable
from typing import Any

import gevent
import gevent.event
import gevent.selectors
from engineio.async_drivers.gevent import Thread
from gevent.lock import RLock
from simple_websocket import ConnectionClosed, Server

READ_BYTES = 64 * 1024
GOODBYE_S = 2
WAITING_MESSAGES = 64
WAITING_BYTES = 1024 * 1024


class _WholeSends:
    """A socket whose `send` sends everything, one caller after another."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._turn = RLock()

    def send(self, data: bytes) -> int:
        with self._turn:
            self._sock.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        received: bytes = self._sock.recv(size)
        return received

    def fileno(self) -> int:
        number: int = self._sock.fileno()
        return number

    def close(self) -> None:
        """Also for the server's own copy of the socket, lest it write an HTTP answer after the last frame."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was first
        self._sock.close()


class _Inbox(list[bytes | str]):
    """Messages that were read and not taken. Whoever reads the socket waits here while there are too many."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = 0
        self._closed = False
        self._space = gevent.event.Event()
        self._space.set()

    def append(self, message: bytes | str) -> None:
        if self._closed:
            return
        super().append(message)
        self._bytes += len(message)
        self._look()

    def pop(self, index: Any = -1) -> bytes | str:
        message = super().pop(index)
        self._bytes -= len(message)
        self._look()
        return message

    def wait(self) -> None:
        self._space.wait()

    def close(self) -> None:
        """Nobody takes messages any more; let the reader go."""
        self._closed = True
        self.clear()
        self._space.set()

    def _look(self) -> None:
        if len(self) < WAITING_MESSAGES and self._bytes < WAITING_BYTES:
            self._space.set()
        else:
            self._space.clear()


class Wire(Server):
    """One WebSocket. `receive`, `send` and `close` are those of simple_websocket; they raise ConnectionClosed."""

    sock: Any

    def __init__(self, environ: dict[str, Any], *, message_bytes: int, ping_interval_s: int | None = None) -> None:
        self._inbox = _Inbox()
        self._closed = False
        # Uncompressed: the same bytes go to everybody in a room, and nobody can send a bomb.
        plain = {name: value for name, value in environ.items() if name != "HTTP_SEC_WEBSOCKET_EXTENSIONS"}
        super().__init__(
            plain,
            receive_bytes=READ_BYTES,
            ping_interval=ping_interval_s,
            max_message_size=message_bytes,
            thread_class=Thread,
            event_class=gevent.event.Event,
            selector_class=gevent.selectors.DefaultSelector,
        )

    def handshake(self) -> None:
        self.sock = _WholeSends(self.sock)
        self.input_buffer = self._inbox
        super().handshake()

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        try:
            super().close(reason, message)
        except (ConnectionClosed, OSError):
            self.connected = False
        finally:
            self._closed = True
            self._inbox.close()
            self.event.set()

    def finish(self) -> None:
        """Close, and wait for the other side's last word, lest the HTTP server take it for a request."""
        self.close()
        self.thread.join(GOODBYE_S)
        self.sock.close()

    def _handle_events(self) -> bool:
        going_on: bool = super()._handle_events()
        self._inbox.wait()
        return going_on and not self._closed


class SocketIoWire:
    """The same for engineio, which asks its driver for a class with these methods."""

    message_bytes = 0

    def __init__(self, handler: Callable[["SocketIoWire"], object], _server: object) -> None:
        self._handler = handler

    def __call__(self, environ: dict[str, Any], _start_response: object) -> Iterable[bytes]:
        self.environ = environ
        self._wire = Wire(environ, message_bytes=self.message_bytes)
        try:
            self._handler(self)
        finally:
            self._wire.finish()
        return []

    def send(self, message: bytes | str) -> None:
        try:
            self._wire.send(message)
        except ConnectionClosed as error:
            raise OSError("closed") from error

    def wait(self) -> bytes | str | None:
        try:
            message: bytes | str | None = self._wire.receive()
        except ConnectionClosed:
            return None
        return message

    def close(self) -> None:
        self._wire.close()


def socket_io_wire(message_bytes: int) -> type[SocketIoWire]:
    """The driver class for messages up to this size."""
    return type("SizedSocketIoWire", (SocketIoWire,), {"message_bytes": message_bytes})
