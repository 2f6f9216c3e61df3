"""A text that a person pastes somewhere we cannot post to ourselves."""

from collections.abc import Mapping
from datetime import datetime

from ...wording.measures import Limits
from ..announcement import Announcement, fitted
from .channel import Post, Sent
from .failures import Rejected
from .kind import Account, Ground, Kind

PASTE = Limits(500, 4000)  # docs.joinmastodon.org/user/posting/#text, the shortest in wide use


class ByHand:
    limits = PASTE
    by_hand = True
    every_version = False

    def check(self) -> None:
        """A person knows whether they can post there."""

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        return Post(text=fitted(announcement, self.limits), picture=announcement.picture)

    def send(self, post: Post, key: str) -> Sent:
        raise Rejected("Somebody puts this one up by hand.")

    def find(self, post: Post, key: str) -> Sent | None:
        """Only a person knows, and ticks it off."""
        return None


def read(fields: Mapping[str, str], ground: Ground) -> Account:
    return Account("", "", {})


def open_account(credentials: Mapping[str, str], ground: Ground) -> ByHand:
    return ByHand()


KIND = Kind(
    word="by_hand",
    name="By hand",
    meaning="You get a text to paste, on Facebook, in WhatsApp, on a notice board. You tick it off.",
    steps=(),
    asks=(),
    read=read,
    open=open_account,
    trial=False,
    posts=False,
)
