"""An edit that a page makes for a person, as a member that never sits down. Pages wait for it in native threads."""

from concurrent.futures import Future
from typing import Any

from .journal import Also
from .refusals import NotTaken
from .said import Said
from .seat import Seat


class PageEdit:
    """`done` is set when the edit is on disk, or to why it was refused."""

    def __init__(self, draft_id: int, person_id: int, also: Also | None = None) -> None:
        """`also`: what becomes true in the transaction that writes the edit."""
        self.also = also
        self.seat = Seat(person_id, name=None, colour="", draft_id=draft_id, epoch="", may_write=True)
        self.done: Future[None] = Future()

    def saved(self, n: int) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def refuse(self, n: int | None, refusal: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(refusal)

    def deliver(self, said: Said) -> None:
        """A page shows the text when it is asked for again."""

    def tell(self, news: dict[str, Any]) -> None:
        """Likewise."""

    def end(self, why: str) -> None:
        self.refuse(None, NotTaken("not_saved"))
