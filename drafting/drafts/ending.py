"""The end of a journal: its rows, its snapshot and its client bindings are destroyed; versions and credits stay."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..errors import Stale
from ..events import closing
from ..facts import JournalsDestroyed, record
from .models import ClientBinding, Draft, JournalRow, Snapshot

ROWS = 200  # in one transaction: other writers wait for it


def reopen(session: Session, event_id: int, *, by: int, at: datetime) -> None:
    """Open a closed event again. Raises Stale once a live text of it was destroyed."""
    gone = sa.select(Draft.id).where(Draft.event_id == event_id, Draft.journal_destroyed.is_not(None)).limit(1)
    if session.scalar(gone) is not None:
        raise Stale("The live texts of this event were removed; it cannot be opened again.")
    closing.reopen(session, event_id, by=by, at=at)


def end_journals(database: Database, at: datetime, lasts: timedelta) -> int:
    """Destroy the journals of all events that were closed so long ago; returns of how many drafts.

    Safe to call again after a crash: what was begun is finished.
    """
    with database.read() as session:
        due = closing.due(session, at, lasts)
    for event_id in due:
        with database.write() as session:
            if event_id in closing.due(session, at, lasts):
                _give_up(session, event_id, at)
    with database.read() as session:
        left = _left(session)
    for draft_id in left:
        _destroy(database, draft_id)
    return len(left)


def _give_up(session: Session, event_id: int, at: datetime) -> None:
    """From here on nobody reads these journals or adds to them."""
    found = sa.select(Draft).where(Draft.event_id == event_id, Draft.journal_destroyed.is_(None))
    drafts = session.scalars(found).all()
    for draft in drafts:
        draft.journal_destroyed, draft.frozen = at, draft.frozen or at
    if drafts:
        record(session, JournalsDestroyed(event_id, len(drafts)), at)


def _left(session: Session) -> list[int]:
    """Drafts that were given up and of which something is still there."""
    given_up = sa.select(Draft.id).where(Draft.journal_destroyed.is_not(None))
    some = [sa.exists().where(table.draft_id == Draft.id) for table in (JournalRow, Snapshot, ClientBinding)]
    return list(session.scalars(given_up.where(sa.or_(*some)).order_by(Draft.id)))


def _destroy(database: Database, draft_id: int) -> None:
    """The rows last and from the newest, so that what was begun is found again."""
    with database.write() as session:
        session.execute(sa.delete(Snapshot).where(Snapshot.draft_id == draft_id))
        session.execute(sa.delete(ClientBinding).where(ClientBinding.draft_id == draft_id))
    mine = JournalRow.draft_id == draft_id
    while True:
        with database.write() as session:
            newest = sa.select(JournalRow.seq).where(mine).order_by(JournalRow.seq.desc())
            piece = list(session.scalars(newest.limit(ROWS)))
            if not piece:
                return
            session.execute(sa.delete(JournalRow).where(mine, JournalRow.seq >= piece[-1]))
