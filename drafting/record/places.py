"""Where records are kept, and the lock that one projector holds per record.

`<repo_store>/<event>.git` is the repository. What begins with a dot is ours: locks, repositories in the making.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import NotFound
from ..events.slugs import LIMIT, PATTERN


def location(repo_store: Path, event_slug: str) -> Path:
    """The event's repository, there or not. Raises NotFound for what cannot be an event's address."""
    return repo_store / f"{_checked(event_slug)}.git"


@dataclass(frozen=True)
class Lock:
    """Held. `fd` is given to every git process, so that the lock lasts as long as one of them does."""

    fd: int
    left_behind: bool
    """The last holder did not let go by itself: it was killed, and may have left things lying about."""


@contextlib.contextmanager
def holding(repo_store: Path, event_slug: str) -> Iterator[Lock]:
    """Wait for the record's lock and hold it. The kernel frees it when its holders are gone, however they went."""
    repo_store.mkdir(parents=True, exist_ok=True)
    path = repo_store / f".{_checked(event_slug)}.lock"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield Lock(fd, left_behind=_mark(fd))
        os.ftruncate(fd, 0)
    finally:
        os.close(fd)


def _mark(fd: int) -> bool:
    """Write that the lock is held; True if that was written already."""
    marked = os.fstat(fd).st_size > 0
    os.pwrite(fd, b"held\n", 0)
    return marked


def _checked(event_slug: str) -> str:
    if len(event_slug) > LIMIT or not PATTERN.fullmatch(event_slug):
        raise NotFound("There is no such event.")
    return event_slug
