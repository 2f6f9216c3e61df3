"""What a release says to the world: the frozen revision and what changed since the one before, as an announcement."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .events.models import Event
from .pool import Inline, Pool
from .publishing.announcement import Announcement
from .record.models import Revision
from .review import accepting
from .review.accepting import House
from .review.models import Proposal
from .wording import prose, standing, summary
from .wording.summary import ChangeSummary


def describe(session: Session, revision_id: int, pool: Pool | None = None) -> Announcement | None:
    """The announcement of a released revision; None while its commit is not written or its event is hidden.

    Compares two texts, which takes a moment for long ones: in the serving process give it the pool.
    """
    revision = session.get_one(Revision, revision_id)
    event = session.get_one(Event, revision.event_id)
    if revision.released is None or revision.commit_id is None or event.hidden is not None:
        return None
    return _announcement(session, event, revision, pool or Inline())


def foretell(
    session: Session, house: House, proposal: Proposal, *, base: int, at: datetime, pool: Pool | None = None
) -> Announcement:
    """What would be announced if `proposal` were accepted now, after version `base`."""
    revision, _ = accepting.drawn_up(session, house, proposal, base=base, how="", at=at)
    return _announcement(session, session.get_one(Event, proposal.event_id), revision, pool or Inline())


def changed(before: str, text: str) -> ChangeSummary:
    return summary.summarise(prose.compare(before, text))


def _announcement(session: Session, event: Event, revision: Revision, pool: Pool) -> Announcement:
    before = _text_before(session, revision)
    decider = str(revision.promise["decider"] or "")
    change = None if before is None else pool.run(changed, before, revision.text)
    return Announcement(
        event_title=revision.event_title,
        event_slug=revision.event_slug,
        draft_title=revision.title,
        draft_slug=revision.draft_slug,
        kind=revision.kind,
        number=revision.number,
        url=revision.url,
        summary=revision.summary,
        what=change.what if change else "",
        quote=change.quote if change else "",
        words_added=change.words_added if change else None,
        words_removed=change.words_removed if change else None,
        standing=standing.disclaimer(decider or None, revision.kind),
        promise=standing.promise_words(str(revision.promise["level"]), decider or None),
        decider=decider,
        hashtag=event.hashtag,
        language=event.language,
        withdraws=revision.withdraws,
        commit=revision.commit_id,
    )


def _text_before(session: Session, revision: Revision) -> str | None:
    """The text of the public version before this one."""
    earlier = sa.select(Revision.text).where(
        Revision.draft_id == revision.draft_id, Revision.number < revision.number, Revision.released.is_not(None)
    )
    return session.scalar(earlier.order_by(Revision.number.desc()).limit(1))
