"""An event with drafts whose texts are accepted and released, and real git to look at what came of it."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from drafting.db import Database
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.record.models import Revision
from drafting.record.releasing import release

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
BARE = {**{k: v for k, v in os.environ.items() if not k.startswith("GIT_")}, "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C", "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@x",
        "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@x"}  # fmt: skip


def git(folder: Path, *command: str, text: str | None = None, ok: bool = True) -> str:
    """What git says, errors included. Fails the test if git fails and `ok` is true."""
    done = subprocess.run(["git", *command], cwd=folder, env=BARE, input=text, capture_output=True, text=True)
    assert not ok or done.returncode == 0, done.stderr
    assert ok or done.returncode != 0, done.stdout
    return (done.stdout + done.stderr).strip()


def row(**different: Any) -> Revision:
    """A revision as acceptance freezes it."""
    given: dict[str, Any] = {
        "event_id": 1, "draft_id": 1, "number": 1, "event_slug": "riverside", "event_title": "A day on the river",
        "draft_slug": "lamps", "title": "Lamps along the path", "kind": "common", "text": "Warm light.\n",
        "summary": "First version.", "withdraws": None, "rule": "one editor", "licence": "CC-BY-SA-4.0",
        "promise": {"number": 1, "level": "consult", "decider": "Parks department", "answer_by": "2026-12-01"},
        "base_url": "https://drafts.example.org", "accepted": NOON, "release_due": NOON, "released": None, "held": None,
        "coauthors": [{"name": "Drafting team of A day on the river", "email": "drafting-team@drafts.example.org"}],
        "commit_id": None, "commit_object": None, "place": None,
    }  # fmt: skip
    return Revision(**(given | different))


class Shelf:
    """One event, `riverside`, in a real database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.minutes = 0
        with database.write() as session:
            event = Event(slug="riverside", title="A day on the river", created=NOON)
            session.add(event)
            session.flush()
            self.event_id = event.id
        self.drafts: dict[str, int] = {}
        self.numbers: dict[str, int] = {}

    def draft(self, slug: str) -> int:
        if slug not in self.drafts:
            with self.database.write() as session:
                draft = Draft(event_id=self.event_id, slug=slug, title=slug, epoch="0", created=NOON)
                session.add(draft)
                session.flush()
                self.drafts[slug] = draft.id
        return self.drafts[slug]

    def accepts(self, text: str, *, draft: str = "lamps", **different: Any) -> int:
        """The id of the draft's next version, not public yet."""
        number = self.numbers[draft] = self.numbers.get(draft, 0) + 1
        ids = {"event_id": self.event_id, "draft_id": self.draft(draft), "draft_slug": draft, "number": number}
        with self.database.write() as session:
            revision = row(text=text, **ids, **different)
            session.add(revision)
            session.flush()
            return revision.id

    def releases(self, revision_id: int) -> bool:
        self.minutes += 1
        with self.database.write() as session:
            return release(session, revision_id, NOON + timedelta(minutes=self.minutes))

    def publishes(self, text: str, **given: Any) -> int:
        revision_id = self.accepts(text, **given)
        assert self.releases(revision_id)
        return revision_id

    def rows(self) -> list[Revision]:
        """Every released row, in the order of the record."""
        with self.database.read() as session:
            return list(session.query(Revision).where(Revision.place.is_not(None)).order_by(Revision.place))

    def ids(self) -> list[str | None]:
        return [each.commit_id for each in self.rows()]
