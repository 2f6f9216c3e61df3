#!/usr/bin/env python3
"""Check the public history of an event, without trusting whoever keeps it.

    python3 verify.py https://drafts.example.org/e/riverside     the site: its history, its keys and its pages
    python3 verify.py ./record                                   a copy that you made with `git clone`
    python3 verify.py … --seen ./record-of-last-week             nothing of an earlier copy may be gone or changed
    python3 verify.py … --seen 1a2b3c4                           … nor the commit that a post or a page footer named
    python3 verify.py … --keys allowed_signers                   the list of keys that you kept from before

It needs Python 3.9 or newer and git, and nothing else; it is one file so that you can read it before you run it.
Exit status: 0 all is well, 1 something is wrong, 2 it could not be checked.

What is checked, oldest version first: every id is computed again from the content; every commit has exactly one before
it; every commit is signed, with a key of the list that was valid on its day; the numbers of each text only rise; every
commit changes the file of its own text and no other. Pages of a site are compared with the history byte for byte.

Words can be taken out of a history, openly: a notice stands in their place, and each commit from there on is made anew
and names the one that it replaces. Whoever has an earlier copy sees here whether anything else was changed with them.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import functools
import hashlib
import http.client
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

PAGES = 300  # of a longer history, the newest page of each text and a sample of so many are compared
PAGE_BYTES = 20_000_000
TIMEOUT_S = 60
NETWORK = {"GIT_ALLOW_PROTOCOL": "http:https", "GIT_TERMINAL_PROMPT": "0"}
NO_NETWORK = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}  # a copy could name a program to fetch with


class CannotCheck(Exception):
    """There is nothing that could be checked; the message says why."""


class NotThere(CannotCheck):
    """The site has no page at an address."""


# ── What a history holds ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Version:
    """One commit of the history, taken apart."""

    id: str
    draft: str
    number: int
    at: int
    message: str
    parents: tuple[str, ...] = ()
    tree: str = ""
    signature: str = ""
    signed: bytes = b""
    blob: str = ""
    key: str = ""
    replaces: str = ""

    def __str__(self) -> str:
        name = f"Version {self.number} of “{self.draft}”" if self.number else "Something that is no version of a text"
        return f"{name} (commit {self.id[:12]})"

    @property
    def name(self) -> tuple[str, int]:
        return self.draft, self.number

    @property
    def said(self) -> tuple[object, ...]:
        """What it says by itself, whatever came before it and whoever signed it."""
        return self.draft, self.number, self.at, self.message, self.blob


@dataclass
class Report:
    """`problems` is empty if all is well; `notes` say how much that means."""

    versions: list[Version] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)
    """Ids of commits that were replaced when words were taken out, and of what replaced them, as the site signed it."""

    def as_json(self) -> dict[str, object]:
        tip = self.versions[-1].id if self.versions else None
        about = {"ok": not self.problems, "versions": len(self.versions), "tip": tip}
        return {**about, "problems": self.problems, "notes": self.notes}


class Objects:
    """The objects of a repository: one `git cat-file` for all of them, and never believed without its id."""

    def __init__(self, path: Path) -> None:
        # Named outright, so that git does not look for another repository further up.
        git_dir = path / ".git" if (path / ".git").exists() else path
        self._git = ["git", "-c", "safe.directory=*", "--git-dir", str(git_dir.absolute())]
        found = self._ask("rev-parse", "--git-dir")
        if found.returncode:
            raise CannotCheck(f"{path} is not a git repository.")
        self.shallow = (Path(found.stdout.strip()) / "shallow").exists()
        self._process = self._start()

    def __enter__(self) -> Objects:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def tip(self) -> str | None:
        """The newest commit, or None of an empty repository."""
        return self._ask("rev-parse", "--verify", "--quiet", "HEAD").stdout.strip() or None

    def read(self, object_id: str) -> bytes | None:
        """The content of an object, or None if it is missing or broken. Whether it fits the id is another question."""
        asking, answering = self._process.stdin, self._process.stdout
        assert asking is not None and answering is not None
        asking.write(object_id.encode() + b"\n")
        asking.flush()
        heading = answering.readline().split()
        if not heading:  # git gives up at a broken object
            self.__exit__()
            self._process = self._start()
        if len(heading) != 3:
            return None
        body = answering.read(int(heading[2]))
        answering.read(1)
        return body

    def _ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self._git, *command], env=clean(NO_NETWORK), capture_output=True, text=True)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [*self._git, "cat-file", "--batch"]
        return subprocess.Popen(
            command, env=clean(NO_NETWORK), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )


def clean(more: dict[str, str]) -> dict[str, str]:
    """The environment without what could point git elsewhere; replaced objects are not what was signed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C", **more}


