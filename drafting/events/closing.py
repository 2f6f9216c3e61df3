"""The end of an event: closing it, opening it again, and when the journals of its live texts are destroyed."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Invalid, Stale
from ..facts import EventClosed, EventReopened, JournalsKept, record
from .models import Event

REASON_LIMIT = 300  # graphemes
WARNING = timedelta(days=7)
"""How long before the journals are destroyed the team is warned."""


def close(session: Session, event_id: int, *, by: int, at: datetime) -> None:
    """Nobody writes in the event's live texts any more. Raises Stale if it is not open."""
    if not _move(session, event_id, "open", state="closed", closed=at):
        raise Stale("This event is closed already.")
    record(session, EventClosed(event_id, by), at)


def reopen(session: Session, event_id: int, *, by: int, at: datetime) -> None:
    """Undo `close`; a reason to keep the journals is needed no longer. Raises Stale if the event is not closed."""
    if not _move(session, event_id, "closed", state="open", closed=None, journals_kept_because=""):
        raise Stale("This event is not closed.")
    record(session, EventReopened(event_id, by), at)


def keep_journals(session: Session, event_id: int, *, because: str, by: int, at: datetime) -> None:
    """Do not destroy the journals while the reason stands; an empty one takes it back. Raises Stale if not closed."""
    if not _move(session, event_id, "closed", journals_kept_because=because):
        raise Stale("This event is not closed.")
    record(session, JournalsKept(event_id, by, bool(because)), at)


def reasoned(because: str) -> str:
    """`because`, unless it says nothing: then raises Invalid."""
    if not because:
        raise Invalid("Please say why the live texts are kept. The team can read the reason.", field="because")
    return because


def destroyed_from(event: Event, lasts: timedelta) -> datetime | None:
    """When the journals of a closed event are destroyed; None while it is open or a reason keeps them."""
    return None if event.closed is None or event.journals_kept_because else event.closed + lasts


def due(session: Session, at: datetime, lasts: timedelta) -> list[int]:
    """Ids of the events whose journals should be gone by now."""
    over = sa.select(Event.id).where(
        Event.state != "open", Event.closed <= at - lasts, Event.journals_kept_because == ""
    )
    return list(session.scalars(over.order_by(Event.id)))


def _move(session: Session, event_id: int, only_from: str, **to: object) -> bool:
    """False if somebody was faster."""
    moved = sa.update(Event).where(Event.id == event_id, Event.state == only_from).values(**to)
    return session.execute(moved).rowcount == 1  # type: ignore[attr-defined]
