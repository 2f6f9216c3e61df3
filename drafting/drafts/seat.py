"""A seat at a draft's table: who somebody is to the room, settled once, when they come in."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Seat:
    """What the room may know of a person. `name` is None unless they chose to be named."""

    person_id: int
    name: str | None
    colour: str
    draft_id: int
    epoch: str
    may_write: bool
    strikes: int = 0
    """How often words were struck from the draft in this epoch: a copy that knows of fewer may have them."""

    version: int = 0
    """Number of the newest public version; 0 before the first."""

    @property
    def user(self) -> dict[str, Any]:
        """As others see them beside a cursor."""
        return {"id": self.person_id, "name": self.name, "colour": self.colour}


class Seats(Protocol):
    """Who gives seats. Both are called in native threads and raise Refused."""

    def by_cookie(self, environ: dict[str, Any], auth: Any) -> Seat:
        """For our own page; `auth` is whatever the client sent."""

    def by_token(self, event: str, draft: str, token: str) -> Seat:
        """For any Yjs client."""
