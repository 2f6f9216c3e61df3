"""A hold: for some days, and for a stated reason, nothing is posted about an event. What becomes due waits."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import LOCK
from ..errors import Invalid, Stale
from ..events.models import Event
from .models import Delivery, Hold

REASON_LIMIT = 200
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Days:
    """From the beginning of the first to the end of the last, by the clocks at the event; no last one: until lifted."""

    first: date | None
    last: date | None


def declare(session: Session, event_id: int, days: Days, *, because: str, by: int | None, at: datetime) -> Hold:
    """Hold every post of the event. One that is in force or to come is replaced. Raises Invalid with the field."""
    if not because:
        raise Invalid("Please say why: everybody who reads the event's page reads it.", field="because")
    event = session.get_one(Event, event_id, with_for_update=LOCK)
    for field, day in (("first", days.first), ("last", days.last)):
        if day is not None and day > at.date() + LONGEST:
            raise Invalid("This day is more than a year away.", field=field)
    zone = ZoneInfo(event.timezone)
    today = at.astimezone(zone).date()
    first = max(days.first or today, today)
    since = at if first == today else datetime.combine(first, time(), zone)
    if days.last is not None and days.last < first:
        raise Invalid("The last day is before the first, or over already.", field="last")
    until = None if days.last is None else datetime.combine(days.last + timedelta(days=1), time(), zone)
    _lift(session, event_id, at)
    made = Hold(event_id=event_id, since=since, until=until, because=because, made=at, made_by=by)
    session.add(made)
    session.flush()
    return made


def lift(session: Session, event_id: int, at: datetime) -> None:
    """Post again, now. Raises Stale if nothing is held."""
    if not _lift(session, event_id, at):
        raise Stale("Posts are not held any more.")


def of_event(session: Session, event_id: int, at: datetime) -> Hold | None:
    """The hold that is in force, or the one that is to come."""
    return session.scalar(_standing(at).where(Hold.event_id == event_id).order_by(Hold.id.desc()).limit(1))


def held(at: datetime, event_id: Any = Delivery.event_id) -> sa.ColumnElement[bool]:
    """Of a row with this event: nothing is posted about that at this moment."""
    return _standing(at).where(Hold.event_id == event_id, Hold.since <= at).exists()


def _standing(at: datetime) -> sa.Select[Hold]:
    return sa.select(Hold).where(Hold.lifted.is_(None), sa.or_(Hold.until.is_(None), Hold.until > at))


def _lift(session: Session, event_id: int, at: datetime) -> bool:
    standing = session.scalars(_standing(at).where(Hold.event_id == event_id)).all()
    for hold in standing:
        hold.lifted = at
    return bool(standing)
