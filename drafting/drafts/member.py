"""One connection as a table sees it."""

from typing import Any, Protocol

from .refusals import NotTaken
from .said import Said
from .seat import Seat


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