def printable(text: str) -> str:
    """What others wrote, without what could play with a terminal, and not endless."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:300]


def id_of(kind: bytes, body: bytes) -> str:
    return hashlib.sha1(b"%s %d\0" % (kind, len(body)) + body).hexdigest()


def walk(objects: Objects) -> tuple[list[Version], list[str]]:
    """Every version up to the newest, oldest first, following what each one names as the one before it."""
    versions: list[Version] = []
    problems: list[str] = []
    seen: set[str] = set()
    following, next_id = "the newest", objects.tip()
    while next_id is not None and next_id not in seen:
        seen.add(next_id)
        body = objects.read(next_id)
        version = None if body is None else taken_apart(next_id, body)
        if body is None or version is None:
            if objects.shallow and body is None and versions:
                problems.append(f"{following} is the oldest in this copy, which was cut off with --depth: what came "
                                "before it cannot be checked. Copy the whole history with: git clone.")  # fmt: skip
            else:
                problems.append(f"Commit {next_id[:12]}, which should come before {following}, is missing or cannot be "
                                "read: somebody removed or damaged it, or the copy is incomplete.")  # fmt: skip
            break
        if id_of(b"commit", body) != next_id:
            problems.append(f"{version} is not what its id says: the file was changed after it was written, or the "
                            "disk is damaged.")  # fmt: skip
        versions.append(version)
        following, next_id = str(version), version.parents[0] if version.parents else None
    return versions[::-1], problems


def taken_apart(commit_id: str, body: bytes) -> Version | None:
    """A commit as git writes it; None if it is none."""
    head, _, message = body.partition(b"\n\n")
    signature, others = b"", list[bytes]()
    for line in head.split(b"\n"):
        if line.startswith(b"gpgsig "):
            signature = line[len(b"gpgsig ") :]
        elif line.startswith(b" ") and signature:  # the signature's next line; nothing else here has more than one
            signature += b"\n" + line[1:]
        else:
            others.append(line)
    fields = [line.decode("utf-8", "replace").partition(" ") for line in others]
    values = {name: value for name, _, value in reversed(fields)}
    date = re.search(r"> (\d+) [+-]\d{4}$", values.get("committer", ""))
    if "tree" not in values or date is None:
        return None
    words = message.decode("utf-8", "replace")
    trailers = dict(re.findall(r"^([\w-]+): (.*)$", words.rstrip("\n").rpartition("\n\n")[2], re.MULTILINE)[::-1])
    draft, number = trailers.get("Draft", ""), trailers.get("Revision", "")
    # Whatever else stands there is not repeated: a forged name could play with the terminal, or with addresses.
    known = re.fullmatch("[a-z0-9-]{1,80}", draft) and re.fullmatch("[1-9][0-9]{0,8}", number)
    return Version(
        id=commit_id,
        draft=draft if known else "?",
        number=int(number) if known else 0,
        at=int(date[1]),
        message=words,
        parents=tuple(value for name, _, value in fields if name == "parent"),
        tree=values["tree"],
        signature=signature.decode("ascii", "replace"),
        signed=b"\n".join(others) + b"\n\n" + message,
        replaces=printable(trailers.get("Replaces", "")),
    )


# ── Checking one after the other ──────────────────────────────────────────────────────────────────────────────────────


def check(path: Path, keys: str | None = None) -> Report:
    """Check the repository or clone at `path`; `keys` is the text of an allowed-signers file.

    Without `keys`, every signature must be sound, whosever it is. Raises CannotCheck if there is no repository.
    """
    with Objects(path) as objects:
        versions, problems = walk(objects)
        report = Report(versions, problems)
        allowed = None if keys is None else list(read_keys(keys))
        newest: dict[str, int] = {}
        files: dict[str, str] | None = None if objects.shallow else {}
        taken = {version.id for version in versions}
        for place, version in enumerate(versions):
            faults = [*parents_of(version, place, objects.shallow), *signature_of(version, allowed)]
            faults += [*order_of(version, newest), *replaces_of(version, taken)]
            own, files = text_of(version, objects, files)
            report.problems += [f"{version} {fault}" for fault in (*faults, *own)]
    if keys is None:
        used = sorted({version.key for version in versions if version.key})
        report.notes.append("No list of keys was given: the signatures are sound, but nobody checked whose they are. "
                            f"Made with: {', '.join(used) or 'no key at all'}.")  # fmt: skip
    return report


def parents_of(version: Version, place: int, shallow: bool) -> Iterator[str]:
    if len(version.parents) > 1:
        yield "joins two histories: a record is one line, so one of them was made elsewhere."
    if place == 0 and version.parents and not shallow:
        yield "is the oldest that can be read, and names another before it."


def signature_of(version: Version, allowed: list[Key] | None) -> Iterator[str]:
    if not version.signature:
        yield "is not signed: it was not written by the service."
        return
    try:
        version.key = signed_by(version.signed, version.signature)
    except ValueError as error:
        yield f"{error}: it was changed after it was signed, or somebody without the key wrote it."
        return
    if allowed is None:
        return
    listed = [key for key in allowed if key.key == version.key]
    if not listed:
        yield f"is signed with a key that is not on the list ({version.key}): somebody else wrote it."
    elif not any(key.valid(version.at) for key in listed):
        yield f"is signed with a key that was not valid on its day, {day(version.at)}: an old key was used again."


def order_of(version: Version, newest: dict[str, int]) -> Iterator[str]:
    """Numbers of a text only rise. One may be missing: a version that was held back never becomes public."""
    before = newest.get(version.draft, 0)
    if not version.number:
        yield "does not say of which text it is which version: the service did not write it."
    elif version.number <= before:
        yield f"comes after version {before} of the same text: the order was changed, or it was written twice."
    newest[version.draft] = max(version.number, before)


def replaces_of(version: Version, taken: set[str]) -> Iterator[str]:
    """It can replace one commit that is gone. `taken`: all that are here, or that another says to replace."""
    if version.replaces in taken:
        yield (f"says that it replaces commit {version.replaces[:12]}, which is still in the history or replaced by "
               "another one: the service never writes that.")  # fmt: skip
    elif version.replaces and not re.fullmatch("[0-9a-f]{40}", version.replaces):
        yield "says that it replaces something that is no commit: the service did not write it."
    if version.replaces:
        taken.add(version.replaces)


def text_of(
    version: Version, objects: Objects, before: dict[str, str] | None
) -> tuple[list[str], dict[str, str] | None]:
    """What is wrong with the version's files, and what they are. `before`: those of the one before, if known."""
    body = objects.read(version.tree)
    if body is None or id_of(b"tree", body) != version.tree:
        return ["has a list of files that is missing or is not what its id says: it was changed on the disk."], None
    entries = re.findall(rb"(100644) ([^\0/]+)\0(.{20})", body, re.DOTALL)
    files = {name.decode("utf-8", "replace"): blob.hex() for _, name, blob in entries}
    if b"".join(b"%s %s\0%s" % entry for entry in entries) != body or len(files) != len(entries):
        return ["holds something that is not a text, a folder, link or program: the service writes none."], None
    own = f"{version.draft}.md"
    version.blob = files.get(own, "")
    faults = []
    changed = {name for name in (before or {}).keys() | files.keys() if (before or {}).get(name) != files.get(name)}
    if own not in files:
        faults.append(f"does not hold its own text {own}.")
    if before is not None and changed - {own}:
        names = ", ".join(sorted(map(printable, changed - {own})))
        faults.append(f"changes more than its own text: {names}. The service never does that.")
    text = objects.read(version.blob) if version.blob else b""
    if version.blob and (text is None or id_of(b"blob", text) != version.blob):
        faults.append("has a text that is missing or is not what its id says: it was changed on the disk.")
    return faults, files


