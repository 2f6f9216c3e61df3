"""A key is exchanged: what was signed before stays good, what runs on notices, and a crash leaves nothing half done."""

import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.events.models import Event
from drafting.people.models import Person
from drafting.record import keys, verify
from drafting.record.alarm import RecordAlarm
from drafting.record.models import Credit
from drafting.record.projection import project, rebuild
from drafting.record.signing import Signer
from tests.record.shelf import BARE, NOON, Shelf, git

PRINCIPAL = "record@drafts.example.org"
ZONES = ("Etc/GMT+12", "UTC", "Etc/GMT-14")


def published(shelf: Shelf, store: Path, signer: Signer, text: str, **given: object) -> str:
    shelf.publishes(text, **given)
    (commit_id,) = project(shelf.database, store, signer, shelf.event_id)
    return commit_id


def test_old_and_new_signatures_are_good_for_git_in_every_time_zone(
    sqlite_shelf: Shelf, store: Path, signer: Signer, tmp_path: Path
) -> None:
    """The first is published a minute after noon of 4 May, the second two; the key is exchanged at either end of it."""
    record, listed = store / "riverside.git", tmp_path / "listed"
    for moment in (NOON.replace(hour=0, minute=0), NOON.replace(hour=23, minute=59)):
        published(sqlite_shelf, store, signer, f"Before {moment}.\n")
        keys.rotate(signer, moment)
        published(sqlite_shelf, store, signer, f"After {moment}.\n")
        listed.write_text(keys.allowed_signers(signer, PRINCIPAL))
        for zone in ZONES:
            command = ["git", "-c", f"gpg.ssh.allowedSignersFile={listed}", "log", "--format=%G? %GS", "main"]
            said = subprocess.run(command, cwd=record, env={**BARE, "TZ": zone}, capture_output=True, text=True).stdout
            assert set(said.splitlines()) == {f"G {PRINCIPAL}"}, zone
        assert verify.check(record, listed.read_text()).problems == []


def test_a_key_is_good_for_nothing_outside_its_days(signer: Signer) -> None:
    old = signer.public_key
    new = keys.rotate(signer, datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert keys.allowed_signers(signer, PRINCIPAL) == (
        f'{PRINCIPAL} namespaces="git,file",valid-before="20260506" {old}\n'
        f'{PRINCIPAL} namespaces="git,file",valid-after="20260503" {new}\n'
    )
    third = keys.rotate(signer, datetime(2026, 6, 1, tzinfo=UTC))
    assert keys.allowed_signers(signer, PRINCIPAL).splitlines()[1:] == [
        f'{PRINCIPAL} namespaces="git,file",valid-after="20260503",valid-before="20260603" {new}',
        f'{PRINCIPAL} namespaces="git,file",valid-after="20260531" {third}',
    ]


def test_a_process_that_runs_on_signs_with_the_new_key_and_knows_the_list(signer: Signer) -> None:
    running = Signer(signer.path)
    before = running.sign(b"words")
    new = keys.rotate(signer, NOON)
    assert running.public_key == new and verify.signed_by(b"words", running.sign(b"words")) == new
    assert verify.signed_by(b"words", before) in keys.allowed_signers(running, PRINCIPAL)


def test_the_old_private_key_is_nowhere_and_the_files_are_closed_to_others(signer: Signer) -> None:
    secret, second_name = signer.path.read_bytes(), signer.path.with_name("another name of the same file")
    second_name.hardlink_to(signer.path)
    keys.rotate(signer, NOON)
    assert second_name.read_bytes() == bytes(len(secret))
    second_name.unlink()
    files = sorted(path.name for path in signer.path.parent.iterdir())
    assert files == ["record_ed25519", "record_ed25519.days"]
    assert all(stat.S_IMODE((signer.path.parent / name).stat().st_mode) == 0o600 for name in files)


def test_a_rotation_that_was_killed_leaves_the_old_key_in_force(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    old, listed = signer.public_key, keys.allowed_signers(signer, PRINCIPAL)
    with monkeypatch.context() as patched:
        patched.setattr(keys.os, "replace", kill)
        with pytest.raises(Killed):
            keys.rotate(signer, NOON)
    assert signer.public_key == old and keys.allowed_signers(signer, PRINCIPAL) == listed
    new = keys.rotate(signer, NOON)
    assert [line.split()[-1] for line in keys.allowed_signers(signer, PRINCIPAL).splitlines()] == [
        old.split()[1],
        new.split()[1],
    ]


def test_a_damaged_list_is_an_alarm_and_no_shorter_list(signer: Signer) -> None:
    keys.rotate(signer, NOON)
    for garbage in ("", "[1]", '[{"name": 1}]', "{", '"x"'):
        signer.path.with_name("record_ed25519.days").write_text(garbage)
        with pytest.raises(RecordAlarm, match="the list of earlier keys"):
            keys.allowed_signers(signer, PRINCIPAL)
        with pytest.raises(RecordAlarm):
            keys.rotate(signer, NOON)


def test_a_rebuild_gives_the_same_ids_whatever_changed_since(
    shelf: Shelf, store: Path, signer: Signer, tmp_path: Path
) -> None:
    first = shelf.publishes("One.\n")
    with shelf.database.write() as session:
        person = Person(name="Ada", shows_name=True, salt="0", session_key="0", created=NOON)
        session.add(person)
        session.flush()
        session.add(Credit(revision_id=first, person_id=person.id, words=3, pseudonym="w-abc"))
    project(shelf.database, store, signer, shelf.event_id)
    keys.rotate(signer, NOON + timedelta(minutes=1))
    with shelf.database.write() as session:
        session.get_one(Event, shelf.event_id).title = "Another title"
        session.execute(sa.update(Person).values(name="", shows_name=False))
    moved = {"base_url": "https://elsewhere.example.net", "event_title": "Another title"}
    shelf.publishes("Two.\n", **moved)
    shelf.publishes("Bench.\n", draft="benches", title="Benches", **moved)
    project(shelf.database, store, signer, shelf.event_id)
    ids = shelf.ids()
    assert rebuild(shelf.database, tmp_path / "empty", shelf.event_id) == ids[-1]
    record = tmp_path / "empty" / "riverside.git"
    assert git(record, "rev-list", "--reverse", "main").split() == ids
    assert verify.check(record, keys.allowed_signers(signer, PRINCIPAL)).problems == []
