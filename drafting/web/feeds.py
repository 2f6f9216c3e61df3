"""Atom: what was published, with the change in words."""

import hashlib
from datetime import datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import escape

from ..events import promising
from ..events.models import Event
from ..record import history
from ..record.models import Revision
from . import words
from .guard import draft_or_404, event_or_404
from .services import reading, services

blueprint = Blueprint("feeds", __name__)

ENTRIES = 50


@blueprint.get("/e/<event>/feed.atom")
def of_event(event: str) -> ResponseReturnValue:
    """Every new version in an event."""
    found = event_or_404(event)
    revisions = history.newest_of_event(reading(), found.id, ENTRIES)
    return _feed(found, f"/e/{found.slug}", found.title, found.created, revisions)


@blueprint.get("/e/<event>/<draft>/feed.atom")
def of_draft(event: str, draft: str) -> ResponseReturnValue:
    """Every new version of one text."""
    found_event, found = draft_or_404(event, draft)
    revisions = history.page_of(reading(), found.id, limit=ENTRIES)
    title = f"{found.title} – {found_event.title}"
    return _feed(found_event, f"/e/{found_event.slug}/{found.slug}", title, found.created, revisions)


def _feed(event: Event, here: str, title: str, begun: datetime, revisions: list[Revision]) -> Response:
    xml = render_template(
        "feeds/feed.xml",
        event=event,
        here=here,
        title=title,
        tag=_tag(event.created, here),
        subtitle=words.promised(promising.current(reading(), event.id)).words,
        updated=_updated(revisions, begun),
        entries=[{"revision": r, "tag": _tag(event.created, r.path), "content": _content(r)} for r in revisions],
    )
    response = Response(xml, content_type="application/atom+xml; charset=utf-8")
    response.set_etag(hashlib.sha256(xml.encode()).hexdigest()[:32])
    response.last_modified = _updated(revisions, begun)
    response.headers["Cache-Control"] = "public, max-age=60"
    response.make_conditional(request)
    return response


def _updated(revisions: list[Revision], begun: datetime) -> datetime:
    return max((revision.released for revision in revisions if revision.released), default=begun)


def _tag(day: datetime, path: str) -> str:
    """An id that never changes (RFC 4151): host, day of the event's opening, and path."""
    return f"tag:{services().settings.host},{day:%Y-%m-%d}:{path}"


def _content(revision: Revision) -> str:
    """HTML: what changed, where to see it, and what the text is and is not."""
    standing = words.standing_of(revision.kind, revision.promise)
    difference = ""
    if revision.number > 1:
        base = revision.url.rpartition("/")[0]
        address = escape(f"{base}/{revision.number - 1}..{revision.number}")
        difference = f' <a href="{address}">See what changed since version {revision.number - 1}.</a>'
    return (
        f"<p>{escape(revision.summary)}</p>"
        f'<p><a href="{escape(revision.url)}">Read version {revision.number}.</a>{difference}</p>'
        f"<p>{words.KINDS[revision.kind].name}. {standing.written_by} {escape(standing.not_agreed)}"
        f" {escape(words.promised(revision.promise).words)}</p>"
    )
