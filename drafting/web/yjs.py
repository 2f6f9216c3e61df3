"""Any Yjs client's way in: the y-websocket protocol at `/yjs/<event>/<draft>?token=…`. See docs/protocol.md."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import gevent
from gevent.queue import Queue
from simple_websocket import ConnectionClosed, ConnectionError

from ..config import Limits
from ..drafts import frames
from ..drafts.refusals import NotTaken
from ..drafts.rooms import Rooms
from ..drafts.said import Said
from ..drafts.seat import Seat, Seats
from ..drafts.table import Table
from ..errors import NotFound, Refused
from .pace import Pace
from .wire import Wire

LOG = logging.getLogger(__name__)

PING_S = 25
WAITING_BYTES = 32 * 1024 * 1024  # what a slow reader may leave untaken

GOING_AWAY, POLICY, TRY_LATER, RESTART = 1001, 1008, 1013, 1012  # iana.org/assignments/websocket
CODES = {
    "malformed": 4400, "no_right": 4403, "frozen": 4403, "signed_out": 4403, "expired": 4403, "not_found": 4403,
    "other_epoch": 4409, "foreign_client": 4409, "too_large": 4413, "document_full": 4413,
    "too_fast": POLICY, "busy": TRY_LATER, "not_saved": TRY_LATER, "restart": RESTART, "rights": GOING_AWAY,
}  # fmt: skip
ANSWERED = {"no_right", "frozen"}
"""Edits of those who may not write are answered and not taken; they may go on reading."""


class YjsMember:
    """One y-websocket connection at a table. What it is told is queued, so that a slow one holds nobody up."""

    def __init__(self, wire: Wire, seat: Seat) -> None:
        self.seat = seat
        self._wire = wire
        self._queue: Queue[bytes | None] = Queue()
        self._waiting_bytes = 0
        self._code = 0

    def write(self) -> None:
        """Send what is queued until the connection ends. Runs in a greenlet of its own."""
        try:
            for message in iter(self._queue.get, None):
                self._wire.send(message)
                self._waiting_bytes -= len(message)
        except (ConnectionClosed, OSError):
            pass
        self._wire.close(self._code or None)

    def deliver(self, said: Said) -> None:
        self._waiting_bytes += len(said.message)
        if self._waiting_bytes > WAITING_BYTES:
            self._wire.close(TRY_LATER)
        else:
            self._queue.put(said.message)

    def saved(self, n: int) -> None:
        """This protocol has no word for it."""

    def refuse(self, n: int | None, refusal: NotTaken) -> None:
        if refusal.reason in ANSWERED:
            self.deliver(Said(frames.denied(refusal.message)))
        elif refusal.reason != "gap":
            self.end(refusal.reason)

    def tell(self, news: dict[str, Any]) -> None:
        """Nor for this."""

    def end(self, why: str) -> None:
        self._code = self._code or CODES.get(why, GOING_AWAY)
        self._queue.put(None)


class YjsEndpoint:
    """A WSGI callable for the loop: everything below `/yjs/`."""

    def __init__(self, rooms: Rooms, seats: Seats, limits: Limits) -> None:
        self._rooms = rooms
        self._seats = seats
        self._limits = limits

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
            start_response("426 Upgrade Required", [("Upgrade", "websocket"), ("Content-Type", "text/plain")])
            return [b"This address speaks the y-websocket protocol.\n"]
        try:
            wire = Wire(environ, message_bytes=self._limits.document_bytes + 1024, ping_interval_s=PING_S)
        except (ConnectionError, OSError):
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"This is not a WebSocket handshake.\n"]
        try:
            self._serve(wire, environ)
        finally:
            wire.finish()
        return []

    def _serve(self, wire: Wire, environ: dict[str, Any]) -> None:
        try:
            seat = self._rooms.natively(self._seats.by_token, *_address(environ))
            table = self._rooms.admit(seat)
            member = YjsMember(wire, seat)
            writer = gevent.spawn(member.write)
            table.sit(member)
        except Refused as refused:
            wire.close(CODES.get(refused.reason, POLICY), refused.message[:100])
            return
        try:
            self._listen(wire, member, table)
        except ConnectionClosed:
            pass
        finally:
            table.leave(member)
            member.end("rights")
            writer.join()

    def _listen(self, wire: Wire, member: YjsMember, table: Table) -> None:
        """Take messages until the connection ends."""
        pace = Pace(self._limits.frames_per_s, self._limits.frames_burst, time.monotonic())
        while True:
            data = wire.receive()
            try:
                if not isinstance(data, bytes):
                    raise NotTaken("malformed", "not a binary message")
                wait_s = pace.wait_s(len(data), time.monotonic())
                if wait_s is None:
                    raise NotTaken("too_fast")
                table.hear(member, 0, data)
                gevent.sleep(wait_s)
            except NotTaken as refusal:
                LOG.info("draft %d: frame refused, %s %s", member.seat.draft_id, refusal.reason, refusal.detail)
                member.refuse(None, refusal)


def _address(environ: dict[str, Any]) -> tuple[str, str, str]:
    """Event, draft and token. Raises NotFound for an address of another form."""
    parts = environ.get("PATH_INFO", "").removeprefix("/yjs/").split("/")
    token = parse_qs(environ.get("QUERY_STRING", "")).get("token", [""])[0]
    if len(parts) != 2:
        raise NotFound("There is no text at this address.")
    return parts[0], parts[1], token
