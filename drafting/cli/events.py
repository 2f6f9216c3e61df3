"""Events and drafts from the command line."""

import click
import sqlalchemy as sa

from ..db import now
from ..drafts import forms
from ..drafts.starting import start_draft
from ..events import opening, promising
from ..events.models import Event
from ..wording.names import clean_line
from .common import Answer, answering, open_services


@click.group()
def event() -> None:
    """Make events, hide them, list them."""


@event.command("create")
@click.argument("title")
@click.option("--slug", help="Its address, /e/SLUG; made from the title if not given.")
@answering
def create_event(title: str, slug: str | None) -> Answer:
    """Open a public event. Nobody has promised to answer until somebody signs the promise on its page."""
    services = open_services()
    at = now()
    with services.database.write() as session:
        said = opening.Particulars(title=clean_line(title, 120))
        made = opening.open_event(session, said, slug=slug, by=None, at=at)
        promising.make_promise(session, made.id, promising.Card(), by=None, at=at)
    url = f"{services.settings.base_url}/e/{made.slug}"
    return {"event": made.slug, "url": url}, f"Opened “{made.title}” at {url}"


@event.command("hide")
@click.argument("slug")
@click.option("--show", is_flag=True, help="Put it back.")
@answering
def hide_event(slug: str, show: bool) -> Answer:
    """Take an event down: its pages, feeds and history answer 404 until it is put back."""
    services = open_services()
    with services.database.write() as session:
        found = opening.find(session, slug)
        opening.hide(session, found.id, hidden=not show, at=now())
    return {"event": slug, "hidden": not show}, f"“{found.title}” is {'public again' if show else 'taken down'}."


@event.command("list")
@answering
def list_events() -> Answer:
    """Every event, newest first."""
    with open_services().database.read() as session:
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
    services = open_services()
    with services.database.write() as session:
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
    url = f"{services.settings.base_url}/e/{found.slug}/{made.slug}"
    return {"event": found.slug, "draft": made.slug, "url": url}, f"Started “{made.title}” at {url}/live"


COMMANDS = (event, draft)
