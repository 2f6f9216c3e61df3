"""The record in one file: the same history for a real git, signed for a real ssh-keygen, whole or not there."""

import hashlib
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from drafting.config import Settings
from drafting.record import bundling, keys, parcels
from drafting.record.bundling import LONGEST, QUIET, Bundler
from drafting.record.projection import project
from drafting.record.signing import Signer
from tests import needs
from tests.record.shelf import NOON, Shelf, git


@pytest.fixture
def bundler(sqlite_shelf: Shelf, store: Path, settings: Settings, signer: Signer) -> Bundler:
    return Bundler(sqlite_shelf.database, store, settings.parcels, signer)


def writes(shelf: Shelf, store: Path, signer: Signer, text: str) -> None:
    shelf.publishes(text)
    project(shelf.database, store, signer, shelf.event_id)


def test_a_clone_of_the_file_has_the_same_tip_and_the_signature_is_good(
    sqlite_shelf: Shelf, store: Path, signer: Signer, bundler: Bundler, tmp_path: Path
) -> None:
    writes(sqlite_shelf, store, signer, "One.\n")
    writes(sqlite_shelf, store, signer, "Two.\n")
    (made,) = bundler.catch_up(NOON + timedelta(hours=1))
    git(tmp_path, "clone", str(made.file), "copy")
    assert git(tmp_path / "copy", "rev-parse", "HEAD") == made.tip == sqlite_shelf.ids()[-1]
    assert (tmp_path / "copy" / "lamps.md").read_text() == "Two.\n"
    assert git(tmp_path / "copy", "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert hashlib.sha256(made.file.read_bytes()).hexdigest() == made.sha256

    who = "record@drafts.example.org"
    listed = tmp_path / "allowed_signers"
    listed.write_text(keys.allowed_signers(signer, who))
    program = needs.program("ssh-keygen", remedy="On Debian: apt install openssh-client")
    command = [program, "-Y", "verify", "-f", listed, "-I", who, "-n", "file", "-s", made.signature]
    for data, good in ((made.file.read_bytes(), True), (made.file.read_bytes() + b"x", False)):
        assert (subprocess.run(command, input=data, capture_output=True).returncode == 0) is good


def test_one_is_made_for_many_that_follow_each_other_and_at_the_latest_after_a_minute(
    sqlite_shelf: Shelf, store: Path, signer: Signer, bundler: Bundler
) -> None:
    writes(sqlite_shelf, store, signer, "One.\n")  # the shelf's clock goes a minute a version
    at = sqlite_shelf.rows()[-1].released
    assert at is not None
    assert bundler.catch_up(at + QUIET / 2) == []
    assert len(bundler.catch_up(at + QUIET)) == 1
    assert bundler.catch_up(at + QUIET * 2) == []
    writes(sqlite_shelf, store, signer, "Two.\n")
    writes(sqlite_shelf, store, signer, "Three.\n")
    (made,) = bundler.catch_up(at + timedelta(minutes=2))
    assert made.tip == sqlite_shelf.ids()[-1], f"the first of them has waited for {LONGEST}"
    assert bundler.catch_up(at + timedelta(hours=1)) == []


def test_nothing_is_made_of_nothing(sqlite_shelf: Shelf, store: Path, signer: Signer, bundler: Bundler) -> None:
    assert bundler.catch_up(NOON + timedelta(hours=1)) == []
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    assert bundling.make(store, bundler.folder, "riverside", signer) is None
    assert bundling.newest(bundler.folder, "riverside") is None


def test_another_key_signs_the_same_history_anew(
    sqlite_shelf: Shelf, store: Path, signer: Signer, bundler: Bundler, tmp_path: Path
) -> None:
    writes(sqlite_shelf, store, signer, "One.\n")
    (first,) = bundler.catch_up(NOON + timedelta(hours=1))
    other = Bundler(sqlite_shelf.database, store, bundler.folder, Signer(tmp_path / "other"))
    (second,) = other.catch_up(NOON + timedelta(hours=1))
    assert (first.tip, first.sha256) == (second.tip, second.sha256) and first.key != second.key
    assert not first.folder.exists(), "the old one is gone"


KILLED = """
import os, signal, sys
from pathlib import Path
from drafting.record import bundling
from drafting.record.signing import Signer
store, folder, key, fatal = sys.argv[1:]
def step(name):
    if name == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
bundling.make(Path(store), Path(folder), "riverside", Signer(Path(key)), step=step)
"""


@pytest.mark.parametrize("step", ["begun", "bundled", "signed"])
def test_killed_in_the_middle_the_old_file_stays_and_nothing_is_left_after_the_next(
    sqlite_shelf: Shelf, store: Path, settings: Settings, signer: Signer, bundler: Bundler, step: str
) -> None:
    writes(sqlite_shelf, store, signer, "One.\n")
    (old,) = bundler.catch_up(NOON + timedelta(hours=1))
    writes(sqlite_shelf, store, signer, "Two.\n")
    key = settings.key_file("record_ed25519")
    died = subprocess.run(
        [sys.executable, "-c", KILLED, store, bundler.folder, key, step], cwd=Path(__file__).parents[2]
    )
    assert died.returncode == -signal.SIGKILL
    assert bundling.newest(bundler.folder, "riverside") == old and old.file.exists() and old.signature.exists()
    (made,) = bundler.catch_up(NOON + timedelta(hours=2))
    assert made.tip == sqlite_shelf.ids()[-1]
    left = {path.name for path in bundling.shelf(bundler.folder, "riverside").iterdir()}
    assert left == {"current", ".lock", made.folder.name}


def test_two_do_not_make_it_at_once(sqlite_shelf: Shelf, store: Path, signer: Signer, bundler: Bundler) -> None:
    writes(sqlite_shelf, store, signer, "One.\n")
    with parcels.packing(bundling.shelf(bundler.folder, "riverside"), "other"):
        assert bundler.catch_up(NOON + timedelta(hours=1)) == []
        with pytest.raises(parcels.Taken):
            bundling.make(store, bundler.folder, "riverside", signer)


def test_a_record_that_cannot_be_read_is_left_alone_for_a_while(
    sqlite_shelf: Shelf, store: Path, signer: Signer, bundler: Bundler
) -> None:
    writes(sqlite_shelf, store, signer, "One.\n")
    head = store / "riverside.git" / "HEAD"
    head.rename(head.with_name("AWAY"))
    at = NOON + timedelta(hours=1)
    assert bundler.catch_up(at) == []
    head.with_name("AWAY").rename(head)
    assert bundler.catch_up(at + LONGEST / 2) == []
    assert len(bundler.catch_up(at + LONGEST)) == 1
