"""What is said about one release, before any channel has fitted it to its size."""

from dataclasses import asdict, dataclass
from typing import Any

from ..wording import digest, posts, standing
from ..wording.digest import Entry
from ..wording.fitting import DoesNotFit
from ..wording.measures import Limits
from ..wording.posts import PostParts
from ..wording.tongue import tongue
from .channels.failures import Rejected
from .pictures import Picture


@dataclass(frozen=True)
class Announcement:
    """Everything a channel may tell. Texts are plain words, not Markdown; optional ones may be empty.

    `summary` is what changed in the words of who put it forward, or the reason if `withdraws` names a version that is
    taken back; `what` says it as found by comparing, in a sentence; `quote` is its most telling new sentence.
    `minor`: too little for a post of its own. `others` are releases before this one that the same post tells of.
    `words` are somebody's own about the change, in place of what was found by comparing.
    `trivial`: readers would see no difference in words, order or where links lead.
    `words_added` and `words_removed` are None for a first version, `counts` says them. `hashtag` is without the
    leading #, as are `more_hashtags`, of one place. `listed`: strangers may find the event by themselves.
    `draft_id` is ours alone. A `trial` says only
    that it is one.
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
    counts: str = ""
    standing: str = ""
    promise: str = ""
    decider: str = ""
    hashtag: str = ""
    language: str = "en"
    withdraws: int | None = None
    commit: str = ""
    trivial: bool = False
    minor: bool = False
    words: str = ""
    others: tuple[Entry, ...] = ()
    more_hashtags: tuple[str, ...] = ()
    picture: Picture | None = None
    listed: bool = True
    draft_id: int = 0
    trial: bool = False

    @property
    def headline(self) -> str:
        speech = tongue(self.language)
        if self.trial:
            return speech.say("A test: what {event} publishes is announced here.", event=self.event_title)
        return posts.headline(self.draft_title, self.number, withdraws=self.withdraws, tongue=speech)

    def as_json(self) -> dict[str, Any]:
        """Its own fields, for programs."""
        told = asdict(self)
        del told["picture"], told["draft_id"], told["listed"]
        return told


def parts(announcement: Announcement, *, link_in_text: bool = True) -> PostParts:
    """The pieces of a post. Without the link where that travels as a card."""
    if announcement.trial:
        return PostParts(headline=announcement.headline, link=announcement.url if link_in_text else "")
    own = announcement.words
    speech = tongue(announcement.language)
    taken_back = announcement.withdraws is not None
    return PostParts(
        headline=announcement.headline,
        kind=f"{standing.kind_name(announcement.kind, speech)}.",
        standing=announcement.standing,
        what=own or (announcement.summary if taken_back else announcement.what or announcement.summary),
        counts="" if own else announcement.counts,
        quote="" if taken_back or own else announcement.quote,
        promise=announcement.promise,
        link=announcement.url if link_in_text else "",
        tags=tuple(dict.fromkeys(filter(None, (announcement.hashtag, *announcement.more_hashtags)))),
        commit=announcement.commit,
    )


def fitted(announcement: Announcement, limits: Limits, *, link_in_text: bool = True) -> str:
    """The text for a place with these limits. Raises Rejected if not even the link and a word fit."""
    if announcement.others:
        return _digest(announcement, limits, link_in_text=link_in_text)
    try:
        return posts.compose(parts(announcement, link_in_text=link_in_text), limits, tongue(announcement.language))
    except DoesNotFit as error:
        raise Rejected("The link is longer than a whole post may be here.") from error


def entry(announcement: Announcement) -> Entry:
    """One line of a post about several."""
    what = announcement.words or announcement.what or announcement.summary
    return Entry(announcement.draft_title, announcement.number, announcement.number, what)


def _digest(announcement: Announcement, limits: Limits, *, link_in_text: bool) -> str:
    told = parts(announcement, link_in_text=link_in_text)
    try:
        return digest.compose(
            digest.merged([*announcement.others, entry(announcement)]),
            event=announcement.event_title,
            link=told.link,
            tags=told.tags,
            commit=told.commit,
            limits=limits,
            tongue=tongue(announcement.language),
        )
    except DoesNotFit as error:
        raise Rejected("The link is longer than a whole post may be here.") from error
