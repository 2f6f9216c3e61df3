"""The moment a revision becomes public: it gets its place in the record, once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ..db import LOCK
from ..events.models import Event
from ..facts import RevisionReleased, record
from .models import Revision


def release(session: Session, revision_id: int, at: datetime) -> bool:
    """Make the revision public as the event's newest. True if this call did it.

    False, and nothing changes, if it is public already, is held, comes before a version that is public already (it
    would take back what came after it), or comes after one that still waits for its own release.
    """
    event_id = session.scalar(sa.select(Revision.event_id).where(Revision.id == revision_id))
    # One release at a time per event: SQLite has one writer anyway, PostgreSQL waits here.
    event = session.scalar(sa.select(Event).where(Event.id == event_id).with_for_update(**LOCK))
    if event is None:
        return False
    newest = session.scalar(sa.select(sa.func.max(Revision.place)).where(Revision.event_id == event.id))
    chosen = sa.update(Revision).where(Revision.id == revision_id, Revision.released.is_(None), Revision.held.is_(None))
    if _out_of_turn(session, revision_id) or not _changed(session, chosen.values(released=at, place=(newest or 0) + 1)):
        return False
    draft_id = session.scalars(sa.select(Revision.draft_id).where(Revision.id == revision_id)).one()
    record(session, RevisionReleased(event.id, revision_id, draft_id), at)
    return True


def _out_of_turn(session: Session, revision_id: int) -> bool:
    other = aliased(Revision)
    later_is_public = sa.and_(other.number > Revision.number, other.released.is_not(None))
    earlier_waits = sa.and_(other.number < Revision.number, other.released.is_(None), other.held.is_(None))
    in_the_way = sa.select(other.id).join(Revision, other.draft_id == Revision.draft_id)
    in_the_way = in_the_way.where(Revision.id == revision_id, sa.or_(later_is_public, earlier_waits)).limit(1)
    return session.scalar(in_the_way) is not None


def _changed(session: Session, statement: sa.Update) -> bool:
    return bool(session.execute(statement).rowcount == 1)  # type: ignore[attr-defined]
