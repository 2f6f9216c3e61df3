"""Keeping an installation: a backup in one file, back from it, and a doctor who looks at everything."""

import contextlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import paths
from ..config import Settings, load
from ..db import now
from ..drafts.models import Draft
from ..errors import Invalid
from ..events import images
from ..events.models import Event
from ..installation import Installation
from ..people.tokens import salt
from ..proceedings import recovering
from ..proceedings.recovering import Recovered
from ..publishing.mail.models import Subscription
from ..publishing.models import Delivery
from ..record import counting
from ..record.watching import Archive
from .common import Answer, answering, open_here

FORMAT = "drafting backup 1"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@answering
def backup(file: Path, force: bool) -> Answer:
    """Write everything of this installation to FILE: database, keys, pictures, public histories. Keep it secret."""
    here = open_here()
    settings = here.settings
    if file.exists() and not force:
        raise Invalid(f"{file} is there already. Name another file, or replace it with --force.")
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise Invalid("This installation uses PostgreSQL: use pg_dump for it, and copy the data folder.")
    part = file.with_name(file.name + ".part")
    with (
        tempfile.TemporaryDirectory() as folder,
        open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
    ):
        copy = Path(folder) / "drafting.db"
        with sqlite3.connect(here.database.engine.url.database or "") as live, sqlite3.connect(copy) as kept:
            live.backup(kept)  # a consistent moment, while people go on writing
        with tarfile.open(fileobj=out, mode="w:gz") as tar:
            _add_text(tar, "FORMAT", json.dumps({"format": FORMAT, "made": now().isoformat()}))
            tar.add(copy, "data/drafting.db")
            tar.add(settings.data / "keys", "data/keys")
            _add_pictures(tar, settings.images)
            tar.add(settings.repo_store, "repos", filter=_no_locks)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
    }, f"Everything is in {file}. It holds the keys: keep it secret."


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@answering
def restore(file: Path) -> Answer:
    """Bring back what is in FILE, into an installation that is empty, or of which only public histories are left.

    Versions that these hold and FILE does not know are adopted if we signed them. Every draft gets a new epoch, so that
    browsers that are ahead of the backup offer their text instead of merging it; posts that were not out yet are held
    until somebody retries them.
    """
    settings = load(paths.home())
    if (settings.data / "drafting.db").exists():
        raise Invalid(f"There is an installation in {settings.data} already. Restore into an empty one.")
    _unpack(file, settings)
    here = open_here()
    ours = counting.own(here.signer, settings.base_url)
    recovered = recovering.recover(here.database, settings.repo_store, ours, now())
    with here.database.write() as session:
        for draft in session.scalars(sa.select(Draft)):
            draft.epoch = salt()
        held = _hold_posts(session)
    facts = {
        "held": held,
        "recovered": recovered.versions,
        "replaced": recovered.replaced,
        "refused": recovered.refused,
    }
    return facts, "\n".join(_told(held, recovered))


def _told(held: int, recovered: Recovered) -> Iterator[str]:
    yield f"Restored. {held} posts are held; see: drafting outbox list"
    if recovered.versions:
        yield (
            f"{recovered.versions} versions were found in the public history that the backup did not know. They are"
            " public again and say so; live texts are as old as the backup."
        )
    if recovered.replaced:
        yield (
            f"Words were taken out of the public history after the backup was made. {recovered.replaced} versions"
            " follow it; the words stay out of them. Live texts are as old as the backup: strike the words there, too."
        )
    yield from recovered.refused


@click.command()
@answering
def doctor() -> Answer:
    """Look at everything that can be looked at, and say what is wrong. What is well again raises no alarm any more."""
    here = open_here()
    problems = _database_problems(here) + _record_problems(here) + _key_problems(here.settings)
    problems += _picture_problems(here)
    if problems:
        raise click.ClickException("\n".join(problems))
    return {"ok": True, "problems": []}, "All is well: database, keys, pictures, public histories."


def _hold_posts(session: Session) -> int:
    waiting = sa.update(Delivery).where(Delivery.state.in_(("due", "sending", "uncertain")))
    words = "Held after a restore: look whether it is out already, then retry or leave it."
    done = session.execute(waiting.values(state="failed", last_error=words))
    session.execute(sa.update(Subscription).values(due=None, handing=None, lease_until=None, card=False))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _database_problems(here: Installation) -> list[str]:
    if here.database.engine.dialect.name != "sqlite":
        return []
    with here.database.read() as session:
        found = session.scalar(sa.text("PRAGMA integrity_check"))
    return [] if found == "ok" else [f"The database is damaged: {found}"]


def _record_problems(here: Installation) -> list[str]:
    with here.database.read() as session:
        events = session.execute(sa.select(Event.id, Event.slug).order_by(Event.id)).all()
    archive = Archive(here.database, here.settings.repo_store, here.signer, here.settings.base_url)
    return [f"{slug}: {problem}" for event_id, slug in events for problem in archive.compare(event_id, now())]


def _key_problems(settings: Settings) -> list[str]:
    open_ones = [path.name for path in (settings.data / "keys").iterdir() if path.stat().st_mode & 0o077]
    return [f"The key {name} can be read by others; it should have mode 0600." for name in open_ones]


def _picture_problems(here: Installation) -> list[str]:
    with here.database.read() as session:
        files = images.damaged(session, here.settings.images)
    return [f"The picture {file} is missing or damaged; texts show its description instead." for file in files]


def _unpack(file: Path, settings: Settings) -> None:
    """Put the backup's files in place. Raises Invalid if it is none of ours."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(file) as tar:
                tar.extractall(folder, filter="data")
            stated = json.loads((Path(folder) / "FORMAT").read_text())
        except (tarfile.TarError, OSError, ValueError, EOFError) as error:
            raise Invalid(f"{file} is not a backup of ours, or it is damaged.") from error
        if stated.get("format") != FORMAT:
            raise Invalid(f"{file} was made by another version: {stated.get('format')!r}")
        settings.data.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(settings.data / "keys", ignore_errors=True)
        shutil.rmtree(settings.images, ignore_errors=True)
        (Path(folder) / "data" / "images").mkdir(exist_ok=True)  # there may have been no picture yet
        for name in ("drafting.db", "keys", "images"):
            shutil.move(Path(folder) / "data" / name, settings.data / name)
        settings.repo_store.mkdir(parents=True, exist_ok=True)
        for repository in (Path(folder) / "repos").glob("*.git"):
            if not (settings.repo_store / repository.name).exists():  # one that is there may hold more
                shutil.move(repository, settings.repo_store / repository.name)
    for key in (settings.data / "keys").iterdir():
        key.chmod(0o600)


def _no_locks(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if entry.name.endswith(".lock") else entry


def _add_pictures(tar: tarfile.TarFile, folder: Path) -> None:
    """Without those that are not in place yet; one may be removed in this moment."""
    for file in sorted(folder.glob("*/[!.]*")):
        with contextlib.suppress(FileNotFoundError):
            tar.add(file, f"data/images/{file.relative_to(folder)}")


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text.encode())
    tar.addfile(entry, io.BytesIO(text.encode()))


COMMANDS = (backup, restore, doctor)
