"""Our own page's way in: Socket.IO, one connection for one draft in one tab. See docs/protocol.md.

The handlers are those of the underlying python-socketio server, called in the connection's own greenlet, so that the
frames of one client stay in order and a client that is too fast is simply read more slowly.
"""

import json
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
from engineio.payload import Payload
from flask_socketio import SocketIO
from socketio import Server
from socketio.exceptions import ConnectionRefusedError
from socketio.packet import Packet

from ..config import Limits
from ..drafts.refusals import NotTaken
from ..drafts.rooms import Rooms
from ..drafts.said import Said
from ..drafts.seat import Seat, Seats
from ..drafts.table import Table
from ..errors import Busy, Refused
from .enginewire import EngineWires
from .pace import Pace
from .shapes import SOCKET_IO, text

LOG = logging.getLogger(__name__)

REASONS = {"signed_out", "csrf", "no_draft", "no_right", "other_epoch", "busy"}
OTHER_WORDS = {"not_found": "no_draft", "expired": "signed_out", "stale": "other_epoch"}
PASSING = {"busy"}  # what may be otherwise in a moment
MOST_ATTACHMENTS = 1


class SmallPacket(Packet):
    """A packet with at most one frame: python-socketio keeps as many as are announced, until the last has come."""

    def decode(self, encoded_packet: str) -> int:
        announced: int = super().decode(encoded_packet)
        if announced > MOST_ATTACHMENTS:
            raise ValueError("too many attachments")
        return announced


class SocketMember:
    """One Socket.IO connection at a table.

    What it is told goes straight to its WebSocket where it has one, and else by way of python-socketio.
    """

    def __init__(
        self,
        server: Server,
        wires: EngineWires,
        sid: str,
        seat: Seat,
        table: Table,
        limits: Limits,
        sit: Callable[["SocketMember"], None],
    ) -> None:
        """`sit` lets this member in at `table`; raises Refused."""
        self.seat = seat
        self.table = table
        self.joined = False
        self._sit = sit
        self._over = False
        self._server = server
        self._wires = wires
        self._sid = sid
        self._limits = limits
        self._pace = Pace(limits.frames_per_s, limits.frames_burst, time.monotonic())
        self._connection: Any = server.eio.sockets[server.manager.eio_sid_from_sid(sid, "/")]
        self._unread = 0

    def greet(self) -> None:
        """Say welcome and sit down. Runs just after the connection was confirmed to the client."""
        if self._over:
            return
        seat, limits = self.seat, self._limits
        self._say("welcome", {
            "epoch": seat.epoch, "person": seat.user, "may_write": seat.may_write,
            "frame_limit_bytes": limits.frame_bytes, "strikes": seat.strikes,
            "version": seat.version,
        })  # fmt: skip
        try:
            self._sit(self)
        except Refused:
            self.end("restart")
        else:
            self.joined = True

    def hear(self, n: Any, data: Any) -> None:
        """One `y` event."""
        number = n if type(n) is int and n >= 0 else None
        try:
            if number is None or not isinstance(data, bytes):
                raise NotTaken("malformed", "not a numbered frame")
            if not self.joined:
                raise NotTaken("not_joined")
            if self._wires.clear(self._connection) is None:
                self._slow_down(len(data))
            self.table.hear(self, number, data)
        except NotTaken as refusal:
            LOG.info("draft %d: frame refused, %s %s", self.seat.draft_id, refusal.reason, refusal.detail)
            self.refuse(number or None, refusal)

    def leave(self) -> None:
        self.joined, self._over = False, True
        self.table.leave(self)

    def deliver(self, said: Said) -> None:
        wire = self._wires.clear(self._connection)
        if wire is None:
            self._emit("y", said.message)
        elif not self._over:
            wire.deliver(said, SOCKET_IO)

    def saved(self, n: int) -> None:
        if n:
            self._say("saved", n)

    def refuse(self, n: int | None, refusal: NotTaken) -> None:
        self._say("refused", {
            "frame": n, "reason": refusal.reason, "message": refusal.message, "final": refusal.final,
        })  # fmt: skip

    def tell(self, news: dict[str, Any]) -> None:
        self._say("news", {"url": None, "version": None, **news})

    def end(self, why: str) -> None:
        self.joined = False
        if self._over:
            return
        self._over = True
        gevent.spawn(self._server.disconnect, self._sid)  # it waits until what was said has been sent

    def _slow_down(self, size: int) -> None:
        """A connection that polls cannot be read less often: others of its requests go on."""
        if not self._pace.allows(size, time.monotonic()):
            raise NotTaken("too_fast")
        gevent.sleep(self._pace.wait_s(size, time.monotonic()))

    def _say(self, event: str, said: Any) -> None:
        wire = self._wires.clear(self._connection)
        if wire is None:
            self._emit(event, said)
        elif not self._over:
            wire.write(text(f"42{json.dumps([event, said])}"))

    def _emit(self, event: str, said: Any) -> None:
        if self._over:
            return
        if not self._connection.queue.unfinished_tasks:
            self._unread = 0
        self._unread += len(said) if isinstance(said, bytes) else 0
        if self._unread > self._limits.unread_bytes:
            self.end("slow")
        else:
            self._server.emit(event, said, to=self._sid)


