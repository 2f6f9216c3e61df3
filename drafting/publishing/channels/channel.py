"""What every channel does, and what goes in and comes out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ...wording.measures import Limits
from ..announcement import Announcement


@dataclass(frozen=True)
class Post:
    """What is sent: the text as people read it, what stands beside it in words, and the exact body for the wire."""

    text: str
    beside: str = ""
    body: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "beside": self.beside, "body": self.body}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Post":
        return cls(stored["text"], stored["beside"], stored["body"])


@dataclass(frozen=True)
class Sent:
    """Where the post is. `ref` is what a reply to it must name, in the channel's own terms."""

    remote_id: str
    url: str | None = None
    ref: dict[str, str] | None = None


class Channel(Protocol):
    """One connected account. Used by one thread at a time; every call ends within a minute and a half."""

    limits: Limits
    by_hand: bool
    """A person posts it; `send` and `find` are never called."""

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        """What would be sent, without sending it. `thread` is the `ref` of the first post about the same draft."""
        ...

    def send(self, post: Post, key: str) -> Sent:
        """Send it; twice with one key is one post, as far as the other side can tell. Raises Undelivered."""
        ...

    def find(self, post: Post, key: str) -> Sent | None:
        """The post if it is out already, None if it is not or cannot be looked for. Raises Undelivered."""
        ...
