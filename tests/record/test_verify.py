"""An honest record passes; whatever was changed is named. The script is run as a stranger runs it."""

import ast
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drafting.record import verify
from drafting.record.keys import allowed_signers
from drafting.record.projection import project
from drafting.record.signing import Signer
from tests.record import forger
from tests.record.shelf import BARE, NOON, Shelf, git

SCRIPT = Path(verify.__file__)
Ran = tuple[int, str]


def run(*arguments: object) -> Ran:
    """The script in a process of its own that finds nothing of ours: its exit status, and what it says."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), *map(str, arguments)]
    done = subprocess.run(command, cwd="/", env=BARE, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def keys(signer: Signer, tmp_path: Path) -> Path:
    path = tmp_path / "allowed_signers"
    path.write_text("# keys\n" + allowed_signers(signer, "record@drafts.example.org"))
    return path


@pytest.fixture
def record(sqlite_shelf: Shelf, store: Path, signer: Signer) -> Path:
    """Three versions of two texts."""
    for text, draft in (("Warm light.\n", "lamps"), ("Oak.\n", "benches"), ("Warmer light.\n", "lamps")):
        sqlite_shelf.publishes(text, draft=draft)
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    return store / "riverside.git"


@pytest.fixture
def copy(record: Path, tmp_path: Path) -> Path:
    """A stranger's clone."""
    git(tmp_path, "clone", "-q", str(record), "copy")
    return tmp_path / "copy"


def problems(path: Path, keys: Path, *more: object) -> list[str]:
    status, said = run(path, "--keys", keys, "--json", *more)
    answer = json.loads(said)
    assert isinstance(answer["problems"], list) and (status == 0) == (not answer["problems"])
    return list(answer["problems"])


def test_an_honest_record_passes(record: Path, copy: Path, keys: Path) -> None:
    for path in (copy, record):
        status, said = run(path, "--keys", keys)
        assert status == 0 and "All is well: 3 versions of 2 texts, all there, in order, unaltered and signed." in said
        assert "Version 2 of “lamps”" in said and git(copy, "rev-parse", "HEAD") in said


def test_without_a_list_of_keys_it_says_what_it_did_not_check(copy: Path, signer: Signer) -> None:
    status, said = run(copy)
    assert status == 0 and "nobody checked whose they are" in said and signer.public_key in said


def test_the_script_needs_nothing_but_an_old_python_and_git() -> None:
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 9))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names
    }  # fmt: skip
    assert imported <= set(sys.stdlib_module_names)


def test_a_record_with_a_version_that_was_held_back_passes(
    sqlite_shelf: Shelf, store: Path, signer: Signer, keys: Path
) -> None:
    sqlite_shelf.accepts("Harm.\n", held=NOON)
    sqlite_shelf.publishes("Two.\n")
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    assert problems(store / "riverside.git", keys) == []


def test_an_empty_record_is_said_to_be_empty(tmp_path: Path, keys: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "empty")
    assert run(tmp_path / "empty", "--keys", keys) == (
        0,
        "The history is empty: nothing has been published yet.\n",
    )


def test_a_commit_of_somebody_else_is_named(copy: Path, keys: Path) -> None:
    (copy / "lamps.md").write_text("forged\n")
    git(copy, "commit", "-qam", "Lamps: version 4\n\nRevision: 4\nDraft: lamps")
    assert problems(copy, keys) == [
        f"Version 4 of “lamps” (commit {git(copy, 'rev-parse', 'HEAD')[:12]}) is not signed: it was not written by the "
        "service."
    ]


def test_a_commit_signed_with_another_key_is_named(
    record: Path, sqlite_shelf: Shelf, store: Path, tmp_path: Path, keys: Path
) -> None:
    sqlite_shelf.publishes("Four.\n")
    other = Signer(tmp_path / "other")
    (fourth,) = project(sqlite_shelf.database, store, other, sqlite_shelf.event_id)
    assert problems(record, keys) == [
        f"Version 3 of “lamps” (commit {fourth[:12]}) is signed with a key that is not on the list "
        f"({other.public_key}): somebody else wrote it."
    ]


