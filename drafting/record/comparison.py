"""A record against the rows that it was made from: every version in both, in the same order, saying the same."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..events.models import Event
from . import verify
from .message import compose
from .models import Redaction, Retired, Revision
from .objects import Object, blob
from .places import holding, location
from .verify import Version

AT_A_TIME = 200  # rows, with their texts


def differences(database: Database, repo_store: Path, event_id: int, allowed_signers: str) -> list[str]:
    """What is wrong with an event's record by itself and beside its rows, in plain sentences; empty if nothing is.

    Changes nothing. What looks wrong is looked at again while nothing is being written.
    """
    with database.read() as session:
        slug = session.get_one(Event, event_id).slug
    path = location(repo_store, slug)
    if not _found(database, path, event_id, allowed_signers):
        return []
    with holding(repo_store, slug):
        return _found(database, path, event_id, allowed_signers)


def _found(database: Database, path: Path, event_id: int, allowed_signers: str) -> list[str]:
    with database.read() as session:  # one moment: words may be taken out meanwhile
        rows, contradictions = _rows(session, event_id)
        leaving = _leaving(session, event_id)
    if not path.exists():
        return ["The record is missing: its folder is gone from the disk."] if rows else []
    try:
        report = verify.check(path, allowed_signers)
    except verify.CannotCheck as error:
        return [f"The record cannot be read: {error}"]
    here = [version for version in report.versions if version.id not in leaving]
    return [*report.problems, *contradictions, *_between(rows, here)]


def _between(rows: Sequence[Version], versions: Sequence[Version]) -> Iterator[str]:
    """What the rows, as versions, say otherwise than the record's."""
    written, kept = {version.id: version for version in versions}, {row.id for row in rows}
    for row in rows:
        found = written.get(row.id)
        if found is None:
            yield f"{row} is in the database, and the record does not hold it: the record was changed or cut off."
        elif row.said != found.said:
            yield (f"{found} says something else in the database than in the record: {verify.different(row, found)}. "
                   "A row was changed after it was published.")  # fmt: skip
    for version in versions:
        if version.id not in kept:
            yield f"{version} is in the record, and the database does not know it: a row was removed or replaced."
    if [row.id for row in rows if row.id in written] != [each.id for each in versions if each.id in kept]:
        yield "The database names the versions in another order than the record: their places were changed."


def _leaving(session: Session, event_id: int) -> set[str]:
    """Commits that the record holds until its new lineage is begun: words are being taken out of them."""
    retired = sa.select(Retired.commit_id).join(Redaction, Redaction.id == Retired.redaction_id)
    return set(session.scalars(retired.where(Retired.event_id == event_id, Redaction.statement.is_(None))))


def _rows(session: Session, event_id: int) -> tuple[list[Version], list[str]]:
    """The written rows, in the order of the record, as the versions that they should be; and what in them clashes."""
    written = sa.select(Revision).where(Revision.event_id == event_id, Revision.commit_id.is_not(None))
    rows, contradictions = list[Version](), list[str]()
    ordered = written.order_by(Revision.place).execution_options(yield_per=AT_A_TIME)
    for row in session.scalars(ordered):
        rows.append(_as_version(row))
        if Object("commit", row.commit_object or b"").id != row.commit_id:
            contradictions.append(f"{rows[-1]} has another commit kept in the database than the one it names: the "
                                  "row was changed, and the record could not be rebuilt from it.")  # fmt: skip
    return rows, contradictions


def _as_version(row: Revision) -> Version:
    return Version(
        id=row.commit_id or "",
        draft=row.draft_slug,
        number=row.number,
        at=int(row.released.timestamp()) if row.released else 0,
        message=compose(row),
        blob=blob(row.text).id,
    )
