"""What goes out to one connection: whole frames in order, written at once where the kernel takes them."""

import socket
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any

import gevent

WRITABLE = 2  # libev's EV_WRITE
FRAMES_AT_ONCE = 64


class Outgoing:
    """Never blocks its caller; to be used on the loop only. What the kernel does not take waits here, up to a limit."""

    def __init__(self, sock: Any, unread_bytes: int, *, too_slow: Callable[[], None], lost: Callable[[], None]) -> None:
        """`too_slow` is called when more than `unread_bytes` wait, `lost` when the connection is gone."""
        self.moving = False
        """Set when something that waited was taken; whoever asks sets it back."""
        self._sock = sock
        self._send = sock._sock.send  # gevent's own would wait where the kernel takes nothing
        self._limit = unread_bytes
        self._too_slow, self._lost = too_slow, lost
        self._waiting: deque[bytes | memoryview] = deque()
        self._unread = 0
        self._ended = False
        self._writable = gevent.get_hub().loop.io(sock.fileno(), WRITABLE)

    def write(self, frame: bytes) -> None:
        """Nothing is written after `end`."""
        if self._ended:
            return
        if self._waiting:
            self._wait(frame)
            return
        try:
            sent = self._send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.stop()
            self._lost()
            return
        if sent < len(frame):
            self._wait(memoryview(frame)[sent:] if sent else frame)
            self._writable.start(self._drain)

    def forget(self) -> None:
        """Leave out what waits, but for the end of a frame that was begun."""
        begun = self._waiting[0] if self._waiting and isinstance(self._waiting[0], memoryview) else None
        self._waiting.clear()
        self._unread = 0
        if begun is not None:
            self._waiting.append(begun)
            self._unread = len(begun)

    def end(self) -> None:
        """Say no more; the other side hears of it behind what waits."""
        if not self._ended:
            self._ended = True
            if not self._waiting:
                self._half_close()

    def stop(self) -> None:
        """Let go of the socket, before it is closed."""
        self._ended = True
        self._waiting.clear()
        self._writable.stop()

    def _wait(self, data: bytes | memoryview) -> None:
        self._waiting.append(data)
        self._unread += len(data)
        if self._unread > self._limit:
            self._too_slow()

    def _drain(self) -> None:
        try:
            sent = self._sock.sendmsg(list(islice(self._waiting, FRAMES_AT_ONCE)))
        except BlockingIOError:
            return
        except OSError:
            self.stop()
            self._lost()
            return
        self.moving = True
        self._unread -= sent
        while sent:
            first = self._waiting.popleft()
            if sent < len(first):
                self._waiting.appendleft(memoryview(first)[sent:])
                break
            sent -= len(first)
        if not self._waiting:
            self._writable.stop()
            if self._ended:
                self._half_close()

    def _half_close(self) -> None:
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other side was first