# ── Keys, in the format of ssh-keygen(1), ALLOWED SIGNERS ─────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Key:
    """A key, and between which moments (seconds since 1970) its signatures count."""

    key: str
    after: float
    before: float

    def valid(self, at: int) -> bool:
        return self.after <= at <= self.before


LINE = re.compile(r'\s*[^\s#]\S*\s+(?P<options>(?:[\w-]+(?:="[^"]*")?,?)*?)\s*(?P<key>ssh-ed25519 \S+)')


def read_keys(text: str) -> Iterator[Key]:
    """The Ed25519 keys that may sign commits. A line that cannot be read counts for nothing, as for ssh-keygen."""
    for line in filter(None, map(LINE.match, text.splitlines())):
        options = dict(re.findall(r'([\w-]+)="([^"]*)"', line["options"]))
        dates = [options.get("valid-after", "19700101"), options.get("valid-before", "99991231")]
        formats = [{8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(date.rstrip("Z"))) for date in dates]
        if "git" in options.get("namespaces", "git").split(",") and None not in formats:
            try:
                moments = [datetime.strptime(d.rstrip("Z"), f or "") for d, f in zip(dates, formats)]  # noqa: B905
            except ValueError:
                continue
            # ssh-keygen reads a date without Z in the zone of the machine; here it is UTC everywhere.
            after, before = (moment.replace(tzinfo=timezone.utc).timestamp() for moment in moments)  # noqa: UP017
            yield Key(line["key"], after, before)


