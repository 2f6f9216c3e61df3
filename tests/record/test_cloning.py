"""Real git clones the record over HTTP; nothing else comes through."""

import contextlib
import gzip
import http.client
import random
import socket
import subprocess
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from drafting.config import Limits
from drafting.errors import Busy, Invalid, NotFound, TooLarge
from drafting.record.cloning import CloneCut, Clones, inflate
from drafting.record.keys import allowed_signers
from drafting.record.projection import project
from drafting.record.signing import Signer
from tests import work
from tests.patience import PATIENCE
from tests.product import until
from tests.record.served import served
from tests.record.shelf import Shelf, git

ADVERTISED = b"001e# service=git-upload-pack\n0000"


def eventually(true: Callable[[], bool], within_s: float = 10) -> bool:
    deadline = time.monotonic() + PATIENCE * within_s
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def running_on(record: Path) -> list[str]:
    """Command lines of the processes that serve this repository."""
    if not Path("/proc/self/cmdline").exists():
        lines = subprocess.check_output(["ps", "-Ao", "args="], text=True).splitlines()
        return [line for line in lines if str(record) in line]
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end while we look
            found.append((entry / "cmdline").read_text(errors="replace"))
    return [line for line in found if str(record) in line]


@pytest.fixture
def record(sqlite_shelf: Shelf, store: Path, signer: Signer) -> Path:
    """A record with three versions of two texts."""
    for text, draft in (("Warm light.\n", "lamps"), ("Oak.\n", "benches"), ("Warmer light.\n", "lamps")):
        sqlite_shelf.publishes(text, draft=draft)
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    return store / "riverside.git"


@pytest.fixture
def big_record(sqlite_shelf: Shelf, store: Path, signer: Signer) -> Path:
    """A record of some 8 MB that nothing compresses: no pipe and no socket holds it."""
    noise = random.Random(2)
    for _ in range(4):
        sqlite_shelf.publishes("".join(chr(noise.randrange(0x4E00, 0x9FFF)) for _ in range(700_000)))
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    return store / "riverside.git"


@pytest.mark.parametrize("version", ["0", "1", "2"])
def test_a_stranger_clones_and_verifies(
    record: Path, store: Path, signer: Signer, tmp_path: Path, version: str
) -> None:
    with served(Clones(store, Limits())) as base:
        git(tmp_path, "-c", f"protocol.version={version}", "clone", "-q", f"{base}/e/riverside/record.git", "copy")
    copy = tmp_path / "copy"
    assert (copy / "lamps.md").read_text() == "Warmer light.\n" and (copy / "benches.md").read_text() == "Oak.\n"
    assert git(copy, "rev-parse", "HEAD") == git(record, "rev-parse", "main")
    (tmp_path / "allowed").write_text(allowed_signers(signer, "record@drafts.example.org"))
    said = git(copy, "-c", f"gpg.ssh.allowedSignersFile={tmp_path / 'allowed'}", "verify-commit", "HEAD", "HEAD~2")
    assert said.count('Good "git" signature for record@drafts.example.org') == 2


@pytest.mark.parametrize("options", [["--depth=1"], ["--filter=blob:none"], ["--bare"]])
def test_partial_clones_and_later_fetches_work(
    record: Path, sqlite_shelf: Shelf, store: Path, signer: Signer, tmp_path: Path, options: list[str]
) -> None:
    with served(Clones(store, Limits())) as base:
        git(tmp_path, "clone", "-q", *options, f"{base}/e/riverside/record.git", "copy")
        sqlite_shelf.publishes("Brighter.\n")
        (newest,) = project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
        git(tmp_path / "copy", "fetch", "-q", "origin", "main")
        assert git(tmp_path / "copy", "show", "FETCH_HEAD:lamps.md") == "Brighter."
        assert git(tmp_path / "copy", "rev-parse", "FETCH_HEAD") == newest


@pytest.mark.parametrize("version", ["0", "2"])
def test_a_record_without_versions_is_cloned_as_an_empty_one(store: Path, tmp_path: Path, version: str) -> None:
    with served(Clones(store, Limits())) as base:
        git(tmp_path, "-c", f"protocol.version={version}", "clone", "-q", f"{base}/e/quiet/record.git", "copy")
    assert version == "0" or git(tmp_path / "copy", "symbolic-ref", "HEAD") == "refs/heads/main"
    assert [path.name for path in (tmp_path / "copy").iterdir()] == [".git"]


def test_nobody_pushes(record: Path, store: Path, tmp_path: Path) -> None:
    tip = git(record, "rev-parse", "main")
    with served(Clones(store, Limits())) as base:
        git(tmp_path, "clone", "-q", f"{base}/e/riverside/record.git", "copy")
        git(tmp_path / "copy", "commit", "-q", "--allow-empty", "-m", "Revision: 9")
        git(tmp_path / "copy", "push", "-q", "origin", "main", ok=False)
    assert git(record, "rev-parse", "main") == tip


