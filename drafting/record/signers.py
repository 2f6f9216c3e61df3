"""The published list of keys: which key was good when. The format is ssh-keygen(1)'s ALLOWED SIGNERS."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LINE = re.compile(r'(?P<principal>\S+)\s+(?P<options>(?:[\w-]+(?:="[^"]*")?,?)*?)\s*(?P<key>ssh-ed25519 \S+)')
OPTION = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Allowed:
    """One line: a key, and between which moments (seconds since 1970) its signatures count."""

    key: str
    after: float | None
    before: float | None

    def good(self, key: str, at: int) -> bool:
        early, late = self.after is not None and at < self.after, self.before is not None and at > self.before
        return key == self.key and not early and not late


def read(text: str) -> list[Allowed]:
    """The Ed25519 keys of an allowed-signers file that may sign commits. Lines it cannot read count for nothing."""
    return list(_lines(text))


def _lines(text: str) -> Iterator[Allowed]:
    for line in text.splitlines():
        found = LINE.match(line.strip())
        if found is None or line.lstrip().startswith("#"):
            continue
        options = dict(OPTION.findall(found["options"]))
        if "git" in options.get("namespaces", "git").split(","):
            with contextlib.suppress(ValueError):
                yield Allowed(found["key"], _moment(options.get("valid-after")), _moment(options.get("valid-before")))


def _moment(text: str | None) -> float | None:
    """`YYYYMMDD` or `YYYYMMDDHHMM[SS]`, read as UTC. Raises ValueError for anything else."""
    if text is None:
        return None
    digits = text.removesuffix("Z")
    shape = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(digits))
    if shape is None:
        raise ValueError(f"not a date in a list of keys: {text}")
    return datetime.strptime(digits, shape).replace(tzinfo=UTC).timestamp()