def day(at: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at))


# ── Signatures: SSHSIG around Ed25519 (RFC 8032), in plain arithmetic ─────────────────────────────────────────────────
# `ssh-keygen -Y verify` says the same and needs a process for each signature: minutes for a long history, not seconds.

Point = tuple[int, int, int, int]
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
ZERO: Point = (0, 1, 1, 0)


def signed_by(payload: bytes, armoured: str, purpose: bytes = b"git") -> str:
    """The key, `ssh-ed25519 AAAA…`, that made this signature of this payload. Raises ValueError with what is wrong.

    `purpose` is `git` for commits, `file` for files: a signature of one kind cannot be passed off as the other.

    The format: github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
    """
    lines = armoured.strip().split("\n")
    if (lines[0], lines[-1]) != ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"):
        raise ValueError("has a signature of another kind")
    try:
        blob = base64.b64decode("".join(lines[1:-1]), validate=True)
        public, namespace, _, digest, signature = strings(blob[10:])
        (kind, raw_key), (signature_kind, raw) = strings(public), strings(signature)
    except (ValueError, struct.error, binascii.Error):
        raise ValueError("has a signature that cannot be read") from None
    about = blob[:10], kind, signature_kind, namespace, digest
    if about != (b"SSHSIG\0\0\0\1", b"ssh-ed25519", b"ssh-ed25519", purpose, b"sha512"):
        raise ValueError("has a signature that was made for another purpose")
    hashed = hashlib.sha512(payload).digest()
    if not fits(raw_key, b"SSHSIG" + b"".join(map(string, (purpose, b"", b"sha512", hashed))), raw):
        raise ValueError("has a signature that belongs to another text")
    return f"ssh-ed25519 {base64.b64encode(public).decode()}"


