"""Released rows become commits, in their order, once; and the whole repository can be made again from the rows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from ..db import Database
from ..errors import NotFound
from ..events.models import Event
from .alarm import RecordAlarm, RecordDiffers
from .commits import build
from .models import Retired, Revision
from .objects import Object, Signs, taken_apart
from .places import holding, location
from .repository import Repository, make, swap_in, writing

BATCH = 50  # revisions per git process when many are written again

Step = Callable[[str], None]


@dataclass(frozen=True)
class Written:
    """The newest row that has its commit; place 0 before the first."""

    place: int = 0
    commit_id: str | None = None


def project(
    database: Database, repo_store: Path, signer: Signs, event_id: int, *, step: Step = lambda name: None
) -> list[str]:
    """Write every released revision that is not in the event's record yet; return the new commit ids, oldest first.

    Safe to call at any time, from several processes, and again after a crash: the same row gives the same commit.
    A record that is missing, or older than the rows, is completed from them. Raises RecordDiffers, and changes
    nothing, if it holds something else. `step` is told where we are, so that a test can kill us there.
    """
    slug = _slug(database, event_id)
    _leave_old_lineage(database, repo_store, event_id, slug, step)
    with writing(repo_store, slug) as repository:
        step("locked")
        last = _newest(database, event_id)
        ahead = _level(database, repository, event_id, last)
        parent, files, new = last.commit_id, repository.files_at(last.commit_id), list[str]()
        while row := _row(database, event_id, last.place + len(new) + 1):
            built = build(row, parent=parent, files=files, signer=signer)
            step("built")
            if ahead is None:
                repository.write(built.added)
                step("objects written")
                repository.move(built.commit.id, only_from=parent)
                step("branch moved")
            elif ahead != built.commit.id:
                break
            _keep(database, row.id, built.commit)
            step("row written")
            ahead, parent, files = None, built.commit.id, built.files
            new.append(built.commit.id)
        if ahead is not None:
            raise RecordDiffers(f"the record of event {event_id} holds commit {ahead}, which no revision explains")
        if repository.is_scattered():
            repository.gather()
        return new


def rebuild(database: Database, repo_store: Path, event_id: int) -> str | None:
    """Make the record again from the rows that have their commits: the same ids, without any key. Return the tip.

    What was there is replaced in one step. If it told another story it is kept beside, as `.differs-…`: somebody has
    to find out why.
    Raises RecordDiffers, and replaces nothing, if the rows contradict themselves.
    """
    slug = _slug(database, event_id)
    record = location(repo_store, slug)
    with holding(repo_store, slug) as lock:
        last = _newest(database, event_id)
        fresh = make(record)
        with Repository(fresh, lock) as repository:
            _write_again(database, repository, event_id, Written(), last)
            repository.gather()
        swap_in(fresh, record, aside=_evidence(database, record, event_id))
    return last.commit_id


def _leave_old_lineage(database: Database, repo_store: Path, event_id: int, slug: str, step: Step) -> None:
    """A repository that ends with a commit from which words were taken out goes, with the words in it. In its place
    comes one with what was written before; the rest follows as if it were new.
    """
    record = location(repo_store, slug)
    if not _ends_with_retired(database, record):
        return
    with holding(repo_store, slug) as lock:
        if not _ends_with_retired(database, record):
            return
        fresh = make(record)
        with Repository(fresh, lock) as repository:
            _write_again(database, repository, event_id, Written(), _newest(database, event_id))
        step("new lineage begun")
        swap_in(fresh, record, aside=None)
        step("old lineage left")


def _level(database: Database, repository: Repository, event_id: int, last: Written) -> str | None:
    """Bring a record that is behind the rows level with them. Return the commit by which it is ahead, if it is by one.

    That is what a crash leaves between moving the branch and writing the row. Raises RecordDiffers for anything else.
    """
    tip = repository.tip()
    if tip == last.commit_id:
        return None
    place = 0 if tip is None else _place_of(database, event_id, tip)
    if place is not None:
        _write_again(database, repository, event_id, Written(place, tip), last)
        return None
    assert tip is not None
    if taken_apart(repository.read(tip).body).parents != ((last.commit_id,) if last.commit_id else ()):
        raise RecordDiffers(f"the record of event {event_id} ends with {tip}; the rows end with {last.commit_id}")
    return tip


def _write_again(database: Database, repository: Repository, event_id: int, since: Written, last: Written) -> None:
    """Write the kept commits after `since` up to `last`, then move the branch once."""
    parent, files = since.commit_id, repository.files_at(since.commit_id)
    waiting: list[Object] = []
    for place in range(since.place + 1, last.place + 1):
        row = _row(database, event_id, place)
        if row is None or row.commit_id is None:
            raise RecordDiffers(f"event {event_id} has no written revision at place {place}")
        built = build(row, parent=parent, files=files, signer=None)
        parent, files = built.commit.id, built.files
        waiting += built.added
        if place % BATCH == 0 or place == last.place:
            repository.write(waiting)
            waiting.clear()
    if parent is not None:
        repository.move(parent, only_from=since.commit_id)


def _evidence(database: Database, record: Path, event_id: int) -> Path | None:
    """Where to keep the repository that is being replaced, if it holds what the rows do not know."""
    if not record.exists():
        return None
    try:
        with Repository(record) as repository:
            tip = repository.tip()
        if tip is None or _is_retired(database, tip) or _place_of(database, event_id, tip) is not None:
            return None
        return record.with_name(f".differs-{record.stem}-{tip[:12]}")
    except RecordAlarm:
        return record.with_name(f".differs-{record.stem}-unreadable")


def _slug(database: Database, event_id: int) -> str:
    with database.read() as session:
        slug = session.scalar(sa.select(Event.slug).where(Event.id == event_id))
    if slug is None:
        raise NotFound("There is no such event.")
    return slug


def _newest(database: Database, event_id: int) -> Written:
    written = sa.select(Revision.place, Revision.commit_id).where(
        Revision.event_id == event_id, Revision.commit_id.is_not(None)
    )
    with database.read() as session:
        row = session.execute(written.order_by(Revision.place.desc()).limit(1)).first()
    return Written(row.place, row.commit_id) if row else Written()


def _place_of(database: Database, event_id: int, commit_id: str) -> int | None:
    with database.read() as session:
        return session.scalar(
            sa.select(Revision.place).where(Revision.event_id == event_id, Revision.commit_id == commit_id)
        )


def _ends_with_retired(database: Database, record: Path) -> bool:
    if not record.exists():
        return False
    with Repository(record) as repository:
        tip = repository.tip()
    return tip is not None and _is_retired(database, tip)


def _is_retired(database: Database, commit_id: str) -> bool:
    with database.read() as session:
        return session.get(Retired, commit_id) is not None


def _row(database: Database, event_id: int, place: int) -> Revision | None:
    with database.read() as session:
        return session.scalar(
            sa.select(Revision).where(
                Revision.event_id == event_id, Revision.place == place, Revision.released.is_not(None)
            )
        )


def _keep(database: Database, revision_id: int, commit: Object) -> None:
    with database.write() as session:
        unwritten = sa.update(Revision).where(Revision.id == revision_id, Revision.commit_id.is_(None))
        session.execute(unwritten.values(commit_id=commit.id, commit_object=commit.body))
