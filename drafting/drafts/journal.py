"""The journal in the database: rows are appended, in order, and never changed. Called in native threads only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..errors import NotFound, Stale
from .batches import Row
from .models import ClientBinding, Draft, JournalRow, Snapshot
from .past import Past

ROW = ("draft_id", "seq", "person_id", "clients", "at", "update")
ROWS_AT_ONCE = (64, 16, 4, 1)  # few sizes, so that each statement is prepared once
BINDING = ("draft_id", "epoch", "client", "person_id")

Table = type[JournalRow] | type[ClientBinding]
Also = Callable[[Session], None]


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
    also: tuple[Also, ...] = ()
    """What becomes true with it."""


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
    dialect = database.engine.dialect
    also = [act for entry in entries for act in entry.also]
    if also:
        with database.write() as session:
            cursor = _cursor(session)
            _check_open(cursor, dialect, entries)
            _insert(cursor, dialect, entries, at)
            for act in also:
                act(session)
        return
    with database.write_plainly() as cursor:
        _check_open(cursor, dialect, entries)
        _insert(cursor, dialect, entries, at)


def add(session: Session, entries: Sequence[Entry], at: datetime) -> None:
    """Append `entries` in the running transaction, for drafts that nobody has open yet."""
    session.flush()
    _insert(_cursor(session), session.connection().dialect, entries, at)


def _cursor(session: Session) -> Any:
    return session.connection().connection.cursor()


def _insert(cursor: Any, dialect: sa.Dialect, entries: Sequence[Entry], at: datetime) -> None:
    when = _bound(JournalRow.at, dialect)(at)
    listed = _bound(JournalRow.clients, dialect)
    rows = [
        (entry.draft_id, row.seq, row.person_id, listed(list(row.clients)), when, row.update)
        for entry in entries
        for row in entry.rows
    ]
    _put(cursor, dialect, JournalRow, ROW, rows)
    bindings = [
        (entry.draft_id, entry.epoch, client, person_id)
        for entry in entries
        for client, person_id in entry.bindings.items()
    ]
    _put(cursor, dialect, ClientBinding, BINDING, bindings)


def _put(
    cursor: Any, dialect: sa.Dialect, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert in few statements: the driver lets go of the interpreter for each, and a busy loop gives it back late."""
    at = 0
    for size in ROWS_AT_ONCE:
        while len(rows) - at >= size:
            values = [value for row in rows[at : at + size] for value in row]
            cursor.execute(_statement(table, columns, size, dialect), values)
            at += size


@cache
def _statement(table: Table, columns: tuple[str, ...], rows: int, dialect: sa.Dialect) -> str:
    marks = f"({', '.join([_mark(dialect)] * len(columns))})"
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table.__tablename__} ({names}) VALUES {', '.join([marks] * rows)}"


def _mark(dialect: sa.Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"


@cache
def _bound(column: sa.orm.InstrumentedAttribute[Any], dialect: sa.Dialect) -> Callable[[Any], Any]:
    """How the database wants values of this column."""
    return column.type.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)


def _check_open(cursor: Any, dialect: sa.Dialect, entries: Sequence[Entry]) -> None:
    """Another process may have closed a draft; its row is locked where the database has such locks. Raises Stale."""
    marks = ", ".join([_mark(dialect)] * len(entries))
    lock = "" if dialect.name == "sqlite" else " FOR SHARE"
    found = f"SELECT id, epoch FROM draft WHERE frozen IS NULL AND id IN ({marks}){lock}"
    cursor.execute(found, [entry.draft_id for entry in entries])
    open_epochs = dict(cursor.fetchall())
    if any(open_epochs.get(entry.draft_id) != entry.epoch for entry in entries):
        raise Stale("The draft was closed or started anew.")
