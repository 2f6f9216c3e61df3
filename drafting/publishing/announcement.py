"""What is said about one release, before any channel has fitted it to its size."""

from dataclasses import asdict, dataclass
from typing import Any

from ..wording import posts, standing
from ..wording.fitting import DoesNotFit
from ..wording.measures import Limits
from ..wording.posts import PostParts
from .channels.failures import Rejected


@dataclass(frozen=True)
class Announcement:
    """Everything a channel may tell. Texts are plain words, not Markdown; optional ones may be empty.

    `summary` is what changed in the words of who put it forward, or the reason if `withdraws` names a version that is
    taken back; `what` says it as found by comparing, in a sentence; `quote` is its most telling new sentence.
    `words_added` and `words_removed` are None for a first version. `hashtag` is without the leading #.
    """

    event_title: str
    event_slug: str
    draft_title: str
    draft_slug: str
    kind: str
    number: int
    url: str
    summary: str
    what: str = ""
    quote: str = ""
    words_added: int | None = None
    words_removed: int | None = None
    standing: str = ""
    promise: str = ""
    decider: str = ""
    hashtag: str = ""
    language: str = "en"
    withdraws: int | None = None
    commit: str | None = None
    image: None = None

    @property
    def headline(self) -> str:
        return posts.headline(self.draft_title, self.number, withdraws=self.withdraws)

    def as_json(self) -> dict[str, Any]:
        """Its own fields, for programs."""
        told = asdict(self)
        del told["image"]
        return told


def parts(announcement: Announcement, *, link_in_text: bool = True) -> PostParts:
    """The pieces of a post. Without the link where that travels as a card."""
    counted = bool(announcement.words_added or announcement.words_removed)
    taken_back = announcement.withdraws is not None
    return PostParts(
        headline=announcement.headline,
        kind=f"{standing.kind_name(announcement.kind)}.",
        standing=announcement.standing,
        what=announcement.summary if taken_back else announcement.what or announcement.summary,
        counts=f"{announcement.words_added} words added, {announcement.words_removed} removed." if counted else "",
        quote="" if taken_back else announcement.quote,
        promise=announcement.promise,
        link=announcement.url if link_in_text else "",
        tags=(announcement.hashtag,) if announcement.hashtag else (),
    )


def fitted(announcement: Announcement, limits: Limits, *, link_in_text: bool = True) -> str:
    """The text for a place with these limits. Raises Rejected if not even the link and a word fit."""
    try:
        return posts.compose(parts(announcement, link_in_text=link_in_text), limits)
    except DoesNotFit as error:
        raise Rejected("The link is longer than a whole post may be here.") from error
