"""Who is here and where their cursors are. What others see of a person comes from their seat, not from them.

Clocks of the entries are ours: an entry that was taken away and comes back must look newer than its removal.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from . import frames
from .frames import Entry
from .refusals import NotTaken
from .said import Said
from .seat import Seat
from .varints import GREATEST

LAST_CLOCK = 2**31  # far from where counting on would leave what JavaScript can count

M = TypeVar("M")


@dataclass
class _Place:
    seat: Seat
    client: int
    heard: int
    """Their clock: what is not newer than this is an echo."""
    cursor: dict[str, Any] | None


class Presence(Generic[M]):
    """The awareness of one room; `M` is whatever stands for a connection. Not thread-safe; does no I/O."""

    def __init__(self, limit_bytes: int, owner: Callable[[int], int | None]) -> None:
        """`owner`: the person to whom a client id belongs, or None."""
        self._limit_bytes = limit_bytes
        self._owner = owner
        self._places: dict[M, _Place] = {}
        self._holders: dict[int, M] = {}
        self._clocks: dict[int, int] = {}
        self._changed: set[int] = set()

    def hear(self, member: M, seat: Seat, body: bytes) -> None:
        """Take what `member` says of itself; what it repeats about others is dropped. Raises NotTaken."""
        for entry in frames.parse_awareness(body):
            if self._is_own(member, seat, entry):
                if entry.size > self._limit_bytes:
                    raise NotTaken("too_large", "awareness")
                self._place(member, seat, entry)

    def leave(self, member: M) -> None:
        place = self._places.pop(member, None)
        if place is not None and self._holders.get(place.client) == member:
            del self._holders[place.client]
            self._changed.add(place.client)

    def holder(self, client: int) -> int | None:
        """The person who is here with this client id."""
        member = self._holders.get(client)
        return None if member is None else self._places[member].seat.person_id

    def others(self, member: M) -> bytes | None:
        """A frame about all but `member`, for somebody who has just come (back); None if nobody else is here.

        A returning browser knows the old clocks and would pass over them, so it gets new ones.
        """
        clients = [client for client, holder in self._holders.items() if holder != member]
        return frames.awareness([self._next_entry(client) for client in clients]) if clients else None

    def take(self, members: Iterable[M]) -> dict[M, Said]:
        """What changed since the last call: a frame for each of `members`, without what it said itself."""
        changed, self._changed = self._changed, set()
        if not changed:
            return {}
        entries = {client: self._next_entry(client) for client in changed}
        shared = Said(frames.awareness(entries.values()))
        told: dict[M, Said] = {}
        for member in members:
            place = self._places.get(member)
            if place is None or place.client not in entries:
                told[member] = shared
            elif len(entries) > 1:
                told[member] = Said(frames.awareness(e for client, e in entries.items() if client != place.client))
        return told

    @property
    def quiet(self) -> bool:
        return not self._changed

    def _is_own(self, member: M, seat: Seat, entry: Entry) -> bool:
        if entry.client > GREATEST or entry.clock > LAST_CLOCK:
            return False
        place = self._places.get(member)
        if place is not None:
            return place.client == entry.client and entry.clock > place.heard
        mine = (None, seat.person_id)
        return entry.state is not None and self.holder(entry.client) in mine and self._owner(entry.client) in mine

    def _place(self, member: M, seat: Seat, entry: Entry) -> None:
        if entry.state is None:
            self.leave(member)
            return
        cursor = _cursor(entry.state.get("cursor"))
        self._places[member] = _Place(seat, entry.client, entry.clock, cursor)
        self._holders[entry.client] = member
        self._changed.add(entry.client)

    def _next_entry(self, client: int) -> Entry:
        member = self._holders.get(client)
        heard = 0 if member is None else self._places[member].heard
        self._clocks[client] = max(heard, self._clocks.get(client, 0) + 1)
        return self._entry(client)

    def _entry(self, client: int) -> Entry:
        member = self._holders.get(client)
        if member is None:
            return Entry(client, self._clocks[client], None)
        place = self._places[member]
        return Entry(client, self._clocks[client], {"user": place.seat.user, "cursor": place.cursor})


def _cursor(said: Any) -> dict[str, Any] | None:
    """A selection as y-codemirror says it, and nothing else; None for what is not one."""
    if not isinstance(said, dict):
        return None
    anchor, head = _position(said.get("anchor")), _position(said.get("head"))
    return None if anchor is None or head is None else {"anchor": anchor, "head": head}


def _position(said: Any) -> dict[str, Any] | None:
    """A relative position: after or before one character of the text, or at an end of it."""
    if not isinstance(said, dict):
        return None
    position: dict[str, Any] = {"type": None, "tname": None, "item": None, "assoc": 0}
    if said.get("tname") == "content":
        position["tname"] = "content"
    if type(said.get("assoc")) is int and abs(said["assoc"]) <= 1:
        position["assoc"] = said["assoc"]
    item = said.get("item")
    if isinstance(item, dict):
        client, clock = item.get("client"), item.get("clock")
        if not all(type(number) is int and 0 <= number <= GREATEST for number in (client, clock)):
            return None
        position["item"] = {"client": client, "clock": clock}
    return position if position["item"] or position["tname"] else None
