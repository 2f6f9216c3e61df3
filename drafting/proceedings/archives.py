"""Archives that somebody asked for: made by the worker, kept for a day, for names in them can be withdrawn."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..db import Database
from ..events.models import Event
from ..record import bundling, parcels
from .exporting import export

FILE = "event.zip"
KEPT = timedelta(days=1)


def shelf(folder: Path, event_slug: str) -> Path:
    """Where the event's archive lies; `folder` is that of everything that is made ahead."""
    return folder / event_slug / "archive"


def newest(folder: Path, event_slug: str) -> Path | None:
    """The event's archive, if there is one."""
    found = parcels.newest(shelf(folder, event_slug))
    return found / FILE if found is not None and (found / FILE).is_file() else None


def made_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def make(
    database: Database, event_id: int, folder: Path, *, images: Path, base_url: str, ours: str, at: datetime
) -> None:
    """Write the event's archive in the place of the one before. Raises parcels.Taken if somebody is at it already."""
    with database.read() as session:
        slug = session.get_one(Event, event_id).slug
    bundle = bundling.newest(folder, slug)
    with (
        parcels.packing(shelf(folder, slug), f"{at:%Y%m%d%H%M%S%f}") as place,
        (place / FILE).open("wb") as out,
    ):
        export(database, slug, out, pictures=images, bundle=bundle, ours=ours, base_url=base_url, at=at)


def sweep(folder: Path, at: datetime) -> None:
    """Remove what is older than a day."""
    for file in folder.glob(f"*/archive/{parcels.CURRENT}/{FILE}"):
        if at - made_at(file) > KEPT:
            shutil.rmtree(file.resolve().parent)
