"""Somebody with write access to the server's disk, and git: what they can do to a history."""

import re
import subprocess
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from drafting.record.objects import Signs, taken_apart
from tests.record.shelf import git

Edit = Callable[[bytes], bytes]
"""What becomes of a commit's content before it is put on top of the one before."""


def unedited(body: bytes) -> bytes:
    return body


def commits(record: Path) -> list[str]:
    """Every commit, oldest first."""
    return git(record, "rev-list", "--reverse", "main").split()


def write_again(record: Path, ids: Sequence[str], edit: Edit = unedited, signer: Signs | None = None) -> list[str]:
    """Let the history be these commits, edited, each on top of the one before; signed anew if there is a `signer`."""
    written: list[str] = []
    for commit_id in ids:
        body = edit(_body(record, commit_id))
        body = re.sub(rb"^parent .*\n", b"", body, flags=re.MULTILINE)
        if written:
            body = re.sub(rb"^(tree .*\n)", rb"\1parent %s\n" % written[-1].encode(), body)
        if signer is not None:
            unsigned = taken_apart(body).unsigned
            signature = signer.sign(unsigned).replace("\n", "\n ")
            head, blank, message = unsigned.partition(b"\n\n")
            body = head + f"\ngpgsig {signature}".encode() + blank + message
        written.append(put(record, "commit", body))
    git(record, "update-ref", "refs/heads/main", written[-1])
    return written


def another_text(record: Path, commit_id: str, file: str, words: str) -> Edit:
    """An edit that lets one commit hold other words in `file`."""
    blob = put(record, "blob", words.encode())
    listed = git(record, "ls-tree", commit_id).splitlines()
    lines = [f"100644 blob {blob}\t{file}" if line.endswith(f"\t{file}") else line for line in listed]
    tree = git(record, "mktree", text="\n".join(lines) + "\n")
    original = _body(record, commit_id)
    return lambda body: re.sub(rb"^tree .*", b"tree " + tree.encode(), body) if body == original else body


def overwrite(record: Path, object_id: str, edit: Edit) -> None:
    """Change an object in its place on the disk, so that its name is a lie."""
    path = record / "objects" / object_id[:2] / object_id[2:]
    heading, _, body = zlib.decompress(path.read_bytes()).partition(b"\0")
    edited = edit(body)
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"%s %d\0" % (heading.split()[0], len(edited)) + edited))


def _body(record: Path, commit_id: str) -> bytes:
    return subprocess.check_output(["git", "cat-file", "commit", commit_id], cwd=record)


def put(record: Path, kind: str, body: bytes, *options: str) -> str:
    """Write an object; returns its id."""
    command = ["git", "hash-object", "-t", kind, "-w", "--stdin", *options]
    return subprocess.run(command, cwd=record, input=body, capture_output=True, check=True).stdout.decode().strip()
