"""One WebSocket on the loop, under Socket.IO and `/yjs/` alike; see docs/decisions/0009.

Frames are read by the library `websockets`, but for those of single keystrokes. What is said is written straight to the
socket, without a greenlet of its own; a slow reader's frames wait, and nobody else does.
"""

import logging
import time
from collections.abc import Iterator
from typing import Any, cast

import gevent
from gevent.hub import Waiter
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import State

from ..config import Limits
from ..drafts.said import Said
from . import handshake
from .outgoing import Outgoing
from .pace import Pace
from .shapes import Shape
from .shortframes import HEAD_BYTES, Edges, short

LOG = logging.getLogger(__name__)

READABLE = 1  # libev's EV_READ
READ_BYTES = 64 * 1024
SLICE_BYTES = 2 * 1024  # what is parsed in one go: a read may hold ten thousand empty frames
TURN_S = 0.002  # how long one connection may hold the loop
PINGED_AT, GONE_AT = 1, 3  # silent beats
GOODBYE_S = 2
DATA = (Opcode.BINARY, Opcode.TEXT, Opcode.CONT)


class Wire:
    """`write` takes whole frames, see `shapes`. To be used on the loop; `messages` and `finish` by one greenlet."""

    def __init__(self, environ: dict[str, Any], limits: Limits, message_bytes: int, pace: Pace) -> None:
        """Shakes hands. Raises NoWebSocket. `message_bytes`: the most in one message; `pace`: how fast frames come."""
        self._protocol, answer = handshake.accept(environ, message_bytes)
        self.deflates = handshake.deflates(self._protocol)
        self.over = False
        """Whether the end was said by either side, or the connection is gone."""
        self._pace = pace
        self._edges = Edges()
        self._parts, self._is_text = bytearray(), False
        self._waiter: Waiter[bool] | None = None
        self._gone = False
        self._heard, self._silent_beats, self._turn_began = True, 0, 0.0
        self._stream, self._sock, self._early = handshake.socket_below(environ)
        self._loop = gevent.get_hub().loop
        self._readable = self._loop.io(self._sock.fileno(), READABLE)
        self._outgoing = Outgoing(self._sock, limits.unread_bytes, too_slow=self._cut_off, lost=self._lose)
        self.write = self._outgoing.write
        self.write(answer)
        self._heart = self._loop.timer(limits.silence_s / GONE_AT, limits.silence_s / GONE_AT)
        self._heart.start(self._beat)

    def messages(self) -> Iterator[bytes | str]:
        """What the other side says, until either side has ended it."""
        while data := self._read():
            self._turn_began, at = time.monotonic(), 0
            while self._edges.between and self._protocol.current_size is None:
                said = short(data, at)
                if said is None:
                    break
                yield said
                if self.over:
                    return
                at += HEAD_BYTES + len(said)
                self._keep_pace(len(said))
            if at < len(data):
                yield from self._parsed(data[at:] if at else data)
            if self.over:
                return

    def _parsed(self, data: bytes) -> Iterator[bytes | str]:
        """What the library reads in it."""
        self._edges.follow(data)
        for start in range(0, len(data), SLICE_BYTES):
            self._protocol.receive_data(data[start : start + SLICE_BYTES])
            for frame in self._protocol.events_received():
                message = self._joined(cast(Frame, frame))
                if message is not None:
                    yield message
                if self.over:
                    return
                self._keep_pace(len(cast(Frame, frame).data))
            self._answer()
            if self.over:
                return

    def deliver(self, said: Said, shape: Shape) -> None:
        """Write what everybody in a room is told. Never waits."""
        self.write(shape.of(said, deflates=self.deflates))

    def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Say goodbye behind what waits, once. Does not wait for an answer."""
        if self.over:
            return
        if self._protocol.state is State.OPEN:  # a close frame may have been read ahead of what is still being paced
            self._protocol.send_close(code, reason)
        self._answer()

    def finish(self) -> None:
        """Give the other side time to hear the last word, then close the socket."""
        self.close()
        with gevent.Timeout(GOODBYE_S, False):
            while not self._gone and self._receive():
                pass
        self._outgoing.stop()
        self._heart.stop()
        self._stream.close()
        self._sock.close()

    def _read(self) -> bytes:
        """What came in; b"" when nothing more is wanted."""
        if self.over:
            return b""
        early, self._early = self._early, b""
        return early or self._receive()

    def _receive(self) -> bytes:
        """What comes in next; b"" when nothing more does, or when woken. Each call lets others have their turn."""
        self._waiter = waiter = Waiter()
        self._readable.start(waiter.switch, True)
        try:
            if not waiter.get():
                return b""
            data: bytes = self._sock.recv(READ_BYTES)
        except OSError:
            self._gone = True
            return b""
        finally:
            self._waiter = None
            self._readable.stop()
        self._heard = True
        return data

    def _joined(self, frame: Frame) -> bytes | str | None:
        """The message that this frame completes, if it does."""
        if frame.opcode not in DATA:
            return None
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
            if frame.fin:
                return self._read_as_said(bytes(frame.data))
        self._parts += frame.data
        if not frame.fin:
            return None
        whole, self._parts = bytes(self._parts), bytearray()
        return self._read_as_said(whole)

    def _read_as_said(self, data: bytes) -> bytes | str | None:
        try:
            return data.decode() if self._is_text else data
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA, "not UTF-8")
            self._answer()
            return None

    def _keep_pace(self, size: int) -> None:
        """Read nothing more for as long as the pace says, and let others have their turn."""
        now = time.monotonic()
        wait_s = self._pace.wait_s(size, now)
        if wait_s or now - self._turn_began > TURN_S:
            gevent.sleep(wait_s)
            self._heard, self._turn_began = True, time.monotonic()

    def _answer(self) -> None:
        """Write what the protocol has to say, and note when it has said its last."""
        for data in self._protocol.data_to_send():
            if data:
                self.write(data)
        if self._protocol.state is not State.OPEN:
            self._outgoing.end()
            self._finish_reading()

    def _finish_reading(self) -> None:
        self.over = True
        if self._waiter is not None:
            self._loop.run_callback(self._waiter.switch, False)

    def _cut_off(self) -> None:
        LOG.info("a reader was too slow and may come back")
        self._outgoing.forget()
        self.close(CloseCode.TRY_AGAIN_LATER, "too slow a reader")

    def _lose(self) -> None:
        self._gone = True
        self._finish_reading()

    def _beat(self) -> None:
        """Ping who has been silent; let go of who does not answer. Taking what waits is an answer too."""
        if self._heard or self._outgoing.moving:
            self._heard = self._outgoing.moving = False
            self._silent_beats = 0
            return
        self._silent_beats += 1
        if self._silent_beats == PINGED_AT and self._protocol.state is State.OPEN:
            self._protocol.send_ping(b"")
            self._answer()
        elif self._silent_beats >= GONE_AT:
            self._lose()
