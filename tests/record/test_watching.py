"""The watch compares every record with its rows once a day; what differs is an alarm until it no longer does."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.facts import RevisionReleased
from drafting.reactions import Workshop, write_to_record
from drafting.record import watching
from drafting.record.alarm import RecordDiffers
from drafting.record.models import Revision
from drafting.record.projection import project
from drafting.record.signing import Signer
from drafting.record.watching import Archive, Watch
from tests.record.shelf import NOON, Shelf, git

DAY = timedelta(days=1)


class Post:
    """A watch over one record."""

    def __init__(self, shelf: Shelf, store: Path, signer: Signer) -> None:
        self.shelf, self.store, self.signer = shelf, store, signer
        self.watch = Watch(Archive(shelf.database, store, signer, "https://drafts.example.org"))

    def publishes(self, text: str) -> None:
        self.shelf.publishes(text)
        project(self.shelf.database, self.store, self.signer, self.shelf.event_id)

    def looks(self, at: object) -> list[str] | None:
        """The alarm after the watch was called."""
        self.watch(at)  # type: ignore[arg-type]
        if self.watch._thread is not None:
            self.watch._thread.join()
        with self.shelf.database.read() as session:
            alarm = watching.alarm_of(session, self.shelf.event_id)
            assert watching.alarms(session) == (alarm is not None)
        return None if alarm is None else list(alarm.problems)

    def changes_row(self, text: str) -> None:
        with self.shelf.database.write() as session:
            session.execute(sa.update(Revision).values(text=text))


@pytest.fixture
def post(shelf: Shelf, store: Path, signer: Signer) -> Post:
    return Post(shelf, store, signer)


def test_nothing_is_looked_at_before_there_is_a_record(post: Post) -> None:
    assert post.looks(NOON) is None and post.watch._thread is None
    post.shelf.publishes("Not written yet.\n")
    assert post.looks(NOON + DAY) is None and post.watch._thread is None


def test_what_differs_is_an_alarm_a_day_later_and_ends_when_it_no_longer_does(post: Post) -> None:
    post.publishes("Warm light.\n")
    assert post.looks(NOON) is None
    post.changes_row("Cold light.\n")
    tip = git(post.store / "riverside.git", "rev-parse", "main")
    assert post.looks(NOON + DAY / 2) is None, "once a day"
    (problem,) = post.looks(NOON + DAY) or []
    assert problem.startswith("Version 1 of “lamps”") and "the text differs" in problem
    assert post.looks(NOON + 2 * DAY) == [problem]
    with post.shelf.database.read() as session:
        alarm = watching.alarm_of(session, post.shelf.event_id)
        assert alarm is not None and (alarm.since, alarm.compared) == (NOON + DAY, NOON + 2 * DAY)
        assert session.scalars(sa.select(Revision.text)).one() == "Cold light.\n", "nothing is rewritten"
    assert git(post.store / "riverside.git", "rev-parse", "main") == tip
    post.changes_row("Warm light.\n")
    assert post.looks(NOON + 3 * DAY) is None


def test_a_record_that_cannot_be_written_is_compared_at_once(post: Post) -> None:
    post.publishes("Warm light.\n")
    assert post.looks(NOON) is None
    record = post.store / "riverside.git"
    forged = git(record, "commit-tree", "main^{tree}", "-m", "x")
    git(record, "update-ref", "refs/heads/main", forged)
    revision = post.shelf.publishes("Warmer.\n")
    with pytest.raises(RecordDiffers):
        write_to_record(
            Workshop(post.shelf.database, post.store, post.signer, *[post.store] * 3, "https://drafts.example.org"),
            RevisionReleased(post.shelf.event_id, revision, post.shelf.drafts["lamps"]),
        )
    assert any("is not signed" in problem for problem in post.looks(NOON + timedelta(minutes=1)) or [])


def test_a_list_of_keys_that_cannot_be_read_is_an_alarm_too(post: Post) -> None:
    post.publishes("Warm light.\n")
    post.signer.path.with_name("record_ed25519.days").write_text("{")
    assert post.looks(NOON) == [
        "The record cannot be checked: the list of earlier keys, record_ed25519.days, cannot be read."
    ]
