"""The record beside its rows: whichever was changed, the difference is named, and nothing is rewritten."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.db import Database
from drafting.record.comparison import differences
from drafting.record.keys import allowed_signers
from drafting.record.models import Revision
from drafting.record.projection import project
from drafting.record.signing import Signer
from tests.record import forger
from tests.record.shelf import NOON, Shelf, git


class Archive:
    """A record of three versions, its rows, and who compares them."""

    def __init__(self, shelf: Shelf, store: Path, signer: Signer) -> None:
        self.shelf, self.store, self.signer = shelf, store, signer
        for text, draft in (("Warm light.\n", "lamps"), ("Oak.\n", "benches"), ("Warmer light.\n", "lamps")):
            shelf.publishes(text, draft=draft)
        project(shelf.database, store, signer, shelf.event_id)
        self.record = store / "riverside.git"
        self.ids = [each or "" for each in shelf.ids()]

    @property
    def database(self) -> Database:
        return self.shelf.database

    def changes_row(self, at: int, **values: object) -> None:
        with self.database.write() as session:
            session.execute(sa.update(Revision).where(Revision.place == at).values(**values))

    def differs(self) -> list[str]:
        before = git(self.record, "for-each-ref") if self.record.exists() else ""
        keys = allowed_signers(self.signer, "record@drafts.example.org")
        found = differences(self.database, self.store, self.shelf.event_id, keys)
        assert before == (git(self.record, "for-each-ref") if self.record.exists() else "")
        return found


@pytest.fixture
def archive(shelf: Shelf, store: Path, signer: Signer) -> Archive:
    return Archive(shelf, store, signer)


def test_an_honest_record_is_what_its_rows_say(archive: Archive) -> None:
    assert archive.differs() == []


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"text": "Steel.\n"}, "the text"),
        ({"summary": "Something else."}, "the message"),
        ({"rule": "everybody"}, "the message"),
        ({"released": NOON + timedelta(days=1)}, "the date"),
    ],
)
def test_a_row_that_was_changed_is_named(archive: Archive, values: dict[str, object], what: str) -> None:
    archive.changes_row(2, **values)
    assert archive.differs() == [
        f"Version 1 of “benches” (commit {archive.ids[1][:12]}) says something else in the database than in the "
        f"record: {what} differs. A row was changed after it was published."
    ]


def test_a_row_that_names_another_commit_is_named(archive: Archive) -> None:
    archive.changes_row(2, commit_id="0" * 40)
    clash, missing, unknown = archive.differs()
    assert clash.startswith("Version 1 of “benches” (commit 000000000000) has another commit kept in the database")
    assert "is in the database, and the record does not hold it" in missing
    assert unknown.startswith(f"Version 1 of “benches” (commit {archive.ids[1][:12]}) is in the record, and the")


def test_a_row_that_keeps_another_commit_is_named(archive: Archive) -> None:
    archive.changes_row(2, commit_object=b"noise")
    (clash,) = archive.differs()
    assert archive.ids[1][:12] in clash and "has another commit kept in the database than the one it names" in clash


def test_a_row_that_was_removed_is_named(archive: Archive) -> None:
    with archive.database.write() as session:
        session.execute(sa.delete(Revision).where(Revision.place == 2))
    (said,) = archive.differs()
    assert said.startswith("Version 1 of “benches”") and "the database does not know it" in said


def test_rows_that_changed_places_are_noticed(archive: Archive) -> None:
    for place, other in ((1, 9), (2, 1), (9, 2)):
        archive.changes_row(place, place=other)
    assert archive.differs() == [
        "The database names the versions in another order than the record: their places were changed."
    ]


def test_a_record_that_was_cut_off_or_lost_is_noticed(archive: Archive) -> None:
    git(archive.record, "update-ref", "refs/heads/main", "main~1")
    assert archive.differs() == [
        f"Version 2 of “lamps” (commit {archive.ids[2][:12]}) is in the database, and the record does not hold it: the "
        "record was changed or cut off."
    ]
    archive.record.rename(archive.store / "elsewhere")
    assert archive.differs() == ["The record is missing: its folder is gone from the disk."]


def test_a_history_written_again_with_the_own_key_is_noticed(archive: Archive) -> None:
    edit = forger.another_text(archive.record, archive.ids[2], "lamps.md", "Cold.\n")
    *_, forged = forger.write_again(archive.record, archive.ids, edit, archive.signer)
    said = archive.differs()
    assert len(said) == 2 and archive.ids[2][:12] in said[0] and forged[:12] in said[1]


def test_what_is_on_its_way_is_no_difference(archive: Archive) -> None:
    archive.shelf.publishes("Not written yet.\n")
    assert archive.differs() == []
