"""What a release says to the world: the frozen revision and what changed since the one before, as an announcement;
and where feeds tell of it.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .drafts.models import Draft
from .events.models import Event
from .pool import Inline, Pool
from .publishing.announcement import Announcement
from .publishing.drawing import CannotDraw, draw
from .publishing.pictures import Picture, Pictures
from .record.models import Revision
from .review import accepting
from .review.accepting import House
from .review.models import Proposal
from .wording import posts, prose, standing, summary
from .wording.card import About, drawn_up
from .wording.summary import ChangeSummary
from .wording.tongue import tongue

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scene:
    """All that the picture of a version is made of; `before` is empty for a first one."""

    before: str
    text: str
    about: About


def describe(
    session: Session,
    revision_id: int,
    language: str = "",
    *,
    pool: Pool | None = None,
    pictures: Pictures | None = None,
) -> Announcement | None:
    """The announcement of a released revision, in the event's language unless another is named; None while its commit
    is not written, or its event or its text is hidden.

    Compares two texts, which takes a moment for long ones: in the serving process give it the pool. Where there is no
    place to keep `pictures`, it has none.
    """
    revision = session.get_one(Revision, revision_id)
    event = session.get_one(Event, revision.event_id)
    hidden = event.hidden is not None or session.get_one(Draft, revision.draft_id).hidden is not None
    if revision.released is None or revision.commit_id is None or hidden:
        return None
    language = language or event.language
    told = _announcement(session, event, revision, pool or Inline(), language)
    if pictures is None or told.trivial:
        return told
    png, alt = (pool or Inline()).run(pictured, scene(session, revision, language))
    return replace(told, picture=Picture(pictures.keep(png), alt)) if png else told


def foretell(
    session: Session,
    house: House,
    proposal: Proposal,
    language: str = "",
    *,
    base: int,
    at: datetime,
    pool: Pool | None = None,
) -> Announcement:
    """What would be announced if `proposal` were accepted now, after version `base`."""
    revision, _ = accepting.drawn_up(session, house, proposal, base=base, how="", at=at)
    event = session.get_one(Event, proposal.event_id)
    return _announcement(session, event, revision, pool or Inline(), language or event.language)


def feeds(session: Session, base_url: str, draft_id: int) -> tuple[str, ...] | None:
    """Every feed that tells of a draft; None while a commit is not written or something is hidden. An event that is not
    listed has none that strangers should hear of.
    """
    draft = session.get_one(Draft, draft_id)
    event = session.get_one(Event, draft.event_id)
    unwritten = sa.exists().where(
        Revision.draft_id == draft_id, Revision.released.is_not(None), Revision.commit_id.is_(None)
    )
    if event.hidden is not None or draft.hidden is not None or session.scalar(sa.select(unwritten)):
        return None
    if event.visibility != "public":
        return ()
    own = f"{base_url}/e/{event.slug}"
    return tuple(f"{about}/feed.{form}" for about in (own, f"{own}/{draft.slug}") for form in ("atom", "json"))


def title(session: Session, event_id: int, draft_id: int | None) -> str | None:
    """What an event, or one of its texts, is called; None while it is hidden."""
    event = session.get_one(Event, event_id)
    if event.hidden is not None:
        return None
    if draft_id is None:
        return event.title
    draft = session.get_one(Draft, draft_id)
    return draft.title if draft.hidden is None else None


def scene(session: Session, revision: Revision, language: str = "") -> Scene:
    """In the event's language unless another is named."""
    language = language or session.get_one(Event, revision.event_id).language
    speech = tongue(language)
    decider = str(revision.promise["decider"] or "")
    about = About(
        title=revision.title,
        event=revision.event_title,
        number=revision.number,
        kind=standing.kind_name(revision.kind, speech),
        standing=standing.disclaimer(decider or None, revision.kind, speech),
        host=urlsplit(revision.base_url).netloc,
        language=language,
        withdraws=revision.withdraws,
        because=revision.summary if revision.withdraws else "",
    )
    return Scene(_text_before(session, revision) or "", revision.text, about)


def pictured(scene: Scene) -> tuple[bytes, str]:
    """The picture of a version as PNG, and in words; nothing if it cannot be drawn: no post waits for a picture."""
    comparison = prose.compare(scene.before, scene.text)
    card = drawn_up(scene.about, comparison, summary.summarise(comparison))
    try:
        return draw(card), card.alt
    except CannotDraw:
        log.exception("no picture", extra={"number": scene.about.number})
        return b"", ""


def changed(before: str, text: str) -> ChangeSummary:
    return summary.summarise(prose.compare(before, text))


def _announcement(session: Session, event: Event, revision: Revision, pool: Pool, language: str) -> Announcement:
    speech = tongue(language)
    before = _text_before(session, revision)
    decider = str(revision.promise["decider"] or "")
    change = None if before is None else pool.run(changed, before, revision.text)
    return Announcement(
        event_title=revision.event_title,
        event_slug=revision.event_slug,
        draft_title=revision.title,
        draft_slug=revision.draft_slug,
        draft_id=revision.draft_id,
        kind=revision.kind,
        number=revision.number,
        url=revision.url,
        summary=revision.summary,
        what=change.what(speech) if change else "",
        quote=change.quote if change else "",
        words_added=change.words_added if change else None,
        words_removed=change.words_removed if change else None,
        counts=change.counts(speech) if change else "",
        standing=standing.disclaimer(decider or None, revision.kind, speech),
        promise=standing.promise_words(str(revision.promise["level"]), decider or None, speech),
        decider=decider,
        hashtag=event.hashtag,
        listed=event.visibility == "public",
        language=language,
        withdraws=revision.withdraws,
        trivial=change is not None and change.trivial and revision.withdraws is None,
        minor=change is not None and change.minor and revision.withdraws is None,
        commit=revision.commit_id or posts.NOT_WRITTEN_YET,
    )


def _text_before(session: Session, revision: Revision) -> str | None:
    """The text of the public version before this one."""
    earlier = sa.select(Revision.text).where(
        Revision.draft_id == revision.draft_id, Revision.number < revision.number, Revision.released.is_not(None)
    )
    return session.scalar(earlier.order_by(Revision.number.desc()).limit(1))
