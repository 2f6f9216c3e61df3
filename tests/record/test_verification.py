"""An honest record passes; whatever was changed is named."""

import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.record.models import Revision
from drafting.record.projection import project
from drafting.record.signing import Signer
from drafting.record.verification import verify, verify_event
from tests.record.shelf import NOON, Shelf, git


@pytest.fixture
def listed(signer: Signer) -> str:
    return "# keys\n" + signer.allowed_signers_line("record@drafts.example.org", NOON) + "\n"


@pytest.fixture
def copy(sqlite_shelf: Shelf, store: Path, signer: Signer, tmp_path: Path) -> Path:
    """A stranger's clone of three versions of two texts."""
    for text, draft in (("Warm light.\n", "lamps"), ("Oak.\n", "benches"), ("Warmer light.\n", "lamps")):
        sqlite_shelf.publishes(text, draft=draft)
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    git(tmp_path, "clone", "-q", str(store / "riverside.git"), "copy")
    return tmp_path / "copy"


def test_an_honest_record_passes(copy: Path, sqlite_shelf: Shelf, store: Path, listed: str) -> None:
    assert verify(copy, listed) == []
    assert verify(copy, None) == []
    assert verify(store / "riverside.git", listed, [i or "" for i in sqlite_shelf.ids()]) == []
    assert verify_event(sqlite_shelf.database, store, sqlite_shelf.event_id, listed) == []


def test_a_record_with_a_version_that_was_held_back_passes(
    sqlite_shelf: Shelf, store: Path, signer: Signer, listed: str
) -> None:
    sqlite_shelf.accepts("Harm.\n", held=NOON)
    sqlite_shelf.publishes("Two.\n")
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    assert verify_event(sqlite_shelf.database, store, sqlite_shelf.event_id, listed) == []


def test_a_commit_of_somebody_else_is_named(copy: Path, listed: str) -> None:
    (copy / "lamps.md").write_text("forged\n")
    git(copy, "commit", "-qam", "Lamps: version 4\n\nRevision: 4\nDraft: lamps")
    (problem,) = verify(copy, listed)
    assert problem == f"{git(copy, 'rev-parse', 'HEAD')[:12]}: it is not signed"


def test_a_commit_signed_with_another_key_is_named(
    copy: Path, sqlite_shelf: Shelf, store: Path, tmp_path: Path, listed: str
) -> None:
    sqlite_shelf.publishes("Four.\n")
    (fourth,) = project(sqlite_shelf.database, store, Signer(tmp_path / "other"), sqlite_shelf.event_id)
    assert verify(store / "riverside.git", listed) == [
        f"{fourth[:12]}: it is signed with a key that is not on the list"
    ]
    assert verify(store / "riverside.git", None) == []


def test_a_changed_message_breaks_its_signature(copy: Path, listed: str) -> None:
    commit = subprocess.check_output(["git", "cat-file", "commit", "HEAD"], cwd=copy).decode()
    forged = git(copy, "hash-object", "-t", "commit", "-w", "--stdin", text=commit.replace("one editor", "everybody"))
    git(copy, "reset", "-q", "--soft", forged)
    assert verify(copy, listed) == [f"{forged[:12]}: the signature belongs to another text"]


def test_a_commit_left_out_is_noticed_by_who_has_the_rows(copy: Path, sqlite_shelf: Shelf, listed: str) -> None:
    git(copy, "reset", "-q", "--hard", "HEAD~1")
    assert verify(copy, listed, [i or "" for i in sqlite_shelf.ids()]) == [
        "The record and the database name different versions: 2 commits, 3 versions."
    ]


def test_a_commit_that_joins_two_histories_is_named(copy: Path, listed: str) -> None:
    first, tip = git(copy, "rev-list", "--max-parents=0", "HEAD"), git(copy, "rev-parse", "HEAD")
    merged = git(copy, "commit-tree", "HEAD^{tree}", "-p", tip, "-p", first, "-m", "x\n\nRevision: 2\nDraft: lamps")
    git(copy, "reset", "-q", "--soft", merged)
    assert verify(copy, listed) == [
        f"{merged[:12]}: it does not follow the commit before it alone",
        f"{merged[:12]}: it is not signed",
        f"{merged[:12]}: version “2” of “lamps” is out of order",
    ]


def test_a_commit_that_touches_another_text_is_named(copy: Path, listed: str) -> None:
    (copy / "benches.md").write_text("Steel.\n")
    git(copy, "commit", "-qam", "x\n\nRevision: 4\nDraft: lamps")
    assert [problem.split(": ", 1)[1] for problem in verify(copy, listed)] == [
        "it is not signed",
        "it changes another file than its own",
    ]


def test_a_link_or_a_folder_is_not_a_text(copy: Path, listed: str) -> None:
    (copy / "folder").mkdir()
    (copy / "folder/lamps.md").write_text("x")
    git(copy, "add", ".")
    git(copy, "commit", "-qm", "x\n\nRevision: 4\nDraft: lamps")
    assert "it holds something that is not a text of the record" in verify(copy, listed)[-1]


def test_rows_that_say_otherwise_are_noticed(copy: Path, sqlite_shelf: Shelf, store: Path, listed: str) -> None:
    with sqlite_shelf.database.write() as session:
        session.execute(sa.update(Revision).where(Revision.place == 2).values(commit_id="0" * 40))
    assert verify_event(sqlite_shelf.database, store, sqlite_shelf.event_id, listed) == [
        "The record and the database name different versions: from commit 2 on."
    ]


def test_what_is_no_record_is_said_to_be_none(tmp_path: Path, listed: str) -> None:
    assert verify(tmp_path, listed) == [f"The record cannot be read: {tmp_path.name} is not a repository."]
    assert verify(tmp_path / "nowhere", listed) == ["The record cannot be read: nowhere is not a repository."]
