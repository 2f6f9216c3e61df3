"""Feeds: what was published, with the change in words, as Atom (RFC 4287) and as JSON Feed (jsonfeed.org, 1.1)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import escape

from ..events import promising
from ..events.models import Event
from ..record import history, redacting
from ..record.models import Redaction, Revision
from . import words
from .guard import draft_or_404, event_or_404, hidden_texts
from .services import reading, services

blueprint = Blueprint("feeds", __name__)

ENTRIES = 50
ATOM, JSON = "application/atom+xml", "application/feed+json"
FRESH_S = 60


@dataclass(frozen=True)
class Entry:
    """A version as feeds tell it. `tag` never changes; `content` is HTML."""

    revision: Revision
    tag: str
    content: str
    updated: datetime


@dataclass(frozen=True)
class Feed:
    """`here` is the path of what it is about. `hub`: where to subscribe to it, or empty."""

    event: Event
    here: str
    hub: str
    title: str
    tag: str
    subtitle: str
    updated: datetime
    tip: str | None
    entries: list[Entry]


@blueprint.get("/e/<event>/feed.<any(atom, json):form>")
def of_event(event: str, form: str) -> ResponseReturnValue:
    """Every new version in an event."""
    found = event_or_404(event)
    revisions = history.newest_of_event(reading(), found.id, ENTRIES, without=hidden_texts(found.id))
    return _answered(_feed(found, f"/e/{found.slug}", found.title, found.created, revisions), form)


@blueprint.get("/e/<event>/<draft>/feed.<any(atom, json):form>")
def of_draft(event: str, draft: str, form: str) -> ResponseReturnValue:
    """Every new version of one text."""
    found_event, found = draft_or_404(event, draft)
    revisions = history.page_of(reading(), found.id, limit=ENTRIES)
    title = f"{found.title} – {found_event.title}"
    return _answered(_feed(found_event, f"/e/{found_event.slug}/{found.slug}", title, found.created, revisions), form)


def _feed(event: Event, here: str, title: str, begun: datetime, revisions: list[Revision]) -> Feed:
    redactions = redacting.of_event(reading(), event.id)
    entries = [
        Entry(revision, _tag(event.created, revision.path), _content(revision), _changed(revision, redactions))
        for revision in revisions
    ]
    return Feed(
        event=event,
        here=here,
        hub=services().settings.websub_hub if event.visibility == "public" else "",
        title=title,
        tag=_tag(event.created, here),
        subtitle=words.promised(promising.current(reading(), event.id)).words,
        updated=max((entry.updated for entry in entries), default=begun),
        tip=history.tip(reading(), event.id),
        entries=entries,
    )


def _answered(feed: Feed, form: str) -> Response:
    if form == "atom":
        said, kind = render_template("feeds/feed.xml", feed=feed, headline=headline), f"{ATOM}; charset=utf-8"
    else:
        said, kind = json.dumps(_as_json(feed), ensure_ascii=False), JSON
    response = Response(said, content_type=kind)
    response.set_etag(hashlib.sha256(said.encode()).hexdigest()[:32])
    response.last_modified = feed.updated
    response.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    if feed.hub:
        own = f"{services().settings.base_url}{feed.here}/feed.{form}"
        response.headers["Link"] = f'<{feed.hub}>; rel="hub", <{own}>; rel="self"'
    response.make_conditional(request)
    return response


def _as_json(feed: Feed) -> dict[str, Any]:
    """What Atom says, too. `_drafting` is ours: an object whose name begins so is for whoever knows it."""
    home = services().settings.base_url
    hubs = {"hubs": [{"type": "WebSub", "url": feed.hub}]} if feed.hub else {}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": home + feed.here,
        "feed_url": f"{home}{feed.here}/feed.json",
        "language": feed.event.language,
        "authors": [{"name": f"Drafting team of {feed.event.title}"}],
        "_drafting": {"about": f"{home}/e/{feed.event.slug}/record", "newest_commit": feed.tip},
        **hubs,
        "items": [_item(entry) for entry in feed.entries],
    }


def _item(entry: Entry) -> dict[str, Any]:
    revision = entry.revision
    assert revision.released is not None
    return {
        "id": entry.tag,
        "url": revision.url,
        "title": headline(revision),
        "summary": revision.summary,
        "content_html": entry.content,
        "date_published": revision.released.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "tags": [words.KINDS[revision.kind].name],
        "_drafting": {
            "kind": revision.kind,
            "number": revision.number,
            "commit": revision.commit_id,
            "licence": revision.licence,
            "withdraws": revision.withdraws,
        },
    }


def headline(revision: Revision) -> str:
    """`Minutes, version 3 (takes version 2 back)`."""
    back = f" (takes version {revision.withdraws} back)" if revision.withdraws else ""
    return f"{revision.title}, version {revision.number}{back}"


def _changed(revision: Revision, redactions: list[Redaction]) -> datetime:
    """When it was published, or words were last taken out of it: then readers fetch it anew."""
    assert revision.released is not None
    mine = [each for each in redactions if each.draft_id == revision.draft_id and revision.number in each.versions]
    return max([revision.released, *(each.at for each in mine)])


def _tag(day: datetime, path: str) -> str:
    """An id that never changes (RFC 4151): host, day of the event's opening, and path."""
    return f"tag:{services().settings.host},{day:%Y-%m-%d}:{path}"


def _content(revision: Revision) -> str:
    """HTML: what changed, where to see it, and what the text is and is not."""
    standing = words.standing_of(revision.kind, revision.promise)
    difference = proof = ""
    if revision.number > 1:
        base = revision.url.rpartition("/")[0]
        address = escape(f"{base}/{revision.number - 1}..{revision.number}")
        difference = f' <a rel="nofollow" href="{address}">See what changed since version {revision.number - 1}.</a>'
    if revision.commit_id:
        record = escape(f"{revision.base_url}/e/{revision.event_slug}/record")
        proof = f'<p>In the public history: <a href="{record}">{revision.commit_id[:12]}</a></p>'
    return (
        f"<p>{escape(revision.summary)}</p>"
        f'<p><a href="{escape(revision.url)}">Read version {revision.number}.</a>{difference}</p>'
        f"<p>{words.KINDS[revision.kind].name}. {standing.written_by} {escape(standing.not_agreed)}"
        f" {escape(words.promised(revision.promise).words)}</p>{proof}"
    )
