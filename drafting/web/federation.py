"""Where other servers find our actors and read what they said (ActivityPub)."""

import json
from importlib.metadata import version

import sqlalchemy as sa
from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from ..errors import NotFound
from ..events.models import Event
from ..publishing.fediverse import (
    addresses,
    documents,
    saying,
)
from ..publishing.fediverse.addresses import Handle
from ..publishing.fediverse.documents import Profile
from ..publishing.fediverse.models import Note, QuoteConsent
from . import profiles
from .accepted import wants_page
from .guard import event_or_404
from .services import reading, services

blueprint = Blueprint("federation", __name__)

JSON, FINGER = "application/activity+json; charset=utf-8", "application/jrd+json"
FRESH_S = 300
PAGE = 20
SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.1"


@blueprint.get("/.well-known/webfinger")
def finger() -> ResponseReturnValue:
    base = services().settings.base_url
    asked = request.args.get("resource", "")[: addresses.LONGEST]
    host = addresses.host_of(base)
    if asked in (f"acct:{host}@{host}", base + addresses.HOUSE):
        return _said(documents.finger_house(base, host), FINGER)
    handle = addresses.asked_for(base, asked)
    if handle is None:
        raise NotFound("There is no such account here.")
    profiles.of(handle)
    return _said(documents.finger(base, host, handle), FINGER)


@blueprint.get("/.well-known/nodeinfo")
def nodeinfo() -> ResponseReturnValue:
    base = services().settings.base_url
    return _said({"links": [{"rel": SCHEMA, "href": f"{base}/-/nodeinfo/2.1"}]}, "application/json")


@blueprint.get("/-/nodeinfo/2.1")
def about_us() -> ResponseReturnValue:
    """What this installation is, for those who count the fediverse (nodeinfo.diaspora.software)."""
    actors = sa.select(sa.func.count(Event.id)).where(Event.visibility == "public", Event.hidden.is_(None))
    posts = sa.select(sa.func.count(Note.id)).where(Note.deleted.is_(None))
    told = {
        "version": "2.1",
        "software": {"name": "drafting", "version": version("drafting")},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0"]},
        "openRegistrations": False,
        "usage": {"users": {"total": reading().scalar(actors) or 0}, "localPosts": reading().scalar(posts) or 0},
        "metadata": {},
    }
    return _said(told, f'application/json; profile="{SCHEMA}#"')


@blueprint.get("/-/actor")
def house() -> ResponseReturnValue:
    """In whose name we look at other servers."""
    base = services().settings.base_url
    return _said(documents.house(base, addresses.host_of(base), services().seal.public_pem))


@blueprint.get("/e/<event>/-/actor/<name>")
def actor(event: str, name: str) -> ResponseReturnValue:
    """An event or one of its texts, as an account that can be followed. Browsers are led to its page."""
    profile = profile_or_404(event, name)
    if wants_page(request.headers.get("Accept", "")):
        return redirect(profile.handle.page, 303)
    return _said(documents.actor(services().settings.base_url, profile, services().seal.public_pem))


@blueprint.get("/e/<event>/-/actor/<name>/followers")
def followers(event: str, name: str) -> ResponseReturnValue:
    """How many; who they are is nobody's business."""
    handle = profile_or_404(event, name).handle
    return _said(documents.counted(_uri(handle, "followers"), saying.followers(reading(), handle.name)))


@blueprint.get("/e/<event>/-/actor/<name>/featured")
def featured(event: str, name: str) -> ResponseReturnValue:
    return _said(
        documents.collection(_uri(profile_or_404(event, name).handle, "featured"), [_introduction(event, name)])
    )


@blueprint.get("/e/<event>/-/actor/<name>/introduction")
def introduction(event: str, name: str) -> ResponseReturnValue:
    """The note that is pinned."""
    return _said(_introduction(event, name))


@blueprint.get("/e/<event>/-/actor/<name>/outbox")
def outbox(event: str, name: str) -> ResponseReturnValue:
    """What was said, newest first, twenty a page; of the event's own actor, what it passed on."""
    handle = profile_or_404(event, name).handle
    uri, number = _uri(handle, "outbox"), request.args.get("page", type=int)
    rows = sa.select(Note).where(Note.deleted.is_(None))
    rows = rows.where(Note.event_id == event_or_404(event).id)
    if handle.draft is not None:
        rows = rows.where(Note.handle == handle.name)
    if number is None:
        total = reading().scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
        return _said(documents.paged(uri, total))
    number = min(max(number, 1), 10_000)
    found = list(reading().scalars(rows.order_by(Note.id.desc()).offset((number - 1) * PAGE).limit(PAGE + 1)))
    base = services().settings.base_url
    told = [
        documents.create(note.body) if handle.draft else documents.announce(base, note.body, handle)
        for note in found[:PAGE]
    ]
    return _said(documents.page(uri, number, told, more=len(found) > PAGE))


@blueprint.get("/e/<event>/-/note/<key>")
def note(event: str, key: str) -> ResponseReturnValue:
    """One post; browsers are led to the version that it is about."""
    found = _note(event, key)
    if found.deleted is not None:
        gone = documents.tombstone(services().settings.base_url + addresses.note_path(event, key), found.deleted)
        return _said(gone, status=410)
    if wants_page(request.headers.get("Accept", "")):
        return redirect(found.body["url"], 303)
    return _said(found.body)


@blueprint.get("/e/<event>/-/note/<key>/<any(create, announce):act>")
def act(event: str, key: str, act: str) -> ResponseReturnValue:
    """The activity by which a post was made, or passed on."""
    found, base = _note(event, key), services().settings.base_url
    if found.deleted is not None:
        raise NotFound("This post was taken back.")
    made = documents.create(found.body) if act == "create" else documents.announce(base, found.body, Handle(event))
    return _said(made)


@blueprint.get("/e/<event>/-/note/<key>/quoted/<int(max=99999999):number>")
def quoted(event: str, key: str, number: int) -> ResponseReturnValue:
    """That somebody may quote a post."""
    found, row = _note(event, key), reading().get(QuoteConsent, number)
    if row is None or row.note_id != found.id or found.deleted is not None:
        raise NotFound("There is no such consent.")
    uri = f"{found.body['id']}/quoted/{row.id}"
    return _said(documents.consent(uri, found.body["attributedTo"], row.quoting, found.body["id"]))


def profile_or_404(event: str, name: str) -> Profile:
    handle = addresses.named(name)
    if handle is None or handle.event != event:
        raise NotFound("There is no such account here.")
    return profiles.of(handle)


def _introduction(event: str, name: str) -> documents.Json:
    found = event_or_404(event)
    profile = profile_or_404(event, name)
    return documents.introduction(services().settings.base_url, profile, found.language)


def _note(event: str, key: str) -> Note:
    found = event_or_404(event)
    note = reading().scalar(sa.select(Note).where(Note.event_id == found.id, Note.key == key[:40]))
    handle = addresses.named(note.handle) if note else None
    if note is None or handle is None:
        raise NotFound("There is no such post.")
    profiles.of(handle)
    return note


def _uri(handle: Handle, part: str) -> str:
    return f"{services().settings.base_url}{handle.path}/{part}"


def _said(body: documents.Json, kind: str = JSON, status: int = 200) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type=kind)
    response.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    response.headers["Vary"] = "Accept"
    if kind == FINGER:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response
