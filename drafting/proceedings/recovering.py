"""After a restore from an older backup: versions that the record holds and the database does not know are adopted, and
words that were taken out of it since then leave the rows.

Only what a key of ours has signed, and only in its order; the first commit that is not ends it, and is named.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..drafts import starting
from ..drafts.models import Draft
from ..events.models import Event, Promise
from ..record import commits, counting, found
from ..record.alarm import RecordAlarm
from ..record.models import Revision
from ..record.objects import Object, files_of, taken_apart
from ..record.places import location
from ..record.repository import Repository
from . import lineages

ON_ITS_OWN = (
    "{slug}: the record belongs to an event that the backup does not know. It was left alone: make the event again, or"
    " take it over from an archive, and keep the folder until then."
)
REFUSED = (
    "{slug}: {commit} was not adopted, nor what comes after it: {why}. Find out who wrote it;"
    " `drafting record rebuild {slug}` puts what the database holds in its place, and keeps this aside."
)


@dataclass
class Recovered:
    """How many versions were adopted, in how many the record had another commit since words were taken out of it, and
    sentences about what was not adopted.
    """

    versions: int = 0
    replaced: int = 0
    refused: list[str] = field(default_factory=list)


class NotOurs(Exception):
    """A commit that is not adopted; the message is a clause that says why."""


def recover(database: Database, repo_store: Path, ours: str, at: datetime) -> Recovered:
    """Adopt what is missing, for every event. `ours` are our lines of allowed signers. Safe to call again."""
    done = Recovered()
    with database.read() as session:
        events = {event.slug: event.id for event in session.scalars(sa.select(Event).order_by(Event.id))}
    for record in sorted(repo_store.glob("[!.]*.git")):
        if record.stem not in events:
            done.refused.append(ON_ITS_OWN.format(slug=record.stem))
    for slug, event_id in events.items():
        path = location(repo_store, slug)
        if path.exists():
            try:
                with Repository(path) as repository:
                    _Adopting(database, repository, event_id, slug, ours, at, done).run()
            except RecordAlarm as alarm:
                done.refused.append(f"{slug}: the record cannot be read, and nothing of it was adopted: {alarm}.")
    return done


class _Adopting:
    """One event's record, from where the rows end."""

    def __init__(
        self, database: Database, repository: Repository, event_id: int, slug: str, ours: str, at: datetime,
        done: Recovered,
    ) -> None:  # fmt: skip
        self._database, self._repository, self._done = database, repository, done
        self._event_id, self._slug, self._ours, self._at = event_id, slug, ours, at

    def run(self) -> None:
        written = sa.select(Revision.commit_id).where(
            Revision.event_id == self._event_id, Revision.commit_id.is_not(None)
        )
        with self._database.read() as session:
            known = list(session.scalars(written.order_by(Revision.place)))
        tip = self._repository.tip()
        if tip is None or tip in known:
            return
        ids = self._repository.ancestry(tip)
        try:
            self._follow(known, ids)
        except NotOurs as why:
            self._refuse(tip, str(why))
            return
        last = ids[len(known) - 1] if known else None
        for parent, commit_id in zip([last, *ids[len(known) :]], ids[len(known) :], strict=False):
            try:
                self._adopt(commit_id, parent)
            except NotOurs as why:
                self._refuse(commit_id, str(why))
                return
            self._done.versions += 1

    def _refuse(self, commit_id: str, why: str) -> None:
        self._done.refused.append(REFUSED.format(slug=self._slug, commit=commit_id, why=why))

    def _follow(self, known: list[str | None], ids: list[str]) -> None:
        """Bring what the backup knows to the lineage of the record, in one transaction. Raises NotOurs."""
        same = next((n for n, (a, b) in enumerate(zip(known, ids, strict=False)) if a != b), min(len(known), len(ids)))
        if same == len(known):
            return
        goes_on = NotOurs(f"the record does not go on from version {len(known)} of the backup, {known[-1]}")
        if len(ids) < len(known):
            raise goes_on
        parents = [None, *ids]
        found = [self._checked(ids[n], parents[n]) for n in range(same, len(known))]
        mine = sa.select(Revision).where(Revision.event_id == self._event_id, Revision.commit_id.in_(known[same:]))
        with self._database.write() as session:
            rows = session.scalars(mine.order_by(Revision.place)).all()
            for kept, now in zip(rows, found, strict=True):
                if now.replaces is None or not lineages.is_same_but_for_notices(kept, now):
                    raise goes_on
                lineages.follow(session, kept, now, self._at)
        self._done.replaced += len(found)

    def _adopt(self, commit_id: str, parent: str | None) -> None:
        """One version, in one transaction. Raises NotOurs."""
        row = self._checked(commit_id, parent)
        with self._database.write() as session:
            self._enter(session, row)

    def _checked(self, commit_id: str, parent: str | None) -> Revision:
        """What a commit of the record says, if it is ours and in its place. Raises NotOurs."""
        made = self._repository.read(commit_id)
        with self._database.read() as session:
            allowed = counting.counting(session, self._event_id, self._ours)
            title = session.get_one(Event, self._event_id).title
        row = self._read(commit_id, made, allowed, title)
        files = self._repository.files_at(parent)
        try:
            commits.build(row, parent=parent, files=files, signer=None)
        except RecordAlarm:
            raise NotOurs("it does not hold one text on top of the version before it") from None
        return row

    def _read(self, commit_id: str, made: Object, allowed: str, title: str) -> Revision:
        try:
            commit = taken_apart(made.body)
            if made.id != commit_id:
                raise NotOurs("its content is not what its id says")
            if complaint := counting.complaint(commit, allowed):
                raise NotOurs(complaint)
            name = f"{found.draft_of(commit)}.md"
            text = self._repository.read(files_of(self._repository.read(commit.tree).body)[name]).body.decode()
            row = found.row_of(made, commit, text, event_title=title)
        except (ValueError, KeyError, IndexError) as error:
            raise NotOurs("it is not a version of a text") from error
        if row.event_slug != self._slug:
            raise NotOurs("it is of another event")
        return row

    def _enter(self, session: Session, row: Revision) -> None:
        """As a new row; or, where the backup has this version without its commit, into that."""
        places = sa.select(sa.func.max(Revision.place)).where(
            Revision.event_id == self._event_id, Revision.commit_id.is_not(None)
        )
        place, draft = 1 + (session.scalar(places) or 0), self._draft(session, row)
        kept = session.scalar(sa.select(Revision).where(Revision.draft_id == draft.id, Revision.number == row.number))
        if kept is not None:
            self._complete(session, kept, row, place)
            return
        row.event_id, row.draft_id, row.place, row.recovered = self._event_id, draft.id, place, self._at
        row.promise = row.promise | {"number": self._promise(session, row)}
        self._free(session, place)
        session.add(row)
        session.flush()
        if row.replaces is not None:
            lineages.account_for(session, row, self._at)

    def _complete(self, session: Session, kept: Revision, row: Revision, place: int) -> None:
        if kept.commit_id is not None or not lineages.is_same_but_for_notices(kept, row):
            raise NotOurs("the backup has another text as the same version")
        kept.place = None
        self._free(session, place)
        kept.released, kept.held, kept.hold_reason = row.released, None, None
        kept.place = place
        lineages.follow(session, kept, row, self._at)

    def _free(self, session: Session, place: int) -> None:
        """What waits to be written comes right after this place, in the order that it had."""
        session.flush()
        unwritten = (Revision.event_id == self._event_id, Revision.place.is_not(None), Revision.commit_id.is_(None))
        waiting = list(session.scalars(sa.select(Revision).where(*unwritten).order_by(Revision.place)))
        for each in waiting:
            each.place = None
        session.flush()
        for number, each in enumerate(waiting, place + 1):
            each.place = number
        session.flush()

    def _draft(self, session: Session, row: Revision) -> Draft:
        """The text; one that was begun after the backup begins with what was published of it."""
        draft = session.scalar(sa.select(Draft).where(Draft.event_id == self._event_id, Draft.slug == row.draft_slug))
        return draft or starting.bring_in(
            session, self._event_id, slug=row.draft_slug, title=row.title, kind=row.kind, created=row.accepted,
            text=row.text,
        )  # fmt: skip

    def _promise(self, session: Session, row: Revision) -> int:
        """The number of the newest promise that says the same, or 0."""
        promises = sa.select(Promise).where(Promise.event_id == self._event_id).order_by(Promise.number.desc())
        for promise in session.scalars(promises):
            by = promise.answer_by.isoformat() if promise.answer_by else None
            if (promise.level, promise.decider_office, by) == (
                row.promise["level"], row.promise["decider"], row.promise["answer_by"],
            ):  # fmt: skip
                return promise.number
        return 0
