"""Any Yjs client's way in: the y-websocket protocol at `/yjs/<event>/<draft>?token=…`. See docs/protocol.md."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from ..config import Limits
from ..drafts import frames
from ..drafts.refusals import NotTaken
from ..drafts.rooms import Rooms
from ..drafts.said import Said
from ..drafts.seat import Seat, Seats
from ..drafts.table import Table
from ..errors import NotFound, Refused
from .handshake import NoWebSocket
from .pace import Pace
from .shapes import YJS
from .wire import Wire

LOG = logging.getLogger(__name__)

GOING_AWAY, POLICY, TRY_LATER, RESTART = 1001, 1008, 1013, 1012  # iana.org/assignments/websocket
CODES = {
    "malformed": 4400, "no_right": 4403, "frozen": 4403, "signed_out": 4403, "expired": 4403, "not_found": 4403,
    "other_epoch": 4409, "foreign_client": 4409, "too_large": 4413, "document_full": 4413,
    "busy": TRY_LATER, "not_saved": TRY_LATER, "restart": RESTART, "rights": GOING_AWAY,
}  # fmt: skip
ANSWERED = {"no_right", "frozen"}
"""Edits of those who may not write are answered and not taken; they may go on reading."""


class YjsMember:
    """One y-websocket connection at a table."""

    def __init__(self, wire: Wire, seat: Seat) -> None:
        self.seat = seat
        self._wire = wire

    def deliver(self, said: Said) -> None:
        self._wire.deliver(said, YJS)

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
        self._wire.close(CODES.get(why, GOING_AWAY))


class YjsEndpoint:
    """A WSGI callable for the loop: everything below `/yjs/`."""

    def __init__(self, rooms: Rooms, seats: Seats, limits: Limits) -> None:
        self._rooms = rooms
        self._seats = seats
        self._limits = limits

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        limits = self._limits
        try:
            pace = Pace(limits.frames_per_s, limits.frames_burst, time.monotonic())
            wire = Wire(environ, limits, limits.document_bytes + 1024, pace)
        except NoWebSocket as request:
            return request.answer(start_response)
        try:
            self._serve(wire, environ)
        finally:
            wire.finish()
        return []

    def _serve(self, wire: Wire, environ: dict[str, Any]) -> None:
        turn = self._rooms.turn
        try:
            seat = self._rooms.natively(self._seats.by_token, *_address(environ))
            table = self._rooms.admit(seat)
            member = YjsMember(wire, seat)
            self._rooms.sit(table, member, turn)
        except Refused as refused:
            wire.close(CODES.get(refused.reason, POLICY), refused.message[:100])
            return
        except Exception:  # a database that is away must not leave the client without an answer
            LOG.exception("somebody could not be let in")
            wire.close(TRY_LATER, "The server could not open this text.")
            return
        try:
            for message in wire.messages():
                self._hear(table, member, message)
        finally:
            table.leave(member)

    def _hear(self, table: Table, member: YjsMember, message: bytes | str) -> None:
        try:
            if not isinstance(message, bytes):
                raise NotTaken("malformed", "not a binary message")
            table.hear(member, 0, message)
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
