"""Checking a record as a stranger would: every commit signed, in one line, versions in order, its own file only."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from ..db import Database
from ..events.models import Event
from . import signers
from .alarm import RecordAlarm
from .message import trailers_of
from .models import Revision
from .objects import Commit, files_of, taken_apart
from .places import location
from .repository import Repository
from .signing import BadSignature, signed_by


def verify(path: Path, allowed_signers: str | None, expected: Sequence[str] | None = None) -> list[str]:
    """What is wrong with the record at `path` (a bare repository or a clone), in plain sentences; empty if nothing is.

    `allowed_signers` is the text of the published list; without it a signature must be sound, whosever it is.
    `expected` are the commit ids that the revision rows name, oldest first.
    """
    try:
        with Repository(path) as repository:
            return _Check(repository, allowed_signers).run(expected)
    except RecordAlarm as error:
        return [f"The record cannot be read: {error}."]


def verify_event(database: Database, repo_store: Path, event_id: int, allowed_signers: str | None) -> list[str]:
    """As `verify`, for an event of this installation, compared with its revision rows."""
    written = sa.select(Revision.commit_id).where(Revision.event_id == event_id, Revision.commit_id.is_not(None))
    with database.read() as session:
        slug = session.get_one(Event, event_id).slug
        expected = [commit_id for commit_id in session.scalars(written.order_by(Revision.place)) if commit_id]
    path = location(repo_store, slug)
    if not path.exists():
        return ["The record is missing."] if expected else []
    return verify(path, allowed_signers, expected)


class _Check:
    """One walk from the first commit to the newest."""

    def __init__(self, repository: Repository, allowed_signers: str | None) -> None:
        self._repository = repository
        self._allowed = None if allowed_signers is None else signers.read(allowed_signers)
        self._files: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self.problems: list[str] = []

    def run(self, expected: Sequence[str] | None) -> list[str]:
        tip = self._repository.tip("HEAD")
        ids = self._repository.ancestry(tip) if tip else []
        before: tuple[str, ...] = ()
        for commit_id in ids:
            for problem in self._commit(commit_id, before):
                self.problems.append(f"{commit_id[:12]}: {problem}")
            before = (commit_id,)
        if expected is not None and list(expected) != ids:
            at = next((n for n, pair in enumerate(zip(ids, expected, strict=False)) if pair[0] != pair[1]), None)
            where = f"from commit {at + 1} on" if at is not None else f"{len(ids)} commits, {len(expected)} versions"
            self.problems.append(f"The record and the database name different versions: {where}.")
        return self.problems

    def _commit(self, commit_id: str, before: tuple[str, ...]) -> list[str]:
        found = self._repository.read(commit_id)
        try:
            commit = taken_apart(found.body)
        except (ValueError, IndexError):
            return ["not a commit of the record"]
        problems = [] if found.id == commit_id else ["its content is not what its id says"]
        if commit.parents != before:
            problems.append("it does not follow the commit before it alone")
        return problems + self._signature(commit) + self._content(commit)

    def _signature(self, commit: Commit) -> list[str]:
        if commit.signature is None:
            return ["it is not signed"]
        try:
            key = signed_by(commit.unsigned, commit.signature)
        except BadSignature as error:
            return [str(error)]
        if self._allowed is None or any(each.good(key, commit.committed) for each in self._allowed):
            return []
        return ["it is signed with a key that is not on the list"]

    def _content(self, commit: Commit) -> list[str]:
        trailers = trailers_of(commit.message)
        draft, number = trailers.get("Draft", ""), trailers.get("Revision", "")
        problems = self._order(draft, number)
        tree = self._repository.read(commit.tree)
        try:
            files = files_of(tree.body)
        except ValueError:
            return [*problems, "it holds something that is not a text of the record"]
        if tree.id != commit.tree:
            problems.append("its list of files is not what its id says")
        name = f"{draft}.md"
        others = {n: i for n, i in files.items() if n != name}
        if name not in files or others != {n: i for n, i in self._files.items() if n != name}:
            problems.append("it changes another file than its own")
        elif self._repository.read(files[name]).id != files[name]:
            problems.append("its text is not what its id says")
        self._files = files
        return problems

    def _order(self, draft: str, number: str) -> list[str]:
        """Numbers of a draft only rise. One may be missing: a version that was held back never becomes public."""
        if not number.isdecimal() or int(number) <= self._numbers.get(draft, 0):
            return [f"version “{number}” of “{draft}” is out of order"]
        self._numbers[draft] = int(number)
        return []
