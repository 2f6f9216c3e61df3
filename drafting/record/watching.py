"""Every record is compared with its rows once a day. What differs is kept as an alarm; nothing is ever rewritten."""

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from . import counting
from .alarm import RecordAlarm
from .comparison import differences
from .models import Comparison, Revision
from .signing import Signer

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
PAUSE = timedelta(minutes=1)  # between two questions whether something is due
MOST = 20  # sentences kept; a history that was written again has one for each version
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Archive:
    """Where records are, and whose signatures count in them."""

    database: Database
    repo_store: Path
    signer: Signer
    base_url: str

    def compare(self, event_id: int, at: datetime) -> list[str]:
        """Compare one record with its rows, and raise or end its alarm. Returns what differs, in sentences."""
        try:
            with self.database.read() as session:
                allowed = counting.counting(session, event_id, counting.own(self.signer, self.base_url))
            problems = differences(self.database, self.repo_store, event_id, allowed)
        except RecordAlarm as alarm:
            problems = [f"The record cannot be checked: {alarm}."]
        with self.database.write() as session:
            _keep(session, event_id, problems, at)
        return problems


def _keep(session: Session, event_id: int, problems: list[str], at: datetime) -> None:
    kept = session.get(Comparison, event_id)
    if kept is None:
        kept = Comparison(event_id=event_id, since=None)
        session.add(kept)
    kept.compared, kept.problems = at, problems[:MOST]
    kept.since = (kept.since or at) if problems else None


def due(session: Session, at: datetime) -> list[int]:
    """Events with a record that nobody compared for a day, the longest waiting first."""
    written = sa.select(Revision.event_id).where(Revision.commit_id.is_not(None)).distinct().subquery()
    rows = sa.select(written.c.event_id).outerjoin(Comparison, Comparison.event_id == written.c.event_id)
    rows = rows.where(sa.or_(Comparison.compared.is_(None), Comparison.compared <= at - EVERY))
    return list(session.scalars(rows.order_by(Comparison.compared, written.c.event_id)))


def soon(session: Session, event_id: int) -> None:
    """Something is odd about this record: let it be compared at the next opportunity."""
    session.execute(sa.update(Comparison).where(Comparison.event_id == event_id).values(compared=LONG_AGO))


def alarm_of(session: Session, event_id: int) -> Comparison | None:
    """The event's alarm, if there is one."""
    return session.scalar(sa.select(Comparison).where(Comparison.event_id == event_id, Comparison.since.is_not(None)))


def alarms(session: Session) -> int:
    """How many events have one."""
    return session.scalar(sa.select(sa.func.count(Comparison.event_id)).where(Comparison.since.is_not(None))) or 0


@dataclass
class Watch:
    """Called every now and then, it compares what is due, in a thread of its own: a long history takes seconds."""

    archive: Archive
    _next: datetime = LONG_AGO
    _thread: threading.Thread | None = field(default=None, repr=False)

    def __call__(self, at: datetime) -> None:
        if at < self._next or (self._thread is not None and self._thread.is_alive()):
            return
        self._next = at + PAUSE
        with self.archive.database.read() as session:
            events = due(session, at)
        if events:
            self._thread = threading.Thread(target=self._compare, args=(events, at), daemon=True, name="watch")
            self._thread.start()

    def _compare(self, events: list[int], at: datetime) -> None:
        for event_id in events:
            try:
                found = self.archive.compare(event_id, at)
            except Exception:  # one event's fault must not keep the others from being looked at
                log.exception("comparing failed", extra={"event": event_id})
                continue
            if found:
                log.error("the record differs from its rows", extra={"event": event_id, "problems": len(found)})
