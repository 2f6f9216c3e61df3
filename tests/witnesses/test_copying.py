"""The record is copied elsewhere: one way, in order, once, whoever dies and whatever the far side does."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from drafting.drafts.models import Draft
from drafting.paths import ROOT
from drafting.witnesses import mirrors
from drafting.witnesses.copying import STEPS, WORDS_TAKEN_OUT
from drafting.witnesses.far import Far, NotCopied
from drafting.witnesses.turns import LEASE, SCHEDULE_S
from tests.product import until
from tests.record.shelf import NOON, git
from tests.witnesses.archive import Archive, after, copier
from tests.witnesses.far_side import (
    TOKEN,
    FarSide,
    Handler,
    command_lines,
    far_side,
    says,
    says_nothing,
    says_nothing_to_a_push,
    talks_without_end,
)


def test_every_release_is_pushed_and_a_copy_that_lacks_nothing_is_left_alone(archive: Archive, far: FarSide) -> None:
    archive.is_copied_to(far.repository())
    archive.publishes("One.\n", "Two.\n")
    archive.copies()
    assert far.commits() == archive.commits()
    assert (archive.copy().place, archive.copy().attempts, archive.copy().last_error) == (2, 0, None)
    archive.publishes("Three.\n")
    assert archive.copies(after(1)) == 1
    assert archive.copies(after(2)) == 0
    assert far.commits() == archive.commits()
    assert far.moves() == archive.commits()[1:]


def test_a_copy_that_is_down_is_tried_more_and_more_rarely_and_never_given_up(archive: Archive, far: FarSide) -> None:
    archive.is_copied_to(far.repository())
    archive.publishes("One.\n")
    far.mood = says(503)
    at, waits = NOON, []
    for _ in range(6):
        archive.copies(at)
        waits.append((archive.copy().not_before - at).total_seconds())
        at = archive.copy().not_before
    plan = (*SCHEDULE_S, SCHEDULE_S[-1], SCHEDULE_S[-1])
    assert all(least <= wait <= least * 1.1 + 1 for least, wait in zip(plan, waits, strict=True)), waits
    assert archive.copy().last_error == "It has a fault on its side."
    with archive.database.read() as session:
        (standing,) = mirrors.standings(session, archive.shelf.event_id)
    assert (standing.behind, standing.since) == (1, archive.shelf.rows()[0].released)
    far.mood = lambda handler: False
    archive.copies(at)
    assert far.commits() == archive.commits()


def test_what_somebody_changed_there_is_never_overwritten_and_raises_an_alarm(archive: Archive, far: FarSide) -> None:
    archive.is_copied_to(far.repository())
    archive.publishes("One.\n")
    archive.copies()
    theirs = far.is_changed_by_somebody()
    archive.publishes("Two.\n")
    archive.copies(after(1))
    archive.copies(after(60))
    assert far.commits()[-1] == theirs
    assert (archive.copy().foreign_id, archive.copy().foreign_since) == (theirs, after(1))
    assert far.pushes() == 1
    git(far.path(), "update-ref", "refs/heads/main", archive.commits()[0])  # somebody sets it right
    archive.copies(after(60 * 24))
    assert far.commits() == archive.commits()
    assert archive.copy().foreign_id is None


def test_a_copy_with_words_that_were_taken_out_is_not_overwritten_and_says_what_to_do(
    archive: Archive, far: FarSide
) -> None:
    archive.is_copied_to(far.repository())
    archive.publishes("One.\n", "Two, said Mr Grey.\n")
    archive.copies()
    before = archive.commits()
    archive.takes_out("Mr Grey", after(5))
    archive.copies(after(6))
    assert far.commits() == before and archive.copy().foreign_id is None
    assert archive.copy().last_error == WORDS_TAKEN_OUT
    git(far.path(), "update-ref", "-d", "refs/heads/main")  # whoever keeps it empties it
    archive.copies(after(60))
    assert far.commits() == archive.commits() != before
    assert archive.copy().last_error is None


def test_nothing_is_copied_while_a_text_is_hidden(archive: Archive, far: FarSide) -> None:
    archive.is_copied_to(far.repository())
    archive.publishes("One.\n")
    with archive.database.write() as session:
        session.get_one(Draft, archive.shelf.draft("lamps")).hidden = NOON
    assert archive.copies() == 0
    with archive.database.write() as session:
        session.get_one(Draft, archive.shelf.draft("lamps")).hidden = None
    assert archive.copies() == 1


def test_a_change_that_nobody_would_notice_is_found_within_a_day(one_archive: Archive, far: FarSide) -> None:
    one_archive.is_copied_to(far.repository())
    one_archive.publishes("One.\n")
    one_archive.copies()
    theirs = far.is_changed_by_somebody()
    assert one_archive.copies(after(60 * 23)) == 0
    one_archive.copies(after(60 * 24))
    assert one_archive.copy().foreign_id == theirs


def test_a_change_between_looking_and_pushing_is_refused_by_git_itself(one_archive: Archive, far: FarSide) -> None:
    one_archive.is_copied_to(far.repository())
    one_archive.publishes("One.\n")
    one_archive.copies()
    one_archive.publishes("Two.\n")
    tips = []

    def step(name: str) -> None:
        if name == "looked":
            tips.append(far.is_changed_by_somebody())

    copier(one_archive.database, one_archive.settings.repo_store, step=step).copy_due(after(1))
    assert far.commits()[-1] == tips[0]
    assert one_archive.copy().last_error == "The copy changed while we looked."


def test_a_repository_that_holds_something_else_is_left_as_it_is(one_archive: Archive, far: FarSide) -> None:
    address = far.repository()
    theirs = far.is_changed_by_somebody()
    one_archive.is_copied_to(address)
    one_archive.publishes("One.\n")
    one_archive.copies()
    assert (far.commits(), one_archive.copy().foreign_id) == ([theirs], theirs)


@pytest.mark.parametrize("fatal", STEPS)
def test_a_worker_killed_at_any_step_leaves_the_rest_to_the_next_one(
    tmp_path: Path, one_archive: Archive, far: FarSide, fatal: str
) -> None:
    one_archive.is_copied_to(far.repository())
    one_archive.publishes("One.\n")
    one_archive.copies()
    one_archive.publishes("Two.\n", "Three.\n")
    command = [
        sys.executable, "-m", "tests.witnesses.dying_copier", f"sqlite:///{tmp_path / 'archive.db'}",
        str(one_archive.settings.repo_store), fatal,
    ]  # fmt: skip
    assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
    one_archive.publishes("Four.\n")
    one_archive.copies(NOON + LEASE)
    assert far.commits() == one_archive.commits()
    assert far.moves() == sorted(set(far.moves()), key=one_archive.commits().index), "each once, and in order"
    assert one_archive.copy().place == 4


def test_a_worker_killed_while_git_pushes_leaves_a_copy_that_is_whole(
    tmp_path: Path, one_archive: Archive, far: FarSide
) -> None:
    one_archive.is_copied_to(far.repository())
    one_archive.publishes("One.\n", "Two.\n")
    posted, go_on = threading.Event(), threading.Event()

    def waits(handler: Handler) -> bool:
        if handler.takes_a_pack():
            posted.set()
            go_on.wait(60)
        return False

    far.mood = waits
    command = [
        sys.executable, "-m", "tests.witnesses.dying_copier", f"sqlite:///{tmp_path / 'archive.db'}",
        str(one_archive.settings.repo_store), "never",
    ]  # fmt: skip
    worker = subprocess.Popen(command, cwd=ROOT)
    assert posted.wait(60)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    go_on.set()
    until(far.moves)
    one_archive.copies(NOON + LEASE)
    assert far.commits() == one_archive.commits()
    assert (len(far.moves()), far.pushes(), one_archive.copy().place) == (1, 1, 2)


def test_two_workers_never_speak_to_one_copy_at_once(one_archive: Archive, far: FarSide) -> None:
    one_archive.is_copied_to(far.repository())
    one_archive.publishes("One.\n")
    seen: list[int] = []

    def step(name: str) -> None:
        if name == "claimed" and not seen:
            seen.append(0)
            seen[0] = one_archive.copies()

    copier(one_archive.database, one_archive.settings.repo_store, step=step).copy_due(NOON)
    assert (seen, far.pushes()) == ([0], 1)


def test_one_that_hangs_is_ended_in_time_and_holds_up_no_other(one_archive: Archive, far: FarSide) -> None:
    one_archive.publishes("One.\n")
    far.mood = says_nothing_to_a_push
    one_archive.is_copied_to(far.repository())
    with far_side(far.root.with_name("other")) as quick:
        one_archive.is_copied_to(quick.repository())
        begun = copier(one_archive.database, one_archive.settings.repo_store, push_s=3, patience_s=0.2)
        begun.copy_due(NOON)
        until(quick.moves)
        assert far.moves() == []

        def slow_one() -> str | None:
            with one_archive.database.read() as session:
                return mirrors.of_event(session, one_archive.shelf.event_id)[0].last_error

        assert until(slow_one, 20) == "It took too long, so we stopped."


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        (says(401), "It does not accept the token, or the token may not write there."),
        (says(403), "It does not accept the token, or the token may not write there."),
        (says(404), "There is no repository at this address, or the token may not see it."),
        (says(413), "It finds the record too large."),
        (says(507), "It cannot take more in; perhaps it is full."),
        (says(200, Content_Type="text/html"), "It did not answer as a git server does."),
        (says_nothing, "It took too long, so we stopped."),
        (talks_without_end, "It took too long, so we stopped."),
    ],
)
def test_what_is_wrong_there_is_said_in_plain_words(
    one_archive: Archive, far: FarSide, mood: Callable[[Handler], bool], words: str
) -> None:
    one_archive.is_copied_to(far.repository())
    one_archive.publishes("One.\n")
    far.mood = mood
    one_archive.copies(push_s=2)
    assert one_archive.copy().last_error == words


def test_a_copy_that_is_full_says_so(one_archive: Archive, far: FarSide) -> None:
    one_archive.is_copied_to(far.repository())
    git(far.path(), "config", "receive.maxInputSize", "10")
    one_archive.publishes("One.\n")
    one_archive.copies()
    assert one_archive.copy().last_error == "It cannot take more in; perhaps it is full."


def test_a_copy_that_refuses_changes_says_so_without_its_own_words(one_archive: Archive, far: FarSide) -> None:
    one_archive.is_copied_to(far.repository())
    hook = far.path() / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho Buy our product\nexit 1\n")
    hook.chmod(0o755)
    one_archive.publishes("One.\n")
    one_archive.copies()
    words = "It refuses changes to the branch “main”. Perhaps the branch is protected there."
    assert one_archive.copy().last_error == words
    assert far.moves() == []


def test_nothing_listens_there(one_archive: Archive, tmp_path: Path) -> None:
    with far_side(tmp_path / "gone") as gone:
        one_archive.is_copied_to(gone.repository())
    one_archive.publishes("One.\n")
    one_archive.copies()
    assert one_archive.copy().last_error == "It could not be reached."


def test_the_token_goes_to_no_other_server(one_archive: Archive, far: FarSide, tmp_path: Path) -> None:
    one_archive.is_copied_to(far.repository())
    one_archive.publishes("One.\n")
    with far_side(tmp_path / "other") as other:
        far.mood = says(302, Location=f"{other.url}/copy.git/info/refs?service=git-upload-pack")
        one_archive.copies()
        assert other.asked == []
    assert one_archive.copy().last_error == "It has moved to another address."


def test_the_token_is_in_no_command_line_and_not_in_the_database(one_archive: Archive, far: FarSide) -> None:
    one_archive.is_copied_to(far.repository())
    one_archive.publishes("One.\n")
    far.mood = says_nothing_to_a_push
    begun = copier(one_archive.database, one_archive.settings.repo_store, push_s=20, patience_s=0)
    begun.copy_due(NOON)
    until(far.pushes)
    lines = command_lines()
    assert not any(TOKEN in line for line in lines)
    assert not lines or any(far.url in line for line in lines)
    assert TOKEN.encode() not in one_archive.copy().secret
    assert TOKEN not in repr(Far("https://x.example/y", token=TOKEN))
    far.closing.set()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "10.0.0.1"])
def test_the_own_network_is_not_spoken_to_unless_that_is_allowed(far: FarSide, host: str) -> None:
    port = far.url.rpartition(":")[2]
    with pytest.raises(NotCopied, match="private network|could not be reached"):
        Far(f"http://{host}:{port}/copy.git").tip()
    assert far.asked == []


def test_git_connects_to_the_address_that_was_checked(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name means nothing to the system: only what was checked leads there."""
    address = far.repository().replace("127.0.0.1", "copies.invalid")
    here = [(2, 1, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_kinds: here)
    assert Far(address, "git", TOKEN, allow_private=True).tip() is None
    assert far.asked


def test_what_is_paused_removed_or_taken_down_is_not_pushed(archive: Archive, far: FarSide) -> None:
    mirror_id, event_id = archive.is_copied_to(far.repository()), archive.shelf.event_id
    archive.publishes("One.\n")
    with archive.database.write() as session:
        mirrors.pause(session, event_id, mirror_id, NOON)
    assert archive.copies() == 0
    with archive.database.write() as session:
        mirrors.resume(session, event_id, mirror_id, NOON)
    assert archive.copies() == 1
    with archive.database.write() as session:
        mirrors.remove(session, event_id, mirror_id, NOON)
    archive.publishes("Two.\n")
    assert archive.copies(after(1)) == 0
    assert archive.copy().secret == b""
