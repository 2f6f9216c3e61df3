"""An archive from elsewhere, read and checked before anything of it is believed. Nothing here touches the database."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ..errors import Invalid, TooLarge
from ..record.bundling import tip_of
from .archive import (
    A_REVISION,
    BUNDLE,
    EVENT,
    EVENT_BYTES,
    LINE_BYTES,
    MOST_PICTURES,
    MOST_REVISIONS,
    PICTURE,
    README,
    REVISIONS,
    SIGNATURE,
    THE_EVENT,
    Archive,
)

FOREIGN = "This is not an archive of an event, or it is damaged"
UNFOLDED_BYTES = 4 * 1024**3
"""All of it together, unpacked."""
PIECE_BYTES = 1024 * 1024


def read(file: Path, folder: Path) -> Archive:
    """The archive in `file`; its pictures are put into `folder`, which is empty.

    Raises Invalid, TooLarge with a sentence that says what is wrong.
    """
    with _in_words(), zipfile.ZipFile(file) as opened:
        _look_over(opened)
        said = _event(opened)
        return Archive(said, file, _tip(opened), _pictures(opened, said, folder))


def revisions(found: Archive) -> Iterator[dict[str, Any]]:
    """Its versions in their order, one at a time. Raises Invalid, TooLarge."""
    with _in_words(), zipfile.ZipFile(found.file) as opened, opened.open(REVISIONS) as part:
        lines = io.BufferedReader(part)  # type: ignore[type-var]
        for place in range(1, MOST_REVISIONS + 2):
            line = lines.readline(LINE_BYTES + 1)
            if not line:
                return
            if len(line) > LINE_BYTES or place > MOST_REVISIONS:
                raise TooLarge(f"Version {place} in this archive is larger than a version can be.")
            revision = _checked(f"version {place}", A_REVISION, line)
            if revision["place"] != place:
                raise Invalid(f"{FOREIGN}: version {place} is missing or out of order.")
            yield revision


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Invalid(f"{FOREIGN}: {error}.") from error


def _look_over(opened: zipfile.ZipFile) -> None:
    """Only the parts that there are, each once, and no more than could be meant."""
    names = [entry.filename for entry in opened.infolist()]
    strange = next(
        (n for n in names if n not in (EVENT, REVISIONS, BUNDLE, SIGNATURE, README) and not PICTURE.fullmatch(n)), None
    )
    if strange is not None:
        raise Invalid(f"{FOREIGN}: it holds {strange[:80]!r}, which is no part of one.")
    if len(names) != len(set(names)) or len(names) > MOST_PICTURES + 5:
        raise Invalid(f"{FOREIGN}: it holds the same part twice, or too many.")
    if not {EVENT, REVISIONS} <= set(names):
        raise Invalid(f"{FOREIGN}: it does not say what event it is of.")
    if sum(entry.file_size for entry in opened.infolist()) > UNFOLDED_BYTES:
        raise TooLarge(f"This archive would unfold to more than {UNFOLDED_BYTES // 1024**3} GB.")


def _event(opened: zipfile.ZipFile) -> dict[str, Any]:
    with opened.open(EVENT) as part:
        said = _checked(EVENT, THE_EVENT, _bounded(part, EVENT_BYTES, EVENT))
    slugs = [draft["slug"] for draft in said["drafts"]]
    numbers = [promise["number"] for promise in said["promises"]]
    if len(slugs) != len(set(slugs)) or numbers != list(range(1, len(numbers) + 1)) or not numbers:
        raise Invalid(f"{FOREIGN}: its texts or promises contradict each other.")
    return said


def _tip(opened: zipfile.ZipFile) -> str:
    if BUNDLE not in opened.namelist():
        return ""
    with opened.open(BUNDLE) as part:
        tip = tip_of(part.read(4096))
    if not tip:
        raise Invalid(f"{FOREIGN}: its record.bundle is none.")
    return tip


def _pictures(opened: zipfile.ZipFile, said: dict[str, Any], folder: Path) -> dict[str, Path]:
    kept = {}
    for picture in said["pictures"]:
        name = picture["name"]
        try:
            part = opened.open(f"pictures/{name}")
        except KeyError:
            raise Invalid(f"{FOREIGN}: the picture {name} is missing.") from None
        with part, open(folder / name, "wb") as out:
            data = _bounded(part, picture["size_bytes"], name)
            out.write(data)
        if hashlib.sha256(data).hexdigest() != name.partition(".")[0] or len(data) != picture["size_bytes"]:
            raise Invalid(f"{FOREIGN}: the picture {name} is not what its name says.")
        kept[name] = folder / name
    return kept


def _bounded(part: IO[bytes], limit: int, name: str) -> bytes:
    """All of a part. What an archive states about sizes is not believed."""
    data = part.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(f"The part {name} of this archive is larger than it can be.")
    return data


def _checked(name: str, check: Any, data: bytes) -> Any:
    try:
        return check(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{FOREIGN}: {name} cannot be read.") from error
    except Invalid as error:
        raise Invalid(f"{FOREIGN}: in {name}, {error.message}.") from error
