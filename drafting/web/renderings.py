"""What was worked out of published texts is kept on disk by its content, and never worked out twice.

A rendering is found by what it was made from and by the code that made it, so none is ever out of date. Live texts are
not for it: words in them may be struck.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from .. import wording
from ..pool import Pool
from . import kept

T = TypeVar("T", str, tuple[list[str], str])

LIBRARIES = ("markdown-it-py", "mdit-py-plugins", "linkify-it-py", "nh3", "rapidfuzz", "regex")


@lru_cache(maxsize=1)
def renderer() -> str:
    """Which code makes renderings: its sources, and the versions of the libraries that they use."""
    told = hashlib.sha256(" ".join(map(version, LIBRARIES)).encode())
    for file in sorted(Path(*wording.__path__).glob("*.py")):
        told.update(file.read_bytes())
    return told.hexdigest()[:16]


def name_of(work: Callable[..., object], *texts: str) -> str:
    """64 hex digits, the same for the same work on the same texts."""
    said = json.dumps([work.__qualname__, *texts])
    return hashlib.sha256(said.encode()).hexdigest()


class Renderings:
    """Files under `folder`, one per rendering; those of other code go at the start. Safe to share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / renderer()
        for other in folder.glob("*"):
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)

    def of(self, pool: Pool, work: Callable[..., T], *texts: str) -> T:
        """The result of `work(*texts)`, from disk or from the pool. A disk that is full costs time, nothing else."""
        name = name_of(work, *texts)

        def made() -> bytes:
            return json.dumps(pool.run(work, *texts)).encode()

        try:
            found: T = json.loads(kept.once(self._folder, name, made))
        except ValueError:  # a power cut left half of it
            (self._folder / name).unlink(missing_ok=True)
            found = json.loads(kept.once(self._folder, name, made))
        return found
