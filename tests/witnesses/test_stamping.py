"""The tip of the record is stamped once a day by an authority that is not believed before its answer was checked."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drafting.config import load
from drafting.db import now
from drafting.errors import Invalid
from drafting.paths import ROOT
from drafting.witnesses import stamping
from drafting.witnesses.authority import FALSE, NOTHING, Authority
from drafting.witnesses.models import Stamp
from drafting.witnesses.stamping import LEASE, SCHEDULE_S, STEPS, Stamper
from tests.record.shelf import NOON
from tests.witnesses.archive import Archive, after
from tests.witnesses.authority_server import (
    Handler,
    TimeStampAuthority,
    authority,
    has_another_nonce,
    is_about_something_else,
    openssl,
    says,
)

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def tsa_made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStampAuthority]:
    with authority(tmp_path_factory.mktemp("tsa") / "here") as made:
        yield made


@pytest.fixture
def tsa(tsa_made: TimeStampAuthority) -> TimeStampAuthority:
    """In a good mood."""
    tsa_made.change, tsa_made.mood = lambda query: query, lambda handler: False
    tsa_made.queries.clear()
    return tsa_made


def stamps(archive: Archive, tsa: TimeStampAuthority | None, at: datetime = NOON, roots: Path | None = None) -> int:
    """One round of a worker that was just started, and is patient."""
    found = Authority(tsa.url, roots or tsa.roots) if tsa else None
    return Stamper(archive.database, found, patience_s=60).stamp_due(at)


def kept(archive: Archive) -> list[Stamp]:
    """Newest first."""
    with archive.database.read() as session:
        return stamping.of_event(session, archive.shelf.event_id)


def file_of(archive: Archive, number: int, folder: Path) -> Path:
    with archive.database.read() as session:
        body = stamping.file_of(session, archive.shelf.event_id, number)
    (folder / f"{number}.tsr").write_bytes(body)
    return folder / f"{number}.tsr"


def test_a_new_tip_is_stamped_once_a_day(archive: Archive, tsa: TimeStampAuthority) -> None:
    assert stamps(archive, tsa) == 0
    archive.publishes("One.\n")
    stamps(archive, tsa)
    archive.publishes("Two.\n", "Three.\n")
    assert stamps(archive, tsa, after(60)) == 0
    stamps(archive, tsa, NOON + DAY)
    assert stamps(archive, tsa, NOON + 5 * DAY) == 0, "nothing is new"
    found = kept(archive)
    assert [(each.number, each.place, each.commit_id) for each in found] == [
        (2, 3, archive.commits()[2]),
        (1, 1, archive.commits()[0]),
    ]
    assert all(abs((each.stamped or NOON) - now()) < timedelta(minutes=5) for each in found)


def test_a_stranger_checks_a_stamp_with_openssl_alone(
    one_archive: Archive, tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    one_archive.publishes("One.\n")
    stamps(one_archive, tsa)
    tip = tmp_path / "tip"
    tip.write_text(one_archive.commits()[0])
    check = ("ts", "-verify", "-data", tip, "-in", file_of(one_archive, 1, tmp_path), "-CAfile", tsa.roots)
    assert "Verification: OK" in openssl(*check)
    tip.write_text(one_archive.commits()[0][::-1])
    assert "Verification: FAILED" in openssl(*check, ok=False)


def test_without_an_authority_nothing_is_asked_or_noted(one_archive: Archive) -> None:
    one_archive.publishes("One.\n")
    assert stamps(one_archive, None) == 0
    assert kept(one_archive) == []


def hangs_up(handler: Handler) -> bool:
    handler.close_connection = True
    handler.connection.close()
    return True


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        (says(b"busy", 503, "text/plain"), NOTHING),
        (says(b"<html>Hello", kind="text/html"), NOTHING),
        (says(b""), NOTHING),
        (says(b"\x30\x82\xff\xff garbage"), NOTHING),
        (says(bytes(range(256)) * 4), NOTHING),
        (says(b"\x30" * 1_500_000), "It could not be reached."),
        (says(bytes.fromhex("30053003020102")), FALSE),  # PKIStatus 2: rejection, without a token
        (hangs_up, "It could not be reached."),
    ],
)
def test_what_is_no_stamp_is_not_kept_as_one(
    one_archive: Archive, tsa: TimeStampAuthority, mood: Callable[[Handler], bool], words: str
) -> None:
    one_archive.publishes("One.\n")
    tsa.mood = mood
    stamps(one_archive, tsa)
    (waiting,) = kept(one_archive)
    assert (waiting.stamped, waiting.last_error, waiting.attempts) == (None, words, 1)


@pytest.mark.parametrize("change", [is_about_something_else, has_another_nonce])
def test_a_good_stamp_of_something_else_is_refused(
    one_archive: Archive, tsa: TimeStampAuthority, change: Callable[[bytes], bytes]
) -> None:
    one_archive.publishes("One.\n")
    tsa.change = change
    stamps(one_archive, tsa)
    (waiting,) = kept(one_archive)
    assert (waiting.stamped, waiting.last_error) == (None, FALSE)


def test_a_stamp_that_was_given_to_another_question_is_refused(one_archive: Archive, tsa: TimeStampAuthority) -> None:
    one_archive.publishes("One.\n")
    stamps(one_archive, tsa)
    tsa.mood = says(tsa.answer(tsa.queries[0]))
    one_archive.publishes("Two.\n")
    stamps(one_archive, tsa, NOON + DAY)
    assert (kept(one_archive)[0].stamped, kept(one_archive)[0].last_error) == (None, FALSE)


def test_an_authority_that_ends_in_other_certificates_is_refused(
    one_archive: Archive, tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    one_archive.publishes("One.\n")
    with authority(tmp_path / "other") as other:
        stamps(one_archive, tsa, roots=other.roots)
        assert kept(one_archive)[0].last_error == FALSE
        stamps(one_archive, tsa, after(10), roots=tmp_path / "missing.pem")
    words = "The certificates of DRAFTING_TIMESTAMP_ROOTS cannot be read."
    assert (kept(one_archive)[0].stamped, kept(one_archive)[0].last_error) == (None, words)


def test_one_that_was_down_is_asked_again_about_what_is_the_tip_by_then(
    archive: Archive, tsa: TimeStampAuthority
) -> None:
    archive.publishes("One.\n")
    tsa.mood = says(b"", 503)
    stamps(archive, tsa)
    assert stamps(archive, tsa, NOON + timedelta(seconds=SCHEDULE_S[0] - 1)) == 0
    archive.publishes("Two.\n")
    tsa.mood = lambda handler: False
    stamps(archive, tsa, after(10))
    (only,) = kept(archive)
    assert (only.number, only.place, only.commit_id, only.last_error) == (1, 2, archive.commits()[1], None)
    assert only.stamped is not None


@pytest.mark.parametrize("fatal", STEPS)
def test_a_worker_killed_at_any_step_leaves_one_stamp(
    one_archive: Archive, tsa: TimeStampAuthority, tmp_path: Path, fatal: str
) -> None:
    one_archive.publishes("One.\n")
    command = [
        sys.executable, "-m", "tests.witnesses.dying_stamper", f"sqlite:///{tmp_path / 'archive.db'}", tsa.url,
        str(tsa.roots), fatal,
    ]  # fmt: skip
    assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
    assert stamps(one_archive, tsa, NOON + LEASE - timedelta(seconds=1)) == 0
    stamps(one_archive, tsa, NOON + LEASE)
    (only,) = kept(one_archive)
    assert (only.number, only.commit_id) == (1, one_archive.commits()[0])
    assert only.stamped is not None and only.stamped.tzinfo is UTC


def test_whoever_comes_too_late_changes_nothing(archive: Archive, tsa: TimeStampAuthority) -> None:
    archive.publishes("One.\n")
    with archive.database.write() as session:
        late = stamping.claim(session, archive.shelf.event_id, tsa.url, NOON)
        assert stamping.claim(session, archive.shelf.event_id, tsa.url, NOON) is None
    assert late is not None
    stamps(archive, tsa, NOON + LEASE)
    with archive.database.write() as session:
        stamping.give_back(session, late, "Too late.", NOON + LEASE)
    assert kept(archive)[0].last_error is None


def test_an_authority_needs_a_full_address_and_its_certificates(tmp_path: Path, tsa: TimeStampAuthority) -> None:
    assert Authority.of(load(tmp_path, {})) is None
    with pytest.raises(Invalid, match="DRAFTING_TIMESTAMP_AUTHORITY"):
        load(tmp_path, {"DRAFTING_TIMESTAMP_AUTHORITY": "stamps.example.org"})
    with pytest.raises(Invalid, match="DRAFTING_TIMESTAMP_ROOTS"):
        load(tmp_path, {"DRAFTING_TIMESTAMP_AUTHORITY": tsa.url})
    named = {"DRAFTING_TIMESTAMP_AUTHORITY": tsa.url, "DRAFTING_TIMESTAMP_ROOTS": str(tsa.roots)}
    assert Authority.of(load(tmp_path, named)) == Authority(tsa.url, tsa.roots)