def test_only_the_public_branch_is_told_of(record: Path, store: Path, tmp_path: Path) -> None:
    hidden = git(record, "commit-tree", "main^{tree}", "-m", "secret")
    git(record, "update-ref", "refs/internal/secret", hidden)
    clones = Clones(store, Limits())
    said = b"".join(clones.advertise("riverside", None))
    assert said.startswith(ADVERTISED) and b"refs/heads/main" in said and hidden.encode() not in said
    want = f"want {hidden} ofs-delta\n"
    body = f"{len(want) + 4:04x}{want}00000009done\n".encode()
    assert b"PACK" not in b"".join(clones.upload_pack("riverside", body, None))


@pytest.mark.parametrize("protocol", ["version=2\n", "version=2:x", "version=3", "$(id)", "", "a" * 10_000])
def test_an_odd_protocol_header_is_passed_over(record: Path, store: Path, protocol: str) -> None:
    clones = Clones(store, Limits())
    assert b"".join(clones.advertise("riverside", protocol)).startswith(ADVERTISED)


@pytest.mark.parametrize(
    "slug", ["../riverside", "riverside/../../x", "..", "", "riverside.git", "--upload-pack", "a\0b"]
)
def test_paths_that_are_tricks_are_not_found(record: Path, store: Path, slug: str) -> None:
    with pytest.raises(NotFound):
        Clones(store, Limits()).advertise(slug, None)


@pytest.mark.parametrize(
    "body", [b"junk", b"ffff", b"0001000", b"\x00" * 5000, b"0032want " + b"z" * 41 + b"\n00000009done\n"]
)
def test_junk_gets_no_text_and_leaves_no_process(record: Path, store: Path, body: bytes) -> None:
    for protocol in (None, "version=2"):
        try:
            said = b"".join(Clones(store, Limits()).upload_pack("riverside", body, protocol))
        except (Invalid, CloneCut):
            said = b""
        assert b"PACK" not in said
    assert eventually(lambda: not running_on(record))


def test_a_gzip_bomb_is_refused_before_it_unfolds(record: Path, store: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(50)) + packer.flush()

    def unfolds() -> None:
        with pytest.raises(TooLarge):
            inflate(bomb, 1024 * 1024)

    assert work.peak_bytes(unfolds) < 4 * 1024 * 1024
    with served(Clones(store, Limits())) as base:
        connection = http.client.HTTPConnection(urlsplit(base).netloc)
        connection.request("POST", "/e/riverside/record.git/git-upload-pack", bomb, {"Content-Encoding": "gzip"})
        assert connection.getresponse().status == 413
        connection.close()


def test_what_is_packed_is_unpacked_to_the_last_byte() -> None:
    assert inflate(gzip.compress(b"x" * 100), 100) == b"x" * 100
    for broken in (b"not gzip", gzip.compress(b"x" * 100)[:-9]):
        with pytest.raises(Invalid):
            inflate(broken, 1000)


def wants_everything(record: Path) -> bytes:
    """The request of a clone in protocol version 0."""
    want = f"want {git(record, 'rev-parse', 'main')} side-band-64k ofs-delta\n"
    return f"{len(want) + 4:04x}{want}00000009done\n".encode()


def test_a_reader_who_goes_away_takes_git_with_them(big_record: Path, store: Path) -> None:
    with served(Clones(store, Limits())) as base:
        where = urlsplit(base)
        body = wants_everything(big_record)
        with socket.create_connection((where.hostname, where.port)) as reader:
            head = f"POST /e/riverside/record.git/git-upload-pack HTTP/1.0\r\nContent-Length: {len(body)}\r\n\r\n"
            reader.sendall(head.encode() + body)
            assert reader.recv(100)
            assert running_on(big_record)
        assert eventually(lambda: not running_on(big_record))


def test_an_answer_closed_early_ends_git_and_frees_its_seat(big_record: Path, store: Path) -> None:
    clones = Clones(store, replace(Limits(), clones_at_once=1))
    answer = clones.upload_pack("riverside", wants_everything(big_record), None)
    assert len(next(answer)) <= 64 * 1024 and running_on(big_record)
    with pytest.raises(Busy):
        clones.advertise("riverside", None)
    answer.close()
    answer.close()
    assert not running_on(big_record)
    assert list(answer) == []
    b"".join(clones.advertise("riverside", None))
    del answer
    clones.upload_pack("riverside", wants_everything(big_record), None)  # dropped without a word
    assert eventually(lambda: not running_on(big_record))
    b"".join(clones.advertise("riverside", None))


def test_a_clone_that_takes_too_long_is_cut_visibly(big_record: Path, store: Path) -> None:
    clones = Clones(store, replace(Limits(), clone_timeout_s=1))
    answer = clones.upload_pack("riverside", wants_everything(big_record), None)
    next(answer)
    assert eventually(lambda: not running_on(big_record))
    with pytest.raises(CloneCut):
        list(answer)


def test_a_reader_who_never_reads_loses_the_seat_when_the_time_is_over(tmp_path: Path) -> None:
    clones = Clones(tmp_path, replace(Limits(), clones_at_once=1, clone_timeout_s=1))
    held = clones.advertise("river", None)
    with pytest.raises(Busy):
        clones.advertise("river", None)
    until(lambda: _gives_a_seat(clones), why="the seat was not given back")
    with pytest.raises(CloneCut):
        list(held)


def _gives_a_seat(clones: Clones) -> bool:
    try:
        clones.advertise("river", None).close()
    except Busy:
        return False
    return True
