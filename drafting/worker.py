"""Runs what comes afterwards: releases that are due, journals whose time is over, facts that want a follow-up, posts
that wait in the outbox, copies that are behind, the day's time-stamps, records to compare, files to pack.

Every round starts from the rows, so a worker that died is simply started again. One thread; safe beside another
worker.
"""

import logging
import select
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from .config import Limits
from .db import Database, now
from .drafts import ending
from .facts import Fact, FactRow
from .reactions import FOLLOWED, REACTIONS, Workshop
from .record import releasing
from .review import waiting

log = logging.getLogger(__name__)

POLL_S = 0.25
HEARTBEAT_S = 5
BACKOFF_S = (1, 5, 30, 120, 600, 3600)

Errand = Callable[[datetime], object]


@dataclass(frozen=True)
class Worker:
    """`errands`: each begins what is due of its kind: posts, copies, time-stamps, comparisons, files. `heartbeat` is
    touched while all is well. `journals_last`: how long after an event was closed its journals are destroyed.
    """

    workshop: Workshop
    errands: Sequence[Errand]
    heartbeat: Path
    journals_last: timedelta = timedelta(days=Limits.journal_days_after_close)

    def run(self, wake: socket.socket | None = None) -> None:
        """Work until `wake` is closed by the other side; without it, until interrupted."""
        seen, beat = -1, datetime.min.replace(tzinfo=now().tzinfo)
        with newest_fact(self.workshop.database) as newest:
            while True:
                at = now()
                current = newest()
                if current != seen or at - beat > timedelta(seconds=1):
                    seen = current
                    self.round(at)
                if at - beat > timedelta(seconds=1):
                    self.heartbeat.touch()
                    beat = at
                if not _wait(wake):
                    return

    def round(self, at: datetime) -> None:
        """Do everything that can be done now."""
        self.release_due(at)
        ending.end_journals(self.workshop.database, at, self.journals_last)
        self.follow_facts(at)
        for begin in self.errands:
            begin(at)

    def release_due(self, at: datetime) -> None:
        with self.workshop.database.read() as session:
            due = waiting.due(session, at)
        for revision_id in due:
            with self.workshop.database.write() as session:
                releasing.release(session, revision_id, at)

    def follow_facts(self, at: datetime) -> None:
        open_ones = (
            sa.select(FactRow.id)
            .where(FactRow.done_at.is_(None), FactRow.kind.in_(FOLLOWED))
            .where(sa.or_(FactRow.not_before.is_(None), FactRow.not_before <= at))
        )
        with self.workshop.database.read() as session:
            waiting_ids = list(session.scalars(open_ones.order_by(FactRow.id).limit(100)))
        for fact_id in waiting_ids:
            self._follow(fact_id, at)

    def _follow(self, fact_id: int, at: datetime) -> None:
        with self.workshop.database.read() as session:
            row = session.get_one(FactRow, fact_id)
            fact, attempts = row.fact(), row.attempts
        try:
            self._react(fact)
        except (
            Exception
        ) as error:  # whatever went wrong with one fact must not stop the others; it is logged and tried again
            log.exception("afterwards failed", extra={"fact": fact_id, "attempt": attempts + 1})
            wait = timedelta(seconds=BACKOFF_S[min(attempts, len(BACKOFF_S) - 1)])
            self._note(fact_id, attempts=attempts + 1, not_before=at + wait, last_error=type(error).__name__)
        else:
            self._note(fact_id, done_at=at, last_error=None)

    def _react(self, fact: Fact) -> None:
        for react in REACTIONS[type(fact)].afterwards:
            react(self.workshop, fact)

    def _note(self, fact_id: int, **values: object) -> None:
        with self.workshop.database.write() as session:
            session.execute(sa.update(FactRow).where(FactRow.id == fact_id).values(**values))


class newest_fact:
    """Within it, calling the value tells the number of the newest fact: it moves when something wants a follow-up.

    A text that is being written makes no facts, so nobody looks through the tables for each of its rows.
    """

    def __init__(self, database: Database) -> None:
        self._connection = database.engine.connect()

    def __enter__(self) -> Callable[[], int]:
        return self._number

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _number(self) -> int:
        number = self._connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM fact").scalar_one()
        self._connection.rollback()
        return int(number)


def _wait(wake: socket.socket | None) -> bool:
    """Sleep until woken or until it is time to look again. False when the other side is gone."""
    if wake is None:
        select.select([], [], [], POLL_S)
        return True
    ready, _, _ = select.select([wake], [], [], POLL_S)
    return not ready or bool(wake.recv(4096))
