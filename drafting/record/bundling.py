"""The record in one file: a git bundle made after each acceptance, with a signature that `ssh-keygen` checks."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from ..db import Database
from ..events.models import Event
from . import parcels
from .alarm import RecordAlarm
from .models import Revision
from .places import location
from .repository import BRANCH, Repository
from .signing import Signer

FILE, SIGNATURE, FACTS = "record.bundle", "record.bundle.sig", "facts.json"
NAMESPACE = b"file"
"""What `ssh-keygen -Y verify -n` is told."""
QUIET = timedelta(seconds=3)
LONGEST = timedelta(seconds=60)
"""Where versions follow each other closely one bundle is made for many, and at the latest after this."""

log = logging.getLogger(__name__)

Step = Callable[[str], None]


@dataclass(frozen=True)
class Bundle:
    """What is stated about it. `tip` is the newest commit in it, `key` the public key that signed it."""

    tip: str
    sha256: str
    size_bytes: int
    key: str
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / FILE

    @property
    def signature(self) -> Path:
        return self.folder / SIGNATURE


def shelf(folder: Path, event_slug: str) -> Path:
    """Where the event's bundles lie; `folder` is that of everything that is made ahead."""
    return folder / event_slug / "record"


def newest(folder: Path, event_slug: str) -> Bundle | None:
    """The event's bundle, if there is one yet."""
    found = parcels.newest(shelf(folder, event_slug))
    try:
        return Bundle(**json.loads((found / FACTS).read_text()), folder=found) if found else None
    except (OSError, ValueError, TypeError):
        return None


def make(
    repo_store: Path, folder: Path, event_slug: str, signer: Signer, *, step: Step = lambda name: None
) -> Bundle | None:
    """Write the bundle of what the record holds now; None if it holds nothing yet.

    Raises parcels.Taken if somebody is at it already, RepositoryFailed. `step` is told where we are.
    """
    record = location(repo_store, event_slug)
    if not record.exists():
        return None
    with Repository(record) as repository:
        tip = repository.tip()
        return None if tip is None else _packed(repository, folder, event_slug, signer, tip, step)


def _packed(
    repository: Repository, folder: Path, event_slug: str, signer: Signer, tip: str, step: Step
) -> Bundle | None:
    name = f"{tip}-{hashlib.sha256(signer.public_key.encode()).hexdigest()[:8]}"
    with parcels.packing(shelf(folder, event_slug), name) as place:
        step("begun")
        repository.bundle(place / FILE)
        data = (place / FILE).read_bytes()
        step("bundled")
        (place / SIGNATURE).write_text(signer.sign(data, NAMESPACE) + "\n")
        facts = {
            "tip": tip_of(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "size_bytes": len(data),
            "key": signer.public_key,
        }
        (place / FACTS).write_text(json.dumps(facts))
        step("signed")
    return newest(folder, event_slug)


def tip_of(bundle: bytes) -> str:
    """The branch's commit, from the heading: the branch may move while git is at work. Empty if none is named."""
    heading = bundle.partition(b"\n\n")[0].decode(errors="replace")
    return next((line.split()[0] for line in heading.splitlines() if line.endswith(f" {BRANCH}")), "")


@dataclass
class Bundler:
    """Keeps every event's bundle up to date, for the worker.

    `_level` is the commit of an event's record that the bundle is known to end with, `_rest` until when an event is
    left alone after a failure.
    """

    database: Database
    repo_store: Path
    folder: Path
    signer: Signer
    _level: dict[int, str] = field(default_factory=dict)
    _rest: dict[int, datetime] = field(default_factory=dict)

    def catch_up(self, at: datetime) -> list[Bundle]:
        """Make the bundles that are due, those of busy events a little later."""
        written = (Revision.event_id == Event.id, Revision.commit_id.is_not(None))
        tip = sa.select(Revision.commit_id).where(*written).order_by(Revision.place.desc()).limit(1).scalar_subquery()
        with self.database.read() as session:
            rows = session.execute(sa.select(Event.id, Event.slug, tip)).all()
        behind = [(row[0], row[1]) for row in rows if row[2] != self._level.get(row[0])]
        due = [each for each in behind if self._rest.get(each[0], at) <= at and self._is_due(*each, at)]
        return [made for event_id, slug in due if (made := self._made(event_id, slug, at))]

    def _is_due(self, event_id: int, slug: str, at: datetime) -> bool:
        there = newest(self.folder, slug)
        of_event = (Revision.event_id == event_id, Revision.commit_id.is_not(None))
        written = sa.select(Revision.place, Revision.commit_id, Revision.released).where(*of_event)
        bundled = sa.select(Revision.place).where(*of_event, Revision.commit_id == (there.tip if there else ""))
        with self.database.read() as session:
            last = session.execute(written.order_by(Revision.place.desc()).limit(1)).first()
            base = session.scalar(bundled) or 0
            first = session.execute(written.where(Revision.place > base).order_by(Revision.place).limit(1)).first()
        if last is None:
            return False
        if there is not None and there.tip == last.commit_id and there.key == self.signer.public_key:
            self._level[event_id] = last.commit_id
            return False
        waited_since = first.released if first else last.released
        return bool(at - last.released >= QUIET or at - waited_since >= LONGEST)

    def _made(self, event_id: int, slug: str, at: datetime) -> Bundle | None:
        try:
            return make(self.repo_store, self.folder, slug, self.signer)
        except parcels.Taken:
            return None
        except (RecordAlarm, OSError):
            log.exception("a bundle could not be made", extra={"event": event_id})
            self._rest[event_id] = at + LONGEST
            return None
