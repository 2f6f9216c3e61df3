"""A bad line for tests: a TCP proxy that passes everything on until it is told to cut, stall, delay or refuse."""

import contextlib
import queue
import socket
import struct
import threading
import time
from collections.abc import Iterator

PIECE_BYTES = 64 * 1024
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST


class Proxy:
    """Stands at `.port` before `target_port`, both on 127.0.0.1. Every act holds from now on and for all connections.

    Safe to use from any thread.
    """

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self._flows = threading.Event()
        self._flows.set()
        self._refuses = False
        self._delay_s = 0.0
        self._lock = threading.Lock()
        self._lines: set[_Line] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Reset every connection that stands; new ones pass."""
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            line.break_off()

    def stall(self) -> None:
        """Nothing passes in either direction and nobody is told: a lost radio link. New calls are taken, in vain."""
        self._flows.clear()

    def lose(self) -> None:
        """Whoever is connected hears nothing more, not even an end; new connections pass: a router forgot them."""
        with self._lock:
            for line in self._lines:
                line.lost = True

    def delay(self, seconds: float) -> None:
        """Everything takes this much longer in each direction."""
        self._delay_s = seconds

    def refuse(self) -> None:
        """New connections are reset at once; those that stand go on."""
        self._refuses = True

    def resume(self) -> None:
        """A good line again: no stall, no delay, no refusal. What was stalled passes now, in order."""
        self._refuses, self._delay_s = False, 0.0
        self._flows.set()

    @property
    def connections(self) -> int:
        """How many stand."""
        with self._lock:
            return len(self._lines)

    def close(self) -> None:
        self._refuses = True
        _reset(self._door)
        self.cut()
        self._flows.set()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except ConnectionAbortedError:  # whoever called has hung up already
                continue
            except OSError:
                return
            if self._refuses:
                _reset(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port))
            except OSError:
                _reset(near)
                continue
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = _Line(near, far)
            with self._lock:
                self._lines.add(line)  # from here on it may be cut at any moment
            for source, sink in ((near, far), (far, near)):
                pieces: Pieces = queue.Queue()
                threading.Thread(target=self._read, args=(source, pieces), daemon=True).start()
                threading.Thread(target=self._write, args=(line, sink, pieces), daemon=True).start()

    def _read(self, source: socket.socket, pieces: "Pieces") -> None:
        piece: bytes | None = b"first"
        while piece:
            try:
                piece = source.recv(PIECE_BYTES)
            except OSError:
                piece = None
            pieces.put((time.monotonic() + self._delay_s, piece))

    def _write(self, line: "_Line", sink: socket.socket, pieces: "Pieces") -> None:
        """An end passes like any other piece: behind what was said before it, and not while the line is stalled."""
        piece: bytes | None = b"first"
        while piece:
            due, piece = pieces.get()
            time.sleep(max(0.0, due - time.monotonic()))
            self._flows.wait()
            if line.lost:
                continue
            try:
                if piece:
                    sink.sendall(piece)
                elif piece is not None:
                    sink.shutdown(socket.SHUT_WR)
            except OSError:
                piece = None
        if piece is None:
            line.break_off()
        with self._lock:
            line.directions -= 1
            if line.directions == 0:
                self._lines.discard(line)
                line.break_off()


Pieces = queue.Queue[tuple[float, bytes | None]]
"""When each may pass, and what: b"" is an orderly end, None a broken one."""


class _Line:
    def __init__(self, *ends: socket.socket) -> None:
        self.ends = ends
        self.lost = False
        self.directions = 2

    def break_off(self) -> None:
        for end in self.ends:
            _reset(end)


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextlib.contextmanager
def bad_line(target_port: int) -> Iterator[Proxy]:
    proxy = Proxy(target_port)
    try:
        yield proxy
    finally:
        proxy.close()
