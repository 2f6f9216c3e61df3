"""Pictures of an event: one file each in the data folder, one row each in the database."""

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..errors import NotFound, TooLarge
from .models import Event, Image
from .stripping import Picture

NAME = re.compile(r"([0-9a-f]{64})\.(png|jpeg|webp)")
MEGABYTE = 1024 * 1024


def file_of(folder: Path, image: Image) -> Path:
    """Where its bytes lie. `folder` is that of all pictures."""
    return folder / str(image.event_id) / f"{image.digest}.{image.kind}"


def address(event: Event, image: Image) -> str:
    """As it is written into texts: the path, and after # the size in pixels, so that pages keep its place free."""
    return f"/e/{event.slug}/-/images/{image.digest}.{image.kind}#{image.width}x{image.height}"


@contextlib.contextmanager
def laid_aside(folder: Path, event_id: int, picture: Picture) -> Iterator[Path]:
    """The picture on disk under a name of its own, for `keep` to put in place; gone afterwards if that did not happen.

    Not for transactions: it waits for the disk.
    """
    place = folder / str(event_id)
    place.mkdir(parents=True, exist_ok=True)
    aside = place / f".{secrets.token_hex(8)}"
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(picture.data)
            file.flush()
            os.fsync(file.fileno())
        yield aside
    finally:
        aside.unlink(missing_ok=True)


def keep(
    session: Session, aside: Path, picture: Picture, *, event_id: int, by: int | None, at: datetime, most_bytes: int
) -> Image:
    """The picture's row, with its file in place. The same picture twice is one row and one file.

    Raises TooLarge if all pictures of the event would be more than `most_bytes`.
    """
    image = _find(session, event_id, picture.digest)
    if image is None:
        of_event = sa.select(sa.func.sum(Image.size_bytes)).where(Image.event_id == event_id)
        if (session.scalar(of_event) or 0) + len(picture.data) > most_bytes:
            raise TooLarge(
                f"The pictures of this event fill the {most_bytes // MEGABYTE} MB it may have. Whoever runs the event"
                " can remove some."
            )
        image = _add(session, picture, event_id, by, at)
    aside.replace(aside.with_name(f"{image.digest}.{image.kind}"))
    _settle(aside.parent)
    return image


def _add(session: Session, picture: Picture, event_id: int, by: int | None, at: datetime) -> Image:
    image = Image(
        event_id=event_id, digest=picture.digest, kind=picture.kind, size_bytes=len(picture.data),
        width=picture.width, height=picture.height, person_id=by, at=at,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(image)
    except IntegrityError:  # somebody chose the same picture in the same moment
        image = session.scalars(_named(event_id, picture.digest)).one()
    return image


def _settle(folder: Path) -> None:
    """A new name is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def find(session: Session, event_id: int, name: str) -> Image:
    """The picture that the last part of an address names. Raises NotFound."""
    parts = NAME.fullmatch(name)
    image = _find(session, event_id, parts[1]) if parts else None
    if image is None or parts is None or image.kind != parts[2]:
        raise NotFound("There is no such picture. It may have been removed.")
    return image


def newest(session: Session, event_id: int, limit: int) -> list[Image]:
    """The event's pictures, newest first."""
    return list(
        session.scalars(sa.select(Image).where(Image.event_id == event_id).order_by(Image.id.desc()).limit(limit))
    )


def remove(session: Session, folder: Path, event_id: int, name: str) -> Image:
    """Destroy a picture: row and file. Texts that show it say its description instead. Raises NotFound."""
    image = find(session, event_id, name)
    session.delete(image)
    file_of(folder, image).unlink(missing_ok=True)
    return image


def damaged(session: Session, folder: Path) -> list[Path]:
    """Files of pictures that are missing, or not as long as they were."""
    kept = ((file_of(folder, image), image.size_bytes) for image in session.scalars(sa.select(Image)))
    return [file for file, size in kept if not file.is_file() or file.stat().st_size != size]


def _find(session: Session, event_id: int, digest: str) -> Image | None:
    return session.scalar(_named(event_id, digest))


def _named(event_id: int, digest: str) -> sa.Select[Image]:
    return sa.select(Image).where(Image.event_id == event_id, Image.digest == digest)
