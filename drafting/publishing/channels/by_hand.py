"""A text that a person pastes somewhere we cannot post to ourselves."""

from datetime import datetime

from ...wording.measures import Limits
from ..announcement import Announcement, fitted
from .channel import Post, Sent
from .failures import Rejected

PASTE = Limits(500, 4000)  # docs.joinmastodon.org/user/posting/#text, the shortest in wide use


class ByHand:
    limits = PASTE
    by_hand = True

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        return Post(text=fitted(announcement, self.limits))

    def send(self, post: Post, key: str) -> Sent:
        raise Rejected("Somebody puts this one up by hand.")

    def find(self, post: Post, key: str) -> Sent | None:
        """Only a person knows, and ticks it off."""
        return None
