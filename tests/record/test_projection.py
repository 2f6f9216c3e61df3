"""Rows become commits, once, whatever happens in between."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.config import Settings
from drafting.errors import NotFound, Stale
from drafting.record.alarm import RecordDiffers, RepositoryFailed
from drafting.record.keys import allowed_signers
from drafting.record.models import Revision
from drafting.record.objects import blob
from drafting.record.places import holding, location
from drafting.record.projection import project, rebuild
from drafting.record.repository import CONFIG, Repository, writing
from drafting.record.signing import Signer
from tests.record.shelf import NOON, Shelf, git

STEPS = ["locked", "built", "objects written", "branch moved", "row written"]


def test_released_texts_become_signed_commits_in_order(shelf: Shelf, store: Path, signer: Signer) -> None:
    shelf.publishes("Warm light.\n")
    shelf.publishes("# Benches\n\nÜber 60 – oak.", draft="benches")
    shelf.accepts("Not public.\n", draft="benches")
    first, second = project(shelf.database, store, signer, shelf.event_id)
    shelf.publishes("Warmer light.\n")
    (third,) = project(shelf.database, store, signer, shelf.event_id)
    assert project(shelf.database, store, signer, shelf.event_id) == []

    record = store / "riverside.git"
    assert git(record, "rev-list", "--reverse", "main").split() == [first, second, third] == shelf.ids()
    assert git(record, "ls-tree", "--name-only", first) == "lamps.md"
    assert git(record, "cat-file", "blob", f"{third}:benches.md") == "# Benches\n\nÜber 60 – oak."
    assert git(record, "log", "-1", "--format=%an <%ae> %cn <%ce> %at %ct %s", first) == (
        f"{'Drafting record <record@drafts.example.org> ' * 2}{int(NOON.timestamp()) + 60} {int(NOON.timestamp()) + 60}"
        " Lamps along the path: version 1"
    )
    assert git(record, "fsck", "--strict", "--no-dangling") == ""
    assert git(record, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert [row.commit_object for row in shelf.rows()] == [
        subprocess.check_output(["git", "cat-file", "commit", i], cwd=record) for i in (first, second, third)
    ]


def test_a_record_of_many_versions_does_not_stay_scattered(
    sqlite_shelf: Shelf, store: Path, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, record = sqlite_shelf, store / "riverside.git"
    monkeypatch.setattr("drafting.record.repository.SCATTERED", 200)
    while not (record / "objects" / "pack").is_dir() or not os.listdir(record / "objects" / "pack"):
        shelf.publishes(f"Lamp {len(shelf.rows())}.\n")
        project(shelf.database, store, signer, shelf.event_id)
        assert len(shelf.rows()) < 300, "nothing was gathered"
    assert git(record, "count-objects").startswith("0 objects")
    shelf.publishes("After that.\n")
    project(shelf.database, store, signer, shelf.event_id)
    assert git(record, "rev-list", "--reverse", "main").split() == shelf.ids()
    assert git(record, "fsck", "--strict", "--no-dangling") == ""


def test_a_rebuilt_record_is_one_pack(sqlite_shelf: Shelf, store: Path, signer: Signer) -> None:
    for text in ("Warm light.\n", "Warmer light.\n"):
        sqlite_shelf.publishes(text)
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    record, tip = store / "riverside.git", sqlite_shelf.ids()[-1]
    assert rebuild(sqlite_shelf.database, store, sqlite_shelf.event_id) == tip
    assert git(record, "count-objects").startswith("0 objects")
    assert git(record, "rev-parse", "main") == tip


def test_the_repository_writes_to_disk_and_runs_nothing(sqlite_shelf: Shelf, store: Path, signer: Signer) -> None:
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    record = store / "riverside.git"
    for name, value in CONFIG.items():
        assert git(record, "config", name) == value
    assert not (record / "hooks").exists() and not (record / "index").exists()


@pytest.mark.parametrize("change", ["words", "none"])
def test_git_verifies_what_we_signed_and_nothing_else(
    sqlite_shelf: Shelf, store: Path, signer: Signer, tmp_path: Path, change: str
) -> None:
    sqlite_shelf.publishes("Warm light.\n")
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    record, listed = store / "riverside.git", tmp_path / "allowed_signers"
    listed.write_text(allowed_signers(signer, "record@drafts.example.org"))
    commit = subprocess.check_output(["git", "cat-file", "commit", "main"], cwd=record)
    if change == "words":
        commit = commit.replace(b"First version.", b"Best version.")
    forged = git(record, "hash-object", "-t", "commit", "-w", "--stdin", text=commit.decode())
    said = git(record, "-c", f"gpg.ssh.allowedSignersFile={listed}", "verify-commit", forged, ok=change == "none")
    assert ('Good "git" signature for record@drafts.example.org' in said) == (change == "none")


def test_the_same_row_on_the_same_parent_is_the_same_commit(shelf: Shelf, store: Path, signer: Signer) -> None:
    for n in range(4):
        shelf.publishes(f"Text {n}.\n", draft=f"draft-{n % 2}")
    written = project(shelf.database, store, signer, shelf.event_id)
    shutil.rmtree(store)
    with shelf.database.write() as session:
        session.execute(sa.update(Revision).values(commit_id=None, commit_object=None))
    assert project(shelf.database, store, signer, shelf.event_id) == written


def test_a_rebuild_needs_no_key_and_gives_the_same_ids(shelf: Shelf, store: Path, signer: Signer) -> None:
    for n in range(3):
        shelf.publishes(f"Text {n}.\n")
    written = project(shelf.database, store, signer, shelf.event_id)
    shutil.rmtree(store / "riverside.git")
    assert rebuild(shelf.database, store, shelf.event_id) == written[-1]
    assert git(store / "riverside.git", "rev-list", "--reverse", "main").split() == written
    assert rebuild(shelf.database, store, shelf.event_id) == written[-1]
    assert sorted(path.name for path in store.iterdir()) == [".riverside.lock", "riverside.git"]


def test_a_new_key_signs_on_top_of_what_the_old_one_signed(sqlite_shelf: Shelf, store: Path, tmp_path: Path) -> None:
    shelf = sqlite_shelf
    shelf.publishes("One.\n")
    (first,) = project(shelf.database, store, Signer(tmp_path / "old"), shelf.event_id)
    shutil.rmtree(store)
    shelf.publishes("Two.\n")
    project(shelf.database, store, Signer(tmp_path / "new"), shelf.event_id)
    assert shelf.ids()[0] == first
    assert git(store / "riverside.git", "rev-list", "--count", "main") == "2"


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_and_run_again_there_is_one_commit_each(
    sqlite_shelf: Shelf, settings: Settings, store: Path, signer: Signer, step: str
) -> None:
    shelf = sqlite_shelf
    for n in range(3):
        shelf.publishes(f"Text {n}.\n")
    key = str(settings.key_file("record_ed25519"))
    arguments = [
        str(shelf.database.engine.url),
        str(store),
        key,
        str(shelf.event_id),
        step,
        "1" if step == "locked" else "2",
    ]
    died = subprocess.run([sys.executable, "-m", "tests.record.killed", *arguments], cwd=Path(__file__).parents[2])
    assert died.returncode == -signal.SIGKILL
    project(shelf.database, store, signer, shelf.event_id)
    record = store / "riverside.git"
    assert git(record, "rev-list", "--reverse", "main").split() == shelf.ids()
    assert len(set(shelf.ids())) == 3 and None not in shelf.ids()
    assert git(record, "fsck", "--strict", "--no-dangling") == ""
    tip = shelf.ids()[-1]
    assert rebuild(shelf.database, store, shelf.event_id) == tip


def test_two_projectors_at_once_write_each_version_once(shelf: Shelf, store: Path, signer: Signer) -> None:
    for n in range(12):
        shelf.publishes(f"Text {n}.\n")
    together, written = threading.Barrier(2), list[str]()

    def run() -> None:
        together.wait()
        written.extend(project(shelf.database, store, signer, shelf.event_id))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == sorted(i for i in shelf.ids() if i)
    assert git(store / "riverside.git", "rev-list", "--reverse", "main").split() == shelf.ids()


def test_the_lock_of_a_killed_git_is_swept(sqlite_shelf: Shelf, store: Path, signer: Signer) -> None:
    shelf = sqlite_shelf
    shelf.publishes("One.\n")
    (first,) = project(shelf.database, store, signer, shelf.event_id)
    record = store / "riverside.git"
    holder = subprocess.Popen(["git", "update-ref", "--stdin"], cwd=record, stdin=-1, stdout=-1)
    assert holder.stdin and holder.stdout
    holder.stdin.write(f"start\nupdate refs/heads/main {first} {first}\nprepare\n".encode())
    holder.stdin.flush()
    assert [holder.stdout.readline() for _ in range(2)] == [b"start: ok\n", b"prepare: ok\n"]
    holder.kill()
    holder.wait()
    assert (record / "refs/heads/main.lock").exists()
    shelf.publishes("Two.\n")
    assert len(project(shelf.database, store, signer, shelf.event_id)) == 1


def test_what_a_killed_holder_left_is_swept_by_the_next(sqlite_shelf: Shelf, store: Path, signer: Signer) -> None:
    shelf = sqlite_shelf
    project(shelf.database, store, signer, shelf.event_id)
    left = store / "riverside.git/objects/tmp_obj_x1"
    left.write_bytes(b"half")
    project(shelf.database, store, signer, shelf.event_id)
    assert left.exists()  # the last one let go by itself: nobody was killed
    (store / ".riverside.lock").write_bytes(b"held\n")
    project(shelf.database, store, signer, shelf.event_id)
    assert not left.exists()


def test_a_git_that_outlives_us_keeps_the_lock(store: Path) -> None:
    with holding(store, "riverside") as lock:
        child = subprocess.Popen(["git", "hash-object", "--stdin"], stdin=-1, stdout=-1, pass_fds=(lock.fd,))
    entered = threading.Event()

    def wait() -> None:
        with holding(store, "riverside"):
            entered.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert not entered.wait(0.3)
    child.communicate(b"")
    assert entered.wait(10)
    waiting.join()


def test_a_record_that_is_older_than_the_rows_is_completed(sqlite_shelf: Shelf, store: Path, signer: Signer) -> None:
    shelf = sqlite_shelf
    for n in range(3):
        shelf.publishes(f"Text {n}.\n")
    first, *_, last = project(shelf.database, store, signer, shelf.event_id)
    record = store / "riverside.git"
    git(record, "update-ref", "refs/heads/main", first)
    assert project(shelf.database, store, signer, shelf.event_id) == []
    assert git(record, "rev-parse", "main") == last


def test_a_packed_record_goes_on(sqlite_shelf: Shelf, store: Path, signer: Signer) -> None:
    shelf = sqlite_shelf
    shelf.publishes("One.\n")
    project(shelf.database, store, signer, shelf.event_id)
    git(store / "riverside.git", "gc", "-q", "--prune=now")
    assert not list((store / "riverside.git/objects").glob("??"))
    shelf.publishes("Oak.\n", draft="benches")
    (second,) = project(shelf.database, store, signer, shelf.event_id)
    assert git(store / "riverside.git", "ls-tree", "--name-only", second).split() == ["benches.md", "lamps.md"]


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", zlib.compress(b"")])
def test_a_broken_object_is_an_alarm(sqlite_shelf: Shelf, store: Path, signer: Signer, rubbish: bytes) -> None:
    shelf = sqlite_shelf
    shelf.publishes("One.\n")
    (first,) = project(shelf.database, store, signer, shelf.event_id)
    broken = store / "riverside.git/objects" / first[:2] / first[2:]
    broken.chmod(0o600)
    broken.write_bytes(rubbish)
    shelf.publishes("Two.\n")
    with pytest.raises(RepositoryFailed):
        project(shelf.database, store, signer, shelf.event_id)
    assert shelf.ids() == [first, None]


@pytest.mark.parametrize("pending", [0, 1])
def test_a_record_that_tells_another_story_is_never_overwritten(
    sqlite_shelf: Shelf, store: Path, signer: Signer, pending: int
) -> None:
    shelf = sqlite_shelf
    shelf.publishes("One.\n")
    (first,) = project(shelf.database, store, signer, shelf.event_id)
    record = store / "riverside.git"
    tree = git(record, "rev-parse", f"{first}^{{tree}}")
    for parents in (["-p", first], []):
        forged = git(record, "commit-tree", tree, *parents, "-m", "Revision: 2")
        git(record, "update-ref", "refs/heads/main", forged)
        for n in range(pending):
            shelf.publishes(f"Text {n}.\n")
        with pytest.raises(RecordDiffers):
            project(shelf.database, store, signer, shelf.event_id)
        assert git(record, "rev-parse", "main") == forged
    assert shelf.ids() == [first, *[None] * 2 * pending]

    assert rebuild(shelf.database, store, shelf.event_id) == first
    kept = store / f".differs-riverside-{forged[:12]}"
    assert git(kept, "rev-parse", "main") == forged


def test_rows_that_were_changed_afterwards_are_not_rebuilt(sqlite_shelf: Shelf, store: Path, signer: Signer) -> None:
    shelf = sqlite_shelf
    shelf.publishes("One.\n")
    (first,) = project(shelf.database, store, signer, shelf.event_id)
    with shelf.database.write() as session:
        session.execute(sa.update(Revision).values(text="Something else.\n"))
    with pytest.raises(RecordDiffers):
        rebuild(shelf.database, store, shelf.event_id)
    assert git(store / "riverside.git", "rev-parse", "main") == first


def test_the_branch_moves_only_from_where_it_was_seen(store: Path) -> None:
    with writing(store, "riverside") as repository:
        repository.write([blob("a")])
        with pytest.raises(Stale):
            repository.move("1" * 40, only_from="2" * 40)
        assert repository.tip() is None


def test_git_around_us_has_no_say(
    sqlite_shelf: Shelf, store: Path, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.gitconfig").write_text("[core]\n\tfsync = none\n\tbare = false\n[user")
    foreign = {"HOME": tmp_path / "home", "GIT_DIR": tmp_path / "x", "GIT_OBJECT_DIRECTORY": tmp_path / "y",
               "GIT_WORK_TREE": tmp_path / "home", "GIT_INDEX_FILE": tmp_path / "i", "GIT_NAMESPACE": "n",
               "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare", "GIT_CONFIG_VALUE_0": "junk"}  # fmt: skip
    for name, value in foreign.items():
        monkeypatch.setenv(name, str(value))
    sqlite_shelf.publishes("One.\n")
    (first,) = project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    assert git(store / "riverside.git", "rev-parse", "main") == first
    assert sorted(path.name for path in tmp_path.iterdir() if path.name in ("x", "y", "i")) == []


@pytest.mark.parametrize(
    "slug", ["", "..", "../x", "a/b", "/etc", "a.git", "-a", "A", "a--b", "a\n", "a\0", "é", "a" * 41]
)
def test_no_slug_leads_out_of_the_store(store: Path, slug: str) -> None:
    with pytest.raises(NotFound):
        location(store, slug)
    with pytest.raises(NotFound), holding(store, slug):
        pass
    assert not store.exists() or list(store.iterdir()) == []


def test_nothing_of_git_stays_behind_when_a_repository_is_closed(
    sqlite_shelf: Shelf, store: Path, signer: Signer
) -> None:
    sqlite_shelf.publishes("One.\n")
    (first,) = project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    before = len(os.listdir("/dev/fd"))
    for _ in range(5):
        with Repository(store / "riverside.git") as repository:
            assert repository.read(first).id == first
    assert len(os.listdir("/dev/fd")) == before


def test_a_second_release_of_the_same_minute_keeps_its_place(shelf: Shelf, store: Path, signer: Signer) -> None:
    one, two = shelf.accepts("One.\n"), shelf.accepts("Two.\n", draft="benches", released=None, accepted=NOON)
    assert shelf.releases(two) and shelf.releases(one)
    assert [(row.place, row.draft_slug) for row in shelf.rows()] == [(1, "benches"), (2, "lamps")]
    assert shelf.rows()[1].released == NOON + timedelta(minutes=2)
    assert len(project(shelf.database, store, signer, shelf.event_id)) == 2
