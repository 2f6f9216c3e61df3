"""Files that are made ahead for people to fetch: whole or not there, and the old ones until the new ones are.

`<place>/<name>/` holds the files of one making; `<place>/current` leads to the newest.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CURRENT = "current"


class Taken(Exception):
    """Somebody else is making it in this moment."""


def newest(place: Path) -> Path | None:
    """The folder of the newest files, or None while there are none. It stays readable for who has opened a file."""
    with suppress(OSError):
        return place / os.readlink(place / CURRENT)
    return None


@contextmanager
def packing(place: Path, name: str) -> Iterator[Path]:
    """An empty folder; what was put into it is current when the block has ended well, and on disk.

    One at a time per place: raises Taken. A death at any moment leaves the old files current; what it left lying about
    is removed by the next.
    """
    place.mkdir(parents=True, exist_ok=True)
    with _alone(place):
        making = place / f".new-{secrets.token_hex(4)}"
        making.mkdir()
        try:
            yield making
            for file in making.iterdir():
                _settle(file)
            _settle(making)
            _replace(making, place / name)
            link = place / f".new-{secrets.token_hex(4)}"
            link.symlink_to(name)
            os.replace(link, place / CURRENT)
            _settle(place)
        finally:
            _sweep(place)


def _replace(making: Path, there: Path) -> None:
    """A folder of this name is there if somebody died before it became current, or if it is made anew."""
    if there.exists():
        os.rename(there, there.with_name(f".old-{secrets.token_hex(4)}"))
    os.rename(making, there)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with open(place / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken(str(place)) from None
        yield


def _sweep(place: Path) -> None:
    """Remove everything but what is current. Only for who holds the lock."""
    kept = {CURRENT, ".lock", *([found.name] if (found := newest(place)) else [])}
    for left in place.iterdir():
        if left.name not in kept:
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