def test_a_key_counts_between_its_days_only(copy: Path, signer: Signer, tmp_path: Path) -> None:
    listed, expected = tmp_path / "listed", {"20260503": 0, "20260504": 0, "20260505": 3, "202605041201": 0,
                                              "202605041202Z": 1}  # fmt: skip
    for after, wrong in expected.items():
        listed.write_text(f'record@example.org namespaces="git",valid-after="{after}" {signer.public_key}\n')
        assert len(problems(copy, listed)) == wrong, after
    for before, wrong in {"20260505": 0, "20260504": 3, "20260504120159": 2}.items():
        listed.write_text(f'record@example.org valid-before="{before}",namespaces="git" {signer.public_key}\n')
        assert len(problems(copy, listed)) == wrong, before
    assert "was not valid on its day, 2026-05-04" in problems(copy, listed)[0]
    for useless in (f'record@example.org namespaces="file" {signer.public_key}', f"#{signer.public_key}",
                    f'record@example.org valid-after="soon" {signer.public_key}', "\0 ssh-ed25519", ""):  # fmt: skip
        listed.write_text(useless)
        assert len(problems(copy, listed)) == 3, useless


def test_a_changed_message_breaks_its_signature(copy: Path, keys: Path) -> None:
    ids = forger.commits(copy)
    *_, forged = forger.write_again(copy, ids, lambda body: body.replace(b"one editor", b"everybody"))
    said = problems(copy, keys)
    assert len(said) == 3 and said[-1] == (
        f"Version 2 of “lamps” (commit {forged[:12]}) has a signature that belongs to another text: it was changed "
        "after it was signed, or somebody without the key wrote it."
    )


def test_a_commit_changed_in_its_place_on_the_disk_is_named(record: Path, keys: Path) -> None:
    second = forger.commits(record)[1]
    forger.overwrite(record, second, lambda body: body.replace(b"one editor", b"everybody"))
    said = problems(record, keys)
    assert said[0] == (
        f"Version 1 of “benches” (commit {second[:12]}) is not what its id says: the file was changed after it was "
        "written, or the disk is damaged."
    )


def test_a_text_changed_in_its_place_on_the_disk_is_named(record: Path, keys: Path) -> None:
    forger.overwrite(record, git(record, "rev-parse", "main:benches.md"), lambda body: body.replace(b"Oak", b"Ash"))
    (said,) = problems(record, keys)
    assert said.startswith("Version 1 of “benches”") and "has a text that is missing or is not what its id says" in said


def test_broken_and_missing_objects_are_named_and_the_rest_is_checked(record: Path, keys: Path) -> None:
    oak, first = git(record, "rev-parse", "main:benches.md"), forger.commits(record)[0]
    path = record / "objects" / oak[:2] / oak[2:]
    path.chmod(0o644)
    path.write_bytes(b"noise")
    (record / "objects" / first[:2] / first[2:]).unlink()
    said = problems(record, keys)
    assert said[0].startswith(f"Commit {first[:12]}, which should come before Version 1 of “benches”")
    assert any("“benches”" in each and "has a text that is missing" in each for each in said)


