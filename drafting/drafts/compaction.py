"""Snapshots of drafts, so that opening one costs the same after a year as on the first day.

A snapshot is made from the one before and the rows since, through a document, in a process of the pool: the room goes
on meanwhile. The rows stay in the journal.
"""

import logging

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database, now
from ..errors import Refused
from ..pool import Pool
from . import authorship, journal
from .models import Draft, Snapshot, Strike
from .past import Past

LOG = logging.getLogger(__name__)

ROWS, BYTES = 500, 256 * 1024
"""How much is written between two snapshots, whichever comes first."""
MOST_ROWS = 2000  # in one piece of work


def is_due(rows: int, size: int) -> bool:
    """Whether so many rows, of so many bytes together, are enough for a new snapshot."""
    return rows >= ROWS or size >= BYTES


def compact(database: Database, pool: Pool, draft_id: int) -> None:
    """Bring a draft's snapshot near the end of its journal. For native threads; raises Refused if the pool does."""
    while _step(database, pool, draft_id):
        pass


def _step(database: Database, pool: Pool, draft_id: int) -> bool:
    """One piece of work. Returns whether there may be more."""
    with database.read() as session:
        identity = _identity(session, draft_id)
        old = session.get(Snapshot, draft_id)
        rows = tuple(journal.rows_after(session, draft_id, old.seq if old else 0, most=MOST_ROWS))
        before = Past(rows, old.state, old.seq, old.journal_bytes, old.marks) if old else Past(rows)
    size = sum(len(row.update) for row in rows)
    if not is_due(len(rows), size):
        return False
    state, marks = pool.run(authorship.carried_on, before)
    with database.write(tells=False) as session:
        if _identity(session, draft_id) != identity:
            return False
        session.execute(sa.delete(Snapshot).where(Snapshot.draft_id == draft_id))
        session.add(
            Snapshot(
                draft_id=draft_id, epoch=identity[0], seq=rows[-1].seq, journal_bytes=before.journal_bytes + size,
                state=state, marks=marks, made=now(),
            )
        )  # fmt: skip
    return len(rows) == MOST_ROWS


def _identity(session: Session, draft_id: int) -> tuple[str, int | None, int]:
    """What is another one as soon as the rows, which are never changed, were changed after all: by a strike, or at
    the journal's end.
    """
    epoch = session.scalar(sa.select(Draft.epoch).where(Draft.id == draft_id, Draft.journal_destroyed.is_(None)))
    newest = session.scalar(sa.select(Snapshot.seq).where(Snapshot.draft_id == draft_id))
    strikes = session.scalar(sa.select(sa.func.count()).select_from(Strike).where(Strike.draft_id == draft_id))
    return epoch or "", newest, strikes or 0


def try_to_compact(database: Database, pool: Pool, draft_id: int) -> None:
    """The same, when it can wait: a busy pool or a disk in trouble is no reason to disturb anybody."""
    try:
        compact(database, pool, draft_id)
    except Refused as refused:
        LOG.info("draft %d: the snapshot waits, %s", draft_id, refused.reason)
    except Exception as error:
        LOG.warning("draft %d: no snapshot, %s", draft_id, type(error).__name__)
