"""When somebody last looked at a draft, and what was there then: so that they are told what is new.

Openings that follow each other within half an hour are one visit, and all of it is told what is new since the visit
before: whoever loads a page again reads the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..drafts.models import JournalRow
from ..facts import FactRow
from ..record.models import Revision
from .models import Looked

VISIT = timedelta(minutes=30)
"""Who has been away for longer begins another visit."""
OFTEN = timedelta(minutes=1)
"""Looks that are closer together are not written down."""


@dataclass(frozen=True)
class Seen:
    """What was there: the newest fact of the event, row of the journal and version; 0 where there was none."""

    at: datetime
    fact_id: int
    seq: int
    number: int


def before(session: Session, draft_id: int, person_id: int, at: datetime) -> Seen | None:
    """What had been seen when the last visit before this one ended; None for somebody's first."""
    held = session.get(Looked, (person_id, draft_id))
    if held is None:
        return None
    if at - held.at > VISIT:
        return Seen(held.at, held.fact_id, held.seq, held.number)
    if held.since is None:
        return None
    return Seen(held.since, held.since_fact_id, held.since_seq, held.since_number)


def is_due(session: Session, draft_id: int, person_id: int, at: datetime) -> bool:
    """Whether a look at this time has to be written down."""
    held = session.get(Looked, (person_id, draft_id))
    return held is None or at - held.at > OFTEN


def look(session: Session, event_id: int, draft_id: int, person_id: int, at: datetime) -> None:
    """Somebody has the draft before their eyes."""
    public = (Revision.draft_id == draft_id, Revision.released.is_not(None))
    fact_id = _newest(session, FactRow.id, FactRow.event_id == event_id)
    seq = _newest(session, JournalRow.seq, JournalRow.draft_id == draft_id)
    number = _newest(session, Revision.number, *public)
    held = session.get(Looked, (person_id, draft_id))
    if held is None:
        held = Looked(person_id=person_id, draft_id=draft_id, since_fact_id=0, since_seq=0, since_number=0)
        session.add(held)
    elif at - held.at > VISIT:
        held.since, held.since_fact_id = held.at, held.fact_id
        held.since_seq, held.since_number = held.seq, held.number
    held.at, held.fact_id, held.seq, held.number = at, fact_id, seq, number


def _newest(session: Session, column: sa.orm.InstrumentedAttribute[int], *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.max(column)).where(*where)) or 0
