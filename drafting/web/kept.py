"""Files that took work to make, kept by what they were made from. All of it may be lost, and is made again."""

import contextlib
import logging
import os
import secrets
import zlib
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

ROOM_BYTES = 256 * 1024 * 1024
"""Of all files in a folder together; then the oldest go. Whoever asks for every version of everything fills no disk."""
LOOKED_AFTER = 32
"""One new file in so many is an occasion to look for room."""


def once(folder: Path, name: str, make: Callable[[], bytes], room_bytes: int = ROOM_BYTES) -> bytes:
    """What `make` gives, from the file `name` if it was made before."""
    file = folder / name
    with contextlib.suppress(OSError):
        return file.read_bytes()
    made = make()
    part = folder / f".{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(made)
        part.replace(file)
    except OSError as error:  # a full disk keeps nobody from reading
        log.warning("what was made could not be kept: %s", error.strerror)
        with contextlib.suppress(OSError):
            part.unlink()
    if zlib.crc32(name.encode()) % LOOKED_AFTER == 0:
        _make_room(folder, room_bytes)
    return made


def _make_room(folder: Path, room_bytes: int) -> None:
    """The newest stay as long as they fit."""
    with contextlib.suppress(OSError):  # somebody else makes room in this moment
        for file in sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True):
            room_bytes -= file.stat().st_size
            if room_bytes < 0:
                file.unlink()
