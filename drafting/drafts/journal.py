"""The journal in the database: rows are appended, in order, and never changed. Called in native threads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..errors import NotFound, Stale
from .batches import Row
from .models import ClientBinding, Draft, JournalRow, Snapshot
from .past import Past


@dataclass(frozen=True)
class Journal:
    """All that a room is opened with. `bindings`: whose each Yjs client id is."""

    draft_id: int
    epoch: str
    frozen: bool
    past: Past
    bindings: dict[int, int | None]


@dataclass(frozen=True)
class Entry:
    """What one room appends in one go."""

    draft_id: int
    epoch: str
    rows: tuple[Row, ...]
    bindings: dict[int, int]


def load(database: Database, draft_id: int) -> Journal:
    """Raises NotFound."""
    with database.read() as session:
        draft = session.get(Draft, draft_id)
        if draft is None:
            raise NotFound("There is no text at this address.")
        mine = (ClientBinding.draft_id == draft_id, ClientBinding.epoch == draft.epoch)
        bindings = session.execute(sa.select(ClientBinding.client, ClientBinding.person_id).where(*mine)).all()
        owners = {client: person_id for client, person_id in bindings}
        return Journal(draft_id, draft.epoch, draft.frozen is not None, past(session, draft_id), owners)


def past(session: Session, draft_id: int, *, until: int | None = None, marks: bool = False) -> Past:
    """The newest snapshot, unless it is of a row after `until`, and the rows that came after it.

    `marks`: also who wrote what in it.
    """
    who = Snapshot.marks if marks else sa.literal(b"")
    newest = sa.select(Snapshot.state, Snapshot.seq, Snapshot.journal_bytes, who).where(Snapshot.draft_id == draft_id)
    if until is not None:
        newest = newest.where(Snapshot.seq <= until)
    found = session.execute(newest).first()
    if found is None:
        return Past(tuple(read(session, draft_id)))
    state, seq, journal_bytes, packed = found
    return Past(tuple(rows_after(session, draft_id, seq)), state, seq, journal_bytes, packed)


def read(session: Session, draft_id: int) -> list[Row]:
    """All rows, in order."""
    return rows_after(session, draft_id, 0)


def rows_after(session: Session, draft_id: int, seq: int, *, most: int | None = None) -> list[Row]:
    """Rows with a higher number than `seq`, in order; the first `most` of them."""
    columns = (JournalRow.seq, JournalRow.person_id, JournalRow.clients, JournalRow.update)
    found = sa.select(*columns).where(JournalRow.draft_id == draft_id, JournalRow.seq > seq).order_by(JournalRow.seq)
    rows = session.execute(found.limit(most))
    return [Row(seq, person, tuple(clients), update) for seq, person, clients, update in rows]


def append(database: Database, entries: Sequence[Entry], at: datetime) -> None:
    """All of `entries` in one transaction, or none.

    Raises Stale if a draft was started anew or closed meanwhile; whatever the database raises if the disk is full or
    another process has written a row with the same number.
    """
    with database.write(tells=False) as session:
        _still_open(session, entries)
        add(session, entries, at)


def add(session: Session, entries: Sequence[Entry], at: datetime) -> None:
    """Append `entries` in the running transaction, for drafts that nobody has open yet."""
    session.execute(
        sa.insert(JournalRow),
        [
            {"draft_id": entry.draft_id, "seq": row.seq, "person_id": row.person_id, "clients": list(row.clients),
             "at": at, "update": row.update}
            for entry in entries for row in entry.rows
        ],
    )  # fmt: skip
    bindings = [
        {"draft_id": entry.draft_id, "epoch": entry.epoch, "client": client, "person_id": person_id}
        for entry in entries for client, person_id in entry.bindings.items()
    ]  # fmt: skip
    if bindings:
        session.execute(sa.insert(ClientBinding), bindings)


def _still_open(session: Session, entries: Sequence[Entry]) -> None:
    """Another process may have closed the draft; its lock is taken where the database has such locks."""
    ids = [entry.draft_id for entry in entries]
    found = sa.select(Draft.id, Draft.epoch, Draft.frozen).where(Draft.id.in_(ids)).with_for_update(read=True)
    open_epochs = {draft: epoch for draft, epoch, frozen in session.execute(found) if frozen is None}
    if any(open_epochs.get(entry.draft_id) != entry.epoch for entry in entries):
        raise Stale("The draft was closed or started anew.")
