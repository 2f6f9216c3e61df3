"""Pictures of changes, kept by their content so that a post can name one."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Picture:
    """`digest` is the SHA-256 of the PNG, hex; `alt` says in words what is seen."""

    digest: str
    alt: str


class Pictures:
    """A folder that can be emptied at any time: what is not there is left out of a post. Safe between processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, png: bytes) -> str:
        """Its digest."""
        digest = hashlib.sha256(png).hexdigest()
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{id(png):x}.part")
            fresh.write_bytes(png)
            fresh.replace(path)
        return digest

    def read(self, digest: str) -> bytes | None:
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.png"
