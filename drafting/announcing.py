"""What a release says to the world: the frozen revision and what changed since the one before, as an announcement."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .events.models import Event
from .publishing.announcement import Announcement
from .record.models import Revision
from .wording import prose, standing, summary


def describe(session: Session, revision_id: int) -> Announcement | None:
    """The announcement of a released revision; None while its commit is not written or its event is hidden.

    Compares two texts, which takes a moment for long ones: not for the loop.
    """
    revision = session.get_one(Revision, revision_id)
    event = session.get_one(Event, revision.event_id)
    if revision.released is None or revision.commit_id is None or event.hidden is not None:
        return None
    before = session.scalar(
        sa.select(Revision.text)
        .where(
            Revision.draft_id == revision.draft_id, Revision.number < revision.number, Revision.released.is_not(None)
        )
        .order_by(Revision.number.desc())
        .limit(1)
    )
    decider = str(revision.promise["decider"] or "")
    change = None if before is None else summary.summarise(prose.compare(before, revision.text))
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