def string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def strings(blob: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(blob):
        (length,) = struct.unpack_from(">I", blob, at)
        at += 4 + length
        if at > len(blob):
            raise ValueError("cut short")
        found.append(blob[at - length : at])
    return found


def fits(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is one of `message` by `public` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    try:
        x, y, z, t = point(public)
    except ValueError:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    sum_ = add(times(int.from_bytes(signature[32:], "little"), BASE), times(hashed, (P - x, y, z, P - t)))
    inverse = pow(sum_[2], -1, P)
    x, y = sum_[0] * inverse % P, sum_[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


@functools.lru_cache(maxsize=64)
def point(encoded: bytes) -> Point:
    number = int.from_bytes(encoded, "little")
    y, odd = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or y >= P or (x == 0 and odd):
        raise ValueError("not a key")
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, p: Point) -> Point:
    total = ZERO
    for row in multiples(p):
        total = add(total, row[number & 255])
        number >>= 8
    return total


@functools.lru_cache(maxsize=16)  # a history is signed with few keys, so that this table is made a few times only
def multiples(p: Point) -> list[list[Point]]:
    """Row i holds 0, 1 … 255 times 256^i times the point."""
    rows = []
    for _ in range(32):
        row = [ZERO]
        for _ in range(255):
            row.append(add(row[-1], p))
        rows.append(row)
        p = add(row[-1], p)
    return rows


# ── What was seen before must still be there ──────────────────────────────────────────────────────────────────────────

Beyond = Callable[[Version, Version], "list[str]"]
"""What was changed between a version and the one in its place, apart from words that gave way to notices."""


def still_there(seen: str, report: Report, copy: Path) -> None:
    """Add to the report of `copy` what became of an earlier copy (a path) or of a commit id.

    Raises CannotCheck if `seen` is neither.
    """
    if not Path(seen).is_dir():
        if not re.fullmatch("[0-9a-f]{7,40}", seen):
            raise CannotCheck(f"{seen} is neither a folder nor a commit id of 7 to 40 digits.")
        commit_still_there(seen, report)
        return
    with Objects(Path(seen)) as earlier, Objects(copy) as present:
        before, problems = walk(earlier)
        for version in before:
            text_of(version, earlier, None)
            list(signature_of(version, None))
        report.problems += [f"In the earlier copy: {problem}" for problem in problems if "--depth" not in problem]
        compare(before, report, lambda old, new: beyond_notices(old, new, earlier, present))


def commit_still_there(seen: str, report: Report) -> None:
    if any(version.id.startswith(seen) for version in report.versions):
        return
    old, new = in_its_place(seen, report)
    if new is None:
        report.problems.append(
            f"The commit {seen}, which you saw earlier, is not in this history: a version was changed, moved or "
            "left out since then, or you were shown another history than now."
        )
        return
    report.notes.append(
        f"The commit {seen}, which you saw earlier, was replaced when words were taken out of this history: "
        f"{new} is in its place; the site says why at {why(old, new)}. Only a copy from before can show whether "
        "nothing else was changed."
    )


def in_its_place(seen: str, report: Report) -> tuple[str, Version | None]:
    """The whole id of a commit that was replaced, if need be more than once, and the version that is there now."""
    now = {version.id: version for version in report.versions}
    links = {**report.stated, **{version.replaces: version.id for version in report.versions if version.replaces}}
    old = at = next((replaced for replaced in links if replaced.startswith(seen)), "")
    while at not in now and at in links:
        at = links.pop(at)
    return old, now.get(at)


def compare(before: Sequence[Version], report: Report, beyond: Beyond) -> None:
    """Add to the report what of `before` is gone, replaced or reordered, version by version."""
    now = report.versions
    ids = {version.id for version in now}
    if not before or before[-1].id in ids:  # every id stands for everything that came before it
        return
    places = {version.name: place for place, version in enumerate(now)}
    kept = [(old, now[places[old.name]]) for old in before if old.name in places]
    said = [f"{old} was in the earlier copy and is gone: it was dropped." for old in before if old.name not in places]
    others = [(old, new) for old, new in kept if old.id not in ids and not new.replaces]
    replaced = [(old, new) for old, new in others if old.said != new.said]
    said += [f"{old} was replaced by commit {new.id[:12]}, in which {different(old, new)}." for old, new in replaced]
    for (first, _), (second, _) in zip(kept, kept[1:]):  # noqa: B905
        if places[first.name] > places[second.name]:
            said.append(f"{second} came after version {first.number} of “{first.draft}” and now comes before it: "
                        "the order was changed.")  # fmt: skip
    again = [(old, new) for old, new in others if old.said == new.said]
    if again:
        by = " by who has another key" if all(old.key != new.key for old, new in again) else ""
        old, new = again[0]
        said.append(f"{old} and {len(again) - 1} more say the same as before under other ids ({new.id[:12]} …): the "
                    f"history was written again{by}, because each id stands for all that came before it.")  # fmt: skip
    report.problems += said
    redacted = [(old, new) for old, new in kept if old.id not in ids and new.replaces]
    names = {version.id: version.name for version in before}
    for old, new in redacted:
        judge_redaction(old, new, names, beyond(old, new), report)


def different(old: Version, new: Version) -> str:
    parts = [("the text", old.blob, new.blob), ("the date", old.at, new.at), ("the message", old.message, new.message)]
    return " and ".join(name for name, a, b in parts if a != b) + " differs"


# ── Words that were taken out, and nothing else ───────────────────────────────────────────────────────────────────────

NOTICE = r"\[removed on (?:\d{1,2} [A-Z][a-z]+ \d{4}): [^][]+\]"
IN_A_MESSAGE = NOTICE + r"|\[removed\]"  # of a title


def judge_redaction(old: Version, new: Version, names: dict[str, tuple[str, int]], beyond: list[str],
                    report: Report) -> None:  # fmt: skip
    """Add to the report whether a commit that says to replace an earlier one does what it may. `names`: of those
    before.
    """
    if names.get(new.replaces, new.name) != new.name:
        report.problems.append(f"{new} says that it replaces commit {new.replaces[:12]}, which was another version: "
                               "the order was changed, or it was written by somebody else.")  # fmt: skip
    elif beyond:
        report.problems.append(f"{old} was replaced by commit {new.id[:12]}, which says that words were taken out of "
                               f"this history. More than that was changed: {' and '.join(beyond)}.")  # fmt: skip
    elif (old.blob, says(old)) != (new.blob, says(new)):
        report.notes.append(f"Words were taken out of version {old.number} of “{old.draft}” (commit {old.id[:12]}), "
                            f"and nothing else was changed: commit {new.id[:12]} is in its place. The site says when "
                            f"and why at {why(old.id, new)}.")  # fmt: skip


def beyond_notices(old: Version, new: Version, earlier: Objects, present: Objects) -> list[str]:
    texts = [(objects.read(version.blob) or b"").decode("latin-1")  # one letter for each byte
             for objects, version in ((earlier, old), (present, new))]  # fmt: skip
    (old_words, old_trailers), (new_words, new_trailers) = says(old), says(new)
    faults = {
        "other words of the text differ": not only_removed(texts[0], texts[1], NOTICE),
        "the date differs": old.at != new.at,
        "the message differs": old_trailers != new_trailers or not only_removed(old_words, new_words, IN_A_MESSAGE),
    }
    return [fault for fault, found in faults.items() if found]


def says(version: Version) -> tuple[str, list[str]]:
    """Its message, however its lines were broken, and the trailers but for the one that names what it replaces."""
    words, _, trailers = version.message.rstrip("\n").rpartition("\n\n")
    return " ".join(words.split()), [line for line in trailers.split("\n") if not line.startswith("Replaces: ")]


def only_removed(old: str, new: str, notice: str) -> bool:
    """Whether `new` is `old` with a notice in the place of one or more stretches, or the same."""
    if old == new:
        return True
    first, *rest = re.split(notice, new)
    if not rest or not old.startswith(first):
        return False
    *between, last = rest
    at = len(first)
    for piece in between:  # where it is found first leaves the most for those that follow
        at = old.find(piece, at + 1)
        if at < 0:
            return False
        at += len(piece)
    return old.endswith(last) and at < len(old) - len(last)


def why(old_id: str, new: Version) -> str:
    """Where the site says what was taken out, and why."""
    found = re.search(r"^Permalink: (https?://[\w.:/-]+/e/[a-z0-9-]+)/", new.message, re.MULTILINE)
    return f"{found[1] if found else ''}/-/commit/{old_id}"


PAIR = re.compile(r"([0-9a-f]{40}) ([0-9a-f]{40}) ([a-z0-9-]{1,80})/([1-9][0-9]{0,8})")


def read_statements(here: str, report: Report, keys: str) -> None:
    """Fetch what the site signed about words that were taken out, and compare it with the history."""
    allowed, number = list(read_keys(keys)), 1
    while (statement := fetch_or_none(f"{here}/-/redactions/{number}.txt")) is not None:
        signature = fetch_or_none(f"{here}/-/redactions/{number}.sig") or b""
        name = f"The site’s statement {number} about words that were taken out"
        report.problems += [f"{name} {fault}" for fault in statement_faults(number, statement, signature, allowed)]
        for old, new, draft, version in PAIR.findall(statement.decode("utf-8", "replace")):
            report.stated[old] = new
            found = next((each for each in report.versions if each.id == new), None)
            if found is not None and (found.replaces, found.name) != (old, (draft, int(version))):
                report.problems.append(f"{name} says that {found} replaces commit {old[:12]}, version {version} of "
                                       f"“{draft}”. The history says something else.")  # fmt: skip
        number += 1
    report.problems += stated_amiss(report)


def statement_faults(number: int, statement: bytes, signature: bytes, allowed: list[Key]) -> Iterator[str]:
    about = dict(line.split(": ", 1) for line in statement.decode("utf-8", "replace").splitlines() if ": " in line)
    if about.get("Redaction") != str(number):
        yield "is about another one: it was changed or put in the place of another."
    try:
        made = datetime.strptime(about.get("Date", ""), "%Y-%m-%d").replace(tzinfo=timezone.utc)  # noqa: UP017
        key = signed_by(statement, signature.decode("ascii", "replace"), b"file")
    except ValueError as error:
        yield f"is not sound: {error}."
        return
    if not any(each.key == key and each.valid(int(made.timestamp())) for each in allowed):
        yield f"is signed with a key that is not on the list, or was not valid on its day ({key})."


def stated_amiss(report: Report) -> Iterator[str]:
    """History and statements must name the same commits as replaced."""
    ids = {version.id for version in report.versions}
    for version in report.versions:
        if version.replaces and report.stated.get(version.replaces) != version.id:
            yield (f"{version} says that it replaces commit {version.replaces[:12]}, and no statement of the site says "
                   "so: it is being written in this moment (try again), or nobody took words out.")  # fmt: skip
    for old, new in report.stated.items():
        if old in ids:
            yield f"The site says that commit {old[:12]} was replaced, and it is still in the history."
        elif new not in ids and new not in report.stated:
            yield (f"The site says that commit {old[:12]} was replaced by {new[:12]}, and that is not in the history: "
                   "it was dropped, or the history is an old one.")  # fmt: skip


# ── A site: its history, its keys, its pages ──────────────────────────────────────────────────────────────────────────


def check_address(address: str, keys: str | None, seen: Sequence[str], every_page: bool) -> Report:
    """Copy the history at `address` and check it; of an event's site, its pages and its named tip as well."""
    found = re.match(r"(https?://[^/]+(?:/[^?#]*)?)/e/([a-z0-9-]+)(?:/record(?:\.git)?)?/?$", address)
    if found is None and not re.match("https?://", address):
        raise CannotCheck("The address must begin with https:// or http://.")
    here = f"{found[1]}/e/{found[2]}" if found else ""
    named = tip_named_by(here) if here else None
    from_site = keys is None and bool(here)
    if from_site:
        keys = fetch(f"{here}/-/allowed_signers").decode("utf-8", "replace")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "record.git"
        refusal = clone(f"{here}/record.git" if here else address, copy)
        if refusal:
            report = Report(problems=[refusal])
        else:
            report = check(copy, keys)
            if here:
                read_statements(here, report, keys or "")
            for each in seen:
                still_there(each, report, copy)
            if here:
                report.problems += tip_agrees(named, here, report.versions)
                pages_agree(here, report, copy, every_page)
    if from_site and not seen:
        report.notes.append("The list of keys came from the site itself, which could have swapped it together with the "
                            "history. A list from before (--keys), or a copy or commit id from before (--seen), "
                            "protects against that.")  # fmt: skip
    return report


def clone(address: str, to: Path) -> str | None:
    """Copy a history; a sentence if that did not work. Raises CannotCheck if the site says that it withholds it."""
    command = ["git", "-c", "core.hooksPath=/dev/null", "clone", "--quiet", "--bare", address, str(to)]
    done = subprocess.run(command, env=clean(NETWORK), capture_output=True, text=True)
    if done.returncode == 0:
        return None
    if why := why_withheld(address):
        raise CannotCheck(f"The site withholds its history for now. It says: {why}")
    return (f"The history cannot be copied: the site is away, or what is on its disk was damaged or changed by hand. "
            f"git says: {printable(' '.join(done.stderr.split()))}")  # fmt: skip


def why_withheld(address: str) -> str | None:
    """What a site says that keeps a history back, so that nobody is hurt; None if that is not why it gave none."""
    asked = urllib.request.Request(
        f"{address}/info/refs?service=git-upload-pack", headers={"Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_S):
            return None
    except urllib.error.HTTPError as error:
        try:
            said = json.loads(error.read(PAGE_BYTES))
            return printable(said["detail"]) if said["reason"] == "withheld" else None
        except (ValueError, TypeError, LookupError):
            return None
    except (OSError, http.client.HTTPException):
        return None


def tip_named_by(here: str) -> str | None:
    """The newest commit as the page /record names it to everybody."""
    page = fetch(f"{here}/record").decode("utf-8", "replace")
    found = re.search(r'<code class="hash">([0-9a-f]{40})</code>', page)
    return found[1] if found else None


def tip_agrees(named: str | None, here: str, versions: Sequence[Version]) -> Iterator[str]:
    if named is not None and named not in {version.id for version in versions}:
        yield (f"The site names commit {named[:12]} as its newest, and the history that it gives to copy does not hold "
               "it: one of the two was changed.")  # fmt: skip
    elif versions and versions[-1].id != named and versions[-1].id != tip_named_by(here):
        yield (f"{versions[-1]} is the newest in the history, and the site names another, {(named or 'none')[:12]}: it "
               "is being published in this moment (try again), or the site hides it.")  # fmt: skip


def pages_agree(here: str, report: Report, copy: Path, every_page: bool) -> None:
    """Compare the Markdown pages of the site with the history, byte for byte."""
    newest = {version.draft: version for version in report.versions}
    chosen = report.versions
    if not every_page and len(chosen) > PAGES:
        sample = random.SystemRandom().sample(chosen, PAGES)
        chosen = list({v.id: v for v in (*newest.values(), *sample)}.values())
        report.notes.append(f"{len(chosen)} of {len(report.versions)} pages were compared: the newest of each text and "
                            "a random sample. --every-page compares all.")  # fmt: skip
    with Objects(copy) as objects:
        for version in chosen:
            page = fetch_or_none(f"{here}/{version.draft}/{version.number}.md")
            if page is None:
                report.problems.append(f"{version} has no page on the site any more: it was removed from the database.")
            elif page != objects.read(version.blob):
                report.problems.append(f"{version} has another text on its page than in the history: the database was "
                                       "changed after it was published.")  # fmt: skip
    for version in newest.values():
        if fetch_or_none(f"{here}/{version.draft}/{version.number + 1}.md") is not None:
            report.problems.append(f"{version} is the newest of its text in the history, and the site shows a newer "
                                   "one: it is being written in this moment (try again), or it was put "
                                   "into the database by hand.")  # fmt: skip


def fetch_or_none(address: str) -> bytes | None:
    try:
        return fetch(address)
    except NotThere:
        return None


def fetch(address: str, patience: int = 5) -> bytes:
    """What is at an address. Waits where the site asks us to. Raises NotThere, or CannotCheck for other answers."""
    request = urllib.request.Request(address, headers={"User-Agent": "verify.py"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return bytes(answer.read(PAGE_BYTES))
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise NotThere(f"There is nothing at {address}.") from None
        if error.code in (429, 503) and patience:
            asked = error.headers.get("Retry-After") or ""
            time.sleep(min(int(asked), 60) if asked.isdecimal() else 5)
            return fetch(address, patience - 1)
        raise CannotCheck(f"{address} answers with {error.code}.") from None
    except (OSError, http.client.HTTPException) as error:
        raise CannotCheck(f"{address} cannot be reached: {error}.") from None


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────────────────


def examine(subject: str, keys: str | None = None, seen: Sequence[str] = (), every_page: bool = False) -> Report:
    """Check a path or an address. Raises CannotCheck."""
    if "://" in subject:
        return check_address(subject, keys, seen, every_page)
    report = check(Path(subject), keys)
    for each in seen:
        still_there(each, report, Path(subject))
    return report


def many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def in_words(report: Report) -> str:
    """The whole report for a person."""
    if report.problems:
        verdict = f"NOT as it should be: {len(report.problems)} found."
    elif not report.versions:
        verdict = "The history is empty: nothing has been published yet."
    else:
        texts, newest = {version.draft for version in report.versions}, report.versions[-1]
        verdict = (f"All is well: {many(len(report.versions), 'version')} of {many(len(texts), 'text')}, all there, in "
                   f"order, unaltered and signed.\nThe newest: {newest}, {day(newest.at)}, {newest.id}")  # fmt: skip
    return "\n".join([*(f"- {problem}" for problem in report.problems), verdict, *report.notes])


def main(arguments: Sequence[str] | None = None) -> int:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=about, epilog=more, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("subject", metavar="PATH-OR-URL", help="a clone or bare repository, or an event's address")
    parser.add_argument("--keys", metavar="FILE", help="list of allowed signers that you kept, instead of the site's")
    parser.add_argument("--seen", metavar="CLONE-OR-COMMIT", action="append", default=[], help="what you saw earlier")
    parser.add_argument("--every-page", action="store_true", help="compare every page of a site, however many")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    asked = parser.parse_args(arguments)
    try:
        keys = Path(asked.keys).read_text(encoding="utf-8", errors="replace") if asked.keys else None
        report = examine(asked.subject, keys, asked.seen, asked.every_page)
    except (CannotCheck, OSError) as error:
        print(f"This could not be checked: {error}", file=sys.stderr)
        return 2
    print(json.dumps(report.as_json(), ensure_ascii=False) if asked.json else in_words(report))
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
