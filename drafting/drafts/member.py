"""One connection as a table sees it."""

import logging
from collections.abc import Iterable
from typing import Any, Protocol

from .refusals import NotTaken
from .said import Said
from .seat import Seat

LOG = logging.getLogger(__name__)


class Member(Protocol):
    """Hashable by identity. No method may block or raise: each hands over and returns."""

    @property
    def seat(self) -> Seat: ...

    def deliver(self, said: Said) -> None:
        """One y-protocols message; the same object goes to everybody."""

    def saved(self, n: int) -> None:
        """Everything this connection sent up to frame `n` is on disk."""

    def refuse(self, n: int | None, refusal: NotTaken) -> None:
        """Frame `n` was not taken."""

    def tell(self, news: dict[str, Any]) -> None:
        """Something happened to the draft."""

    def end(self, why: str) -> None:
        """Close the connection: `not_saved`, `restart` or `rights`. The client comes back and synchronises."""


def send_away(members: Iterable[Member], why: str) -> None:
    """End all of these, also if one of them breaks its word and raises."""
    for member in list(members):
        try:
            member.end(why)
        except Exception:
            LOG.exception("a connection could not be ended")