def test_a_shallow_copy_is_said_to_be_incomplete(record: Path, tmp_path: Path, keys: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth=2", record.as_uri(), "shallow")
    (said,) = problems(tmp_path / "shallow", keys)
    assert said.startswith("Version 1 of “benches”") and "cut off with --depth" in said


def test_a_commit_that_joins_two_histories_is_named(copy: Path, keys: Path) -> None:
    first, tip = git(copy, "rev-list", "--max-parents=0", "HEAD"), git(copy, "rev-parse", "HEAD")
    merged = git(copy, "commit-tree", "HEAD^{tree}", "-p", tip, "-p", first, "-m", "x\n\nRevision: 2\nDraft: lamps")
    git(copy, "reset", "-q", "--soft", merged)
    assert [said.partition(") ")[2].partition(":")[0] for said in problems(copy, keys)] == [
        "joins two histories",
        "is not signed",
        "comes after version 2 of the same text",
    ]


def test_a_commit_that_touches_another_text_is_named(copy: Path, keys: Path) -> None:
    (copy / "benches.md").write_text("Steel.\n")
    git(copy, "commit", "-qam", "x\n\nRevision: 4\nDraft: lamps")
    assert problems(copy, keys)[1].endswith("changes more than its own text: benches.md. The service never does that.")


def test_a_link_or_a_folder_is_not_a_text(copy: Path, keys: Path) -> None:
    (copy / "folder").mkdir()
    (copy / "folder/lamps.md").write_text("x")
    git(copy, "add", ".")
    git(copy, "commit", "-qm", "x\n\nno trailers here: at all")
    said = problems(copy, keys)
    assert "holds something that is not a text" in said[-1] and said[0].startswith("Something that is no version")


def test_names_that_play_with_the_terminal_are_not_repeated(copy: Path, keys: Path) -> None:
    (copy / "\x1b[2J.md").write_text("x")
    git(copy, "add", ".")
    git(copy, "commit", "-qm", "x\n\nRevision: 4\nDraft: \x1b[2J")
    status, said = run(copy, "--keys", keys)
    assert status == 1 and "\x1b" not in said and "Something that is no version of a text" in said


@pytest.mark.parametrize(
    "entries",
    [b"100644 lamps.md\0%s100644 lamps.md\0%s", b"100644 lamps.md\0%snoise100644 x.md\0%s", b"100644 a/b.md\0%s%s"],
)
def test_a_list_of_files_that_git_would_not_write_is_named(copy: Path, keys: Path, entries: bytes) -> None:
    oak = bytes.fromhex(git(copy, "rev-parse", "HEAD:benches.md"))
    tree = forger.put(copy, "tree", entries % (oak, oak), "--literally")
    body = f"tree {tree}\nauthor x <x> 1 +0000\ncommitter x <x> 1 +0000\n\nx\n\nRevision: 4\nDraft: lamps\n"
    git(copy, "update-ref", "HEAD", forger.put(copy, "commit", body.encode()))
    assert "holds something that is not a text" in problems(copy, keys)[-1]


def test_what_cannot_be_checked_is_refused_in_words(tmp_path: Path, copy: Path, keys: Path) -> None:
    (copy / "inner").mkdir()
    for arguments, words in [
        ((tmp_path / "nowhere",), "nowhere is not a git repository."),
        ((copy / "inner",), "inner is not a git repository."),  # though there is one around it
        ((copy, "--seen", "main; rm"), "main; rm is neither a folder nor a commit id of 7 to 40 digits."),
        ((copy, "--keys", tmp_path / "none"), "No such file"),
        (("ftp://example.org/e/x",), "The address must begin with https:// or http://."),
        (("http://127.0.0.1:9/e/riverside",), "http://127.0.0.1:9/e/riverside/record cannot be reached"),
    ]:
        status, said = run(*arguments)
        assert status == 2 and words in said, said


def test_a_copy_cannot_make_the_script_start_a_program(copy: Path, keys: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    git(copy, "config", "remote.origin.url", f"ext::sh -c 'touch {trap}'")
    git(copy, "config", "remote.origin.promisor", "true")
    git(copy, "config", "protocol.ext.allow", "always")
    git(copy, "config", "core.fsmonitor", f"touch {trap}")
    oak = git(copy, "rev-parse", "HEAD:benches.md")
    (copy / ".git/objects" / oak[:2] / oak[2:]).unlink()
    assert "has a text that is missing" in problems(copy, keys)[0] and not trap.exists()


# What was seen before


def test_what_was_seen_before_is_still_there(record: Path, copy: Path, sqlite_shelf: Shelf, store: Path,
                                             signer: Signer, keys: Path) -> None:  # fmt: skip
    seen = git(copy, "rev-parse", "HEAD")
    sqlite_shelf.publishes("Four.\n")
    project(sqlite_shelf.database, store, signer, sqlite_shelf.event_id)
    assert problems(record, keys, "--seen", copy, "--seen", seen, "--seen", seen[:7]) == []
    assert problems(record, keys, "--seen", "0123456") == [
        "The commit 0123456, which you saw earlier, is not in this history: a version was changed, moved or left out "
        "since then, or you were shown another history than now."
    ]


def test_a_version_that_was_dropped_is_named(record: Path, copy: Path, signer: Signer, keys: Path) -> None:
    first, second, third = forger.commits(record)
    edit = forger.another_text(record, third, "benches.md", "")
    forger.write_again(record, [first, third], edit, signer)
    said = problems(record, keys, "--seen", copy)
    assert f"Version 1 of “benches” (commit {second[:12]}) was in the earlier copy and is gone: it was dropped." in said


def test_versions_at_the_end_that_are_gone_are_named(record: Path, copy: Path, keys: Path) -> None:
    third = forger.commits(record)[2]
    git(record, "update-ref", "refs/heads/main", "main~1")
    assert problems(record, keys, "--seen", copy) == [
        f"Version 2 of “lamps” (commit {third[:12]}) was in the earlier copy and is gone: it was dropped."
    ]


def test_versions_that_changed_places_are_named(record: Path, copy: Path, signer: Signer, keys: Path) -> None:
    first, second, third = forger.commits(record)
    forger.write_again(record, [second, first, third], signer=signer)
    said = problems(record, keys, "--seen", copy)
    assert any(
        f"Version 1 of “benches” (commit {second[:12]}) came after version 1 of “lamps” and now comes before it" in each
        for each in said
    )


def test_a_version_that_says_something_else_now_is_named_with_both_ids(
    record: Path, copy: Path, signer: Signer, keys: Path
) -> None:
    ids = forger.commits(record)
    edit = forger.another_text(record, ids[2], "lamps.md", "Cold light.\n")
    *_, forged = forger.write_again(record, ids, edit, signer)  # by who has the service's own key
    assert problems(record, keys) == []
    assert problems(record, keys, "--seen", copy) == [
        f"Version 2 of “lamps” (commit {ids[2][:12]}) was replaced by commit {forged[:12]}, in which the text differs."
    ]


def test_a_history_written_again_with_another_key_is_named(
    record: Path, copy: Path, tmp_path: Path, keys: Path
) -> None:
    ids = forger.commits(record)
    forger.write_again(record, ids, signer=Signer(tmp_path / "other"))
    said = problems(record, keys, "--seen", copy)
    assert len(said) == 4 and said[3].startswith(f"Version 1 of “lamps” (commit {ids[0][:12]}) and 2 more say the same")
    assert "written again by who has another key" in said[3]
    assert all("is signed with a key that is not on the list" in each for each in said[:3])


# Signatures


def test_signatures_are_judged_as_a_library_judges_them() -> None:
    noise = random.Random(5)
    for _ in range(30):
        key, message = Ed25519PrivateKey.from_private_bytes(noise.randbytes(32)), noise.randbytes(noise.randrange(200))
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        signature = key.sign(message)
        assert verify.fits(raw, message, signature)
        bit = 1 << noise.randrange(512)
        changed = (int.from_bytes(signature, "little") ^ bit).to_bytes(64, "little")
        assert not verify.fits(raw, message, changed)
        assert not verify.fits(raw, message + b"!", signature)
        too_large = int.from_bytes(signature[32:], "little") + verify.ORDER
        assert not verify.fits(raw, message, signature[:32] + too_large.to_bytes(32, "little"))


@pytest.mark.parametrize("raw", [b"", b"\xff" * 32, b"\x02" + bytes(31), b"\x01" + bytes(30) + b"\x80", bytes(31)])
def test_what_is_no_key_signs_nothing(raw: bytes) -> None:
    assert not verify.fits(raw, b"", bytes(64))


def test_our_own_signature_names_its_key_and_fits_no_other_text(signer: Signer) -> None:
    signature = signer.sign(b"words")
    assert verify.signed_by(b"words", signature) == signer.public_key
    empty = "-----BEGIN SSH SIGNATURE-----\n=\n-----END SSH SIGNATURE-----"
    garbage = [
        signature[:-40],
        "nothing",
        "",
        "\n",
        empty,
        signature.replace("A", "ü"),
        signature.replace("U1NI", "U1NJ"),
    ]
    for payload, text in [(b"other words", signature), *((b"words", each) for each in garbage)]:
        with pytest.raises(ValueError, match="has a signature"):
            verify.signed_by(payload, text)


def test_other_purposes_and_other_signers_of_openssh_are_refused(tmp_path: Path, signer: Signer) -> None:
    (tmp_path / "payload").write_bytes(b"words")
    key = tmp_path / "data/keys/record_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", key, tmp_path / "payload"], check=True)
    with pytest.raises(ValueError, match="made for another purpose"):
        verify.signed_by(b"words", (tmp_path / "payload.sig").read_text())
