"""Git objects as bytes: blobs, trees, signed commits, and packs of them. Pure; nothing here reads a disk."""

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

FILE_MODE = b"100644"
PACK_KINDS = {"commit": 1, "tree": 2, "blob": 3}  # git-scm.com/docs/gitformat-pack

Files = Mapping[str, str]
"""File name → blob id (40 hex digits). The record's trees are flat."""


class Signs(Protocol):
    def sign(self, payload: bytes, namespace: bytes = ...) -> str: ...


@dataclass(frozen=True)
class Object:
    """One object; `kind` is blob, tree or commit."""

    kind: str
    body: bytes

    @property
    def id(self) -> str:
        """40 hex digits."""
        return hashlib.sha1(b"%s %d\0" % (self.kind.encode(), len(self.body)) + self.body).hexdigest()


@dataclass(frozen=True)
class Commit:
    """A commit taken apart. `unsigned` is what was signed: the commit without its signature."""

    tree: str
    parents: tuple[str, ...]
    committed: int
    message: str
    signature: str | None
    unsigned: bytes


def blob(text: str) -> Object:
    return Object("blob", text.encode())


def tree(files: Files) -> Object:
    """A flat tree of ordinary files, in git's order: by the bytes of the name."""
    entries = sorted((name.encode(), blob_id) for name, blob_id in files.items())
    return Object("tree", b"".join(b"%s %s\0%s" % (FILE_MODE, name, bytes.fromhex(i)) for name, i in entries))


def files_of(body: bytes) -> dict[str, str]:
    """The files of a flat tree. Raises ValueError if it holds anything but ordinary files."""
    files, at = {}, 0
    while at < len(body):
        end = body.index(b"\0", at)
        mode, name = body[at:end].split(b" ", 1)
        if mode != FILE_MODE:
            raise ValueError(f"not an ordinary file: {name!r}")
        at = end + 21
        files[name.decode()] = body[end + 1 : at].hex()
    return files


def commit(*, tree_id: str, parent: str | None, who: str, at: int, message: str, signer: Signs) -> Object:
    """A signed commit. `who` is `Name <address>`, author and committer alike; `at`: seconds since 1970, zone UTC."""
    bare = unsigned(tree_id=tree_id, parent=parent, who=who, at=at, message=message)
    signature = signer.sign(bare).replace("\n", "\n ").encode()
    head, _, rest = bare.partition(b"\n\n")
    return Object("commit", b"%s\ngpgsig %s\n\n%s" % (head, signature, rest))


def unsigned(*, tree_id: str, parent: str | None, who: str, at: int, message: str) -> bytes:
    """What is signed of a commit: all of it but the signature."""
    lines = [f"tree {tree_id}", *([f"parent {parent}"] if parent else [])]
    lines += [f"author {who} {at} +0000", f"committer {who} {at} +0000"]
    return ("\n".join(lines) + "\n\n" + message).encode()


def taken_apart(body: bytes) -> Commit:
    """Read a commit. Raises ValueError if it is not one that git would make."""
    head, _, message = body.partition(b"\n\n")
    headers: list[tuple[str, str]] = []
    kept: list[bytes] = []
    for line in head.split(b"\n"):
        if line.startswith(b" ") and headers:  # a header's next line
            headers[-1] = (headers[-1][0], f"{headers[-1][1]}\n{line[1:].decode()}")
        else:
            name, _, value = line.decode().partition(" ")
            headers.append((name, value))
        if headers[-1][0] != "gpgsig":
            kept.append(line)
    found = dict(reversed(headers))
    if "tree" not in found or "committer" not in found:
        raise ValueError("not a commit")
    return Commit(
        tree=found["tree"],
        parents=tuple(value for name, value in headers if name == "parent"),
        committed=int(found["committer"].split()[-2]),
        message=message.decode(),
        signature=found.get("gpgsig"),
        unsigned=b"\n".join(kept) + b"\n\n" + message,
    )


def pack(objects: Sequence[Object]) -> bytes:
    """The objects as one pack stream, without deltas."""
    parts = [b"PACK", struct.pack(">II", 2, len(objects))]
    for each in objects:
        parts += [_pack_header(PACK_KINDS[each.kind], len(each.body)), zlib.compress(each.body, 1)]
    body = b"".join(parts)
    return body + hashlib.sha1(body).digest()


def _pack_header(kind: int, size: int) -> bytes:
    """Kind and size: four bits of the size, then seven at a time, low ones first."""
    header, byte, size = bytearray(), (kind << 4) | (size & 15), size >> 4
    while size:
        header.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    header.append(byte)
    return bytes(header)
