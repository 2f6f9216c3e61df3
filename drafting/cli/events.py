"""Events and drafts from the command line."""

import os
from pathlib import Path

import click
import sqlalchemy as sa

from ..db import now
from ..drafts import forms
from ..drafts.starting import start_draft
from ..events import opening, promising
from ..events.models import Event
from ..proceedings import exporting, importing
from ..record import bundling, counting
from ..wording.names import clean_line
from .common import Answer, answering, open_here


@click.group()
def event() -> None:
    """Make events, hide them, list them."""


@event.command("create")
@click.argument("title")
@click.option("--slug", help="Its address, /e/SLUG; made from the title if not given.")
@answering
def create_event(title: str, slug: str | None) -> Answer:
    """Open a public event. Nobody has promised to answer until somebody signs the promise on its page."""
    here = open_here()
    at = now()
    with here.database.write() as session:
        said = opening.Particulars(title=clean_line(title, 120))
        made = opening.open_event(session, said, slug=slug, by=None, at=at)
        promising.make_promise(session, made.id, promising.Card(), by=None, at=at)
    url = f"{here.settings.base_url}/e/{made.slug}"
    return {"event": made.slug, "url": url}, f"Opened “{made.title}” at {url}"


@event.command("hide")
@click.argument("slug")
@click.option("--show", is_flag=True, help="Put it back.")
@answering
def hide_event(slug: str, show: bool) -> Answer:
    """Take an event down: its pages, feeds and history answer 404 until it is put back."""
    here = open_here()
    with here.database.write() as session:
        found = opening.find(session, slug)
        opening.hide(session, found.id, hidden=not show, at=now())
    return {"event": slug, "hidden": not show}, f"“{found.title}” is {'public again' if show else 'taken down'}."


@event.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@answering
def export_event(slug: str, file: Path) -> Answer:
    """Write everything public of an event, its history included, to FILE: another installation can import it."""
    here = open_here()
    settings = here.settings
    part = file.with_name(file.name + ".part")
    try:
        with part.open("wb") as out:
            count = exporting.export(
                here.database, slug, out, pictures=settings.images, bundle=bundling.newest(settings.parcels, slug),
                ours=counting.own(here.signer, settings.base_url), base_url=settings.base_url, at=now(),
            )  # fmt: skip
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return {"file": str(file), "versions": count}, f"{count} versions and everything around them are in {file}."


@event.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@answering
def import_event(file: Path) -> Answer:
    """Take over an event from the archive in FILE: the same pages, the same history."""
    here = open_here()
    settings = here.settings
    house = importing.House(
        here.database, settings.repo_store, settings.images, counting.own(here.signer, settings.base_url)
    )
    done = importing.take_over(house, file, now())
    url = f"{settings.base_url}/e/{done.event}"
    words = (
        f"{done.versions} versions of an event that was at {done.came_from} are now at {url}. The signatures of that"
    )
    return {
        "event": done.event,
        "versions": done.versions,
        "tip": done.tip,
        "url": url,
    }, f"{words} installation count for this event; import only from whom you trust."


@event.command("list")
@answering
def list_events() -> Answer:
    """Every event, newest first."""
    with open_here().database.read() as session:
        rows = list(session.scalars(sa.select(Event).order_by(Event.id.desc())))
    facts = [{"event": row.slug, "title": row.title, "hidden": row.hidden is not None} for row in rows]
    return {"events": facts}, "\n".join(f"{row.slug:40} {row.title}" for row in rows) or "There is no event yet."


@click.group()
def draft() -> None:
    """Make drafts."""


@draft.command("create")
@click.argument("event")
@click.argument("title")
@click.option("--slug", help="Its address, /e/EVENT/SLUG; made from the title if not given.")
@click.option("--template", default="empty", type=click.Choice(list(forms.TEMPLATES)), show_default=True)
@answering
def create_draft(event: str, title: str, slug: str | None, template: str) -> Answer:
    """Start a common text in EVENT."""
    here = open_here()
    with here.database.write() as session:
        found = opening.find(session, event)
        made = start_draft(
            session,
            event_id=found.id,
            title=clean_line(title, 120),
            kind="common",
            slug=slug,
            template=template,
            by=None,
            at=now(),
        )
    url = f"{here.settings.base_url}/e/{found.slug}/{made.slug}"
    return {"event": found.slug, "draft": made.slug, "url": url}, f"Started “{made.title}” at {url}/live"


COMMANDS = (event, draft)
