"""Whose turn it is to bring a copy up to date: claims that two workers never both hold, and what is noted at their end.

Every move is one guarded update. A turn is known by its lease, so whoever comes back too late changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..drafts.models import Draft
from ..events.models import Event
from ..publishing.claims import ERROR_LIMIT, waiting_time
from ..record.models import Revision
from .far import PUSH_S
from .models import Mirror

LEASE = timedelta(seconds=2 * PUSH_S + 60)  # longer than looking and pushing together
SCHEDULE_S = (60, 5 * 60, 15 * 60, 3600)
LOOK_EVERY = timedelta(days=1)
"""A copy that lacks nothing is looked at so often: somebody may have changed it."""


@dataclass(frozen=True)
class Turn:
    """The right to speak to one copy until `lease_until`."""

    mirror_id: int
    lease_until: datetime
    attempt: int


def due(at: datetime) -> sa.Select[Mirror]:
    """Copies that lack something or were not looked at for a day, with which nobody is at work. None of an event of
    which a text is hidden while something in it is looked into.
    """
    hides = sa.exists().where(Draft.event_id == Mirror.event_id, Draft.hidden.is_not(None))
    lacks = sa.exists().where(
        Revision.event_id == Mirror.event_id, Revision.place > Mirror.place, Revision.commit_id.is_not(None)
    )
    return (
        sa.select(Mirror)
        .join(Event, Event.id == Mirror.event_id)
        .where(Mirror.paused.is_(None), Mirror.removed.is_(None), Event.hidden.is_(None), Mirror.not_before <= at)
        .where(~hides)
        .where(sa.or_(Mirror.lease_until.is_(None), Mirror.lease_until <= at))
        .where(sa.or_(lacks, Mirror.looked.is_(None), Mirror.looked <= at - LOOK_EVERY))
        .order_by(Mirror.id)
    )


def claim(session: Session, row: Mirror, at: datetime) -> Turn | None:
    """Take the copy as it was read in `row`. None if another was first."""
    turn = Turn(row.id, at + LEASE, row.attempts + 1)
    as_read = sa.and_(
        Mirror.id == row.id, Mirror.attempts == row.attempts, Mirror.lease_until.is_not_distinct_from(row.lease_until)
    )
    return turn if _move(session, as_read, {"lease_until": turn.lease_until, "attempts": turn.attempt}) else None


def confirm(session: Session, turn: Turn, place: int, at: datetime) -> None:
    """The copy has everything up to `place`."""
    values = {"place": place, "looked": at, "attempts": 0, "not_before": at, "last_error": None}
    _end(session, turn, {**values, "foreign_id": None, "foreign_since": None})


def give_back(session: Session, turn: Turn, words: str, at: datetime) -> None:
    """It did not work: say why, and when to try again. It is never given up."""
    _end(session, turn, {"last_error": words[:ERROR_LIMIT], "not_before": _later(turn, at)})


def alarm(session: Session, turn: Turn, foreign_id: str, at: datetime) -> None:
    """Somebody has changed the copy: it ends with a commit that is none of ours."""
    since = sa.func.coalesce(Mirror.foreign_since, sa.literal(at, Mirror.foreign_since.type))
    values = {"foreign_id": foreign_id, "foreign_since": since, "looked": at, "last_error": None}
    _end(session, turn, {**values, "not_before": _later(turn, at)})


def _later(turn: Turn, at: datetime) -> datetime:
    return at + waiting_time(turn.attempt, 0, SCHEDULE_S)


def _end(session: Session, turn: Turn, values: dict[str, Any]) -> None:
    mine = sa.and_(Mirror.id == turn.mirror_id, Mirror.lease_until == turn.lease_until)
    _move(session, mine, {**values, "lease_until": None})


def _move(session: Session, where: sa.ColumnElement[bool], values: dict[str, Any]) -> bool:
    """Whether the row was as expected and is now as wanted."""
    done: Any = session.execute(
        sa.update(Mirror).where(where).values(**values).execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)
