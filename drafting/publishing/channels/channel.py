"""What every channel does, and what goes in and comes out."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from ...wording.measures import Limits
from ..announcement import Announcement
from ..pictures import Picture


@dataclass(frozen=True)
class Post:
    """What is sent: the text as people read it, what stands beside it in words, the exact body for the wire, and the
    picture if there is one.
    """

    text: str
    beside: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    picture: Picture | None = None

    def as_json(self) -> dict[str, Any]:
        picture = asdict(self.picture) if self.picture else None
        return {"text": self.text, "beside": self.beside, "body": self.body, "picture": picture}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Post":
        picture = Picture(**stored["picture"]) if stored["picture"] else None
        return cls(stored["text"], stored["beside"], stored["body"], picture)


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

    every_version: bool
    """A program is told of each; people only of what they would notice."""

    def check(self) -> None:
        """Try the account without posting. Raises Undelivered with the reason in words."""
        ...

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        """What would be sent, without sending it. `thread` is the `ref` of the first post about the same draft;
        for a correction also, after `parent_`, the one of what it corrects.
        """
        ...

    def send(self, post: Post, key: str) -> Sent:
        """Send it; twice with one key is one post, as far as the other side can tell. Raises Undelivered."""
        ...

    def find(self, post: Post, key: str) -> Sent | None:
        """The post if it is out already, None if it is not, or if a second copy would do no harm. Raises Undelivered;
        Unseen if one would, and the place cannot be asked.
        """
        ...


@runtime_checkable
class Editing(Protocol):
    """A channel whose network lets a post be changed; where it does not, a correction is a reply."""

    def edit(self, remote_id: str, post: Post) -> Sent:
        """Put `post` in the place of what was sent before. Twice the same changes nothing more. Raises Undelivered."""
        ...