class _Door:
    """The three events of a connection."""

    def __init__(self, server: Server, wires: EngineWires, rooms: Rooms, seats: Seats, limits: Limits) -> None:
        self._server = server
        self._wires = wires
        self._rooms = rooms
        self._seats = seats
        self._limits = limits
        self._members: dict[str, SocketMember] = {}

    def connect(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        turn = self._rooms.turn
        try:
            seat = self._rooms.natively(self._seats.by_cookie, environ, auth)
            table = self._rooms.admit(seat)
        except Refused as refused:
            raise _not_let_in(refused) from refused
        except Exception as error:  # python-socketio would leave the client without an answer
            LOG.exception("somebody could not be let in")
            raise _not_let_in(Busy("The server could not open this text. Please try again soon.")) from error
        sit = partial(self._rooms.sit, table, turn=turn)
        member = SocketMember(self._server, self._wires, sid, seat, table, self._limits, sit)
        self._members[sid] = member
        gevent.spawn(member.greet)

    def hear(self, sid: str, n: Any = None, data: Any = None, *_more: Any) -> None:
        member = self._members.get(sid)
        if member is not None:
            member.hear(n, data)

    def disconnect(self, sid: str, _reason: Any = None) -> None:
        member = self._members.pop(sid, None)
        if member is not None:
            member.leave()


def register(socketio: SocketIO, rooms: Rooms, seats: Seats, limits: Limits) -> None:
    """Let our own page in through `socketio` (async_mode "gevent", async_handlers False)."""
    server: Server = socketio.server
    largest = limits.document_bytes + 1024
    wires = EngineWires(limits, largest)
    door = _Door(server, wires, rooms, seats, limits)
    server.on("connect", door.connect)
    server.on("y", door.hear)
    server.on("disconnect", door.disconnect)
    server.eio.max_http_buffer_size = largest * 4 // 3 + 1024  # in base64 where it is polled for
    server.eio.ping_timeout = limits.silence_s  # a ping waits behind what a slow line has not taken
    server.eio._async = {**server.eio._async, "websocket": wires}  # its only way to another driver
    Payload.max_decode_packets = 2 * limits.frames_burst  # a page behind long-polling sends two packets for each frame
    server.packet_class = SmallPacket
    _cut_off_the_unreadable(server)
    _turn_out_the_silent(server, limits)


def _cut_off_the_unreadable(server: Server) -> None:
    """Close connections that send what is no packet; engineio would only log it and go on reading."""
    take = server.eio.handlers["message"]

    def hear(eio_sid: str, data: str | bytes) -> None:
        try:
            take(eio_sid, data)
        except Exception as error:  # also of a handler of ours: the client comes back and synchronises
            LOG.warning("a connection is cut off: %s", type(error).__name__, exc_info=not isinstance(error, ValueError))
            gevent.spawn(server.eio.disconnect, eio_sid)

    server.eio.on("message", hear)


def _turn_out_the_silent(server: Server, limits: Limits) -> None:
    """Close connections that have not said which draft they want."""
    let_in = server.eio.handlers["connect"]

    def watch(eio_sid: str, environ: dict[str, Any]) -> Any:
        gevent.spawn_later(limits.connect_timeout_s, turn_out, eio_sid)
        return let_in(eio_sid, environ)

    def turn_out(eio_sid: str) -> None:
        if eio_sid in server.eio.sockets and server.manager.sid_from_eio_sid(eio_sid, "/") is None:
            server.eio.disconnect(eio_sid)

    server.eio.on("connect", watch)


def _not_let_in(refused: Refused) -> ConnectionRefusedError:
    reason = OTHER_WORDS.get(refused.reason, refused.reason)
    if reason not in REASONS:
        reason = "busy"
    return ConnectionRefusedError(
        refused.message, {"reason": reason, "message": refused.message, "final": reason not in PASSING}
    )
