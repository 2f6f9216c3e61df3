"""A WebSocket client that says any bytes, also what no library would say."""

import socket
import struct
from types import TracebackType

from tests.patience import PATIENCE

KEY = "AAAAAAAAAAAAAAAAAAAAAA=="
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(opcode: int, data: bytes = b"", *, fin: bool = True, bits: int = 0, masked: bool = True) -> bytes:
    """One frame as a client sends it. The mask is of zeros; `bits` are the reserved ones, 4 is the first."""
    length = len(data)
    small = length if length < 126 else 126 if length < 65536 else 127
    start = bytes((fin << 7 | bits << 4 | opcode, masked << 7 | small))
    stated = {126: struct.pack("!H", length & 0xFFFF), 127: struct.pack("!Q", length)}.get(small, b"")
    return start + stated + b"\0" * 4 * masked + data


class Raw:
    """One connection. `path` with its query; `deflate` offers compression; `early` comes along with the request."""

    def __init__(
        self, port: int, path: str, *, deflate: bool = False, receive_bytes: int = 0, early: bytes = b""
    ) -> None:
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(15 * PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self._buffer = b""
        offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if deflate else ""
        self.say(
            f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n{offer}\r\n".encode()
            + early
        )
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        self.answer, _, self._buffer = self._buffer.partition(b"\r\n\r\n")

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.socket.close()

    def say(self, data: bytes) -> None:
        self.socket.sendall(data)

    def hears(self) -> tuple[int, bytes]:
        """The next frame: its first byte and what it holds. Raises EOFError where nothing more comes."""
        while True:
            length, start = self._stated()
            if start and len(self._buffer) >= start + length:
                whole, self._buffer = self._buffer[: start + length], self._buffer[start + length :]
                return whole[0], whole[start:]
            self._more()

    def closed_with(self) -> int:
        """The code with which the server closes, past everything else that it says; 0 if it gives none."""
        while True:
            first, data = self.hears()
            if first == 128 | CLOSE:
                return int.from_bytes(data[:2])

    def is_cut(self) -> bool:
        """Whether the server ends the connection, whatever it says before."""
        try:
            while True:
                self.hears()
        except (EOFError, ConnectionError):
            return True
        except TimeoutError:
            return False

    def _stated(self) -> tuple[int, int]:
        """The length of the frame in front, and where its data starts; zeros while that is not known."""
        buffer = self._buffer
        small = buffer[1] & 127 if len(buffer) > 1 else 0
        start = {126: 4, 127: 10}.get(small, 2)
        if len(buffer) < start:
            return 0, 0
        return (small if start == 2 else int.from_bytes(buffer[2:start])), start

    def _more(self) -> None:
        data = self.socket.recv(1 << 20)
        if not data:
            raise EOFError
        self._buffer += data
