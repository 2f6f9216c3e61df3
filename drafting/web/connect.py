"""Connecting a place, step by step: what to do there, what we need to know, and a trial before it is kept."""

from typing import Any

from flask import Blueprint, flash, g, redirect, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Invalid, NotFound, Refused, Stale
from ..events.models import Event
from ..publishing import connecting, elsewhere
from ..publishing.channels.kind import ADDRESS_LIMIT, Kind
from ..publishing.connecting import Connection
from ..publishing.kinds import KINDS
from ..publishing.models import Channel
from ..publishing.vault import Locked
from ..wording.tongue import languages
from . import forms, trips
from .channels import show_all
from .guard import event_or_404
from .services import reading, services, writing
from .trips import Ticket

blueprint = Blueprint("connect", __name__)

MANNERS: dict[str, Any] = {
    "rules": {
        "every": ("Every version", "Changes of a few words wait up to an hour for company."),
        "digest": ("Several in one post", "As often as you choose below."),
        "major": ("Only major changes", "First versions, what is taken back, and what whoever publishes it calls so."),
    },
    "digests": {
        "15": "every quarter of an hour", "60": "every hour", "180": "every three hours", "720": "twice a day",
        "1440": "once a day", "10080": "once a week",
    },
    "languages": {"": "The event's", **languages()},
}  # fmt: skip

CODE_LIMIT = 2000


@blueprint.get("/e/<event>/-/channels/new/<kind>")
def ask(event: str, kind: str) -> ResponseReturnValue:
    found, wanted = event_or_404(event, "publish"), _kind(kind)
    there = [row for row in connecting.of_event(reading(), found.id) if wanted.once and row.kind == wanted.word]
    if there:
        return redirect(f"/e/{event}/-/channels/{there[0].id}/again", 303)
    return _form(found, wanted)


@blueprint.post("/e/<event>/-/channels/new/<kind>")
def connect(event: str, kind: str) -> ResponseReturnValue:
    """Check what was typed, try it for real, and only then keep it."""
    return _tried(event_or_404(event, "publish"), _kind(kind))


@blueprint.get("/e/<event>/-/channels/<int(max=9999999):channel_id>")
def manner(event: str, channel_id: int) -> ResponseReturnValue:
    """How it is posted in one place."""
    found = event_or_404(event, "publish")
    channel = connecting.one(reading(), found.id, channel_id)
    said = {name: getattr(channel, name) for name in ("quiet_from", "quiet_until", "hashtags", "rule", "language")}
    said["digest_minutes"] = str(channel.digest_minutes)
    return forms.show("channels/manner.html", event=found, channel=channel, said=said, **MANNERS)


@blueprint.post("/e/<event>/-/channels/<int(max=9999999):channel_id>")
def change_manner(event: str, channel_id: int) -> ResponseReturnValue:
    found = event_or_404(event, "publish")
    channel = connecting.one(reading(), found.id, channel_id)
    try:
        words = forms.line("hashtags", 130).replace("#", " ").split()
        rule, minutes = forms.line("rule", 10), forms.whole("digest_minutes") or 60
        hours = forms.hour("quiet_from"), forms.hour("quiet_until")
        manner = connecting.Manner(*hours, tuple(words), rule, minutes, forms.line("language", 20))
        with writing() as session:
            connecting.change(session, found.id, channel_id, manner)
    except Invalid as refusal:
        return forms.show("channels/manner.html", refusal, event=found, channel=channel, said=forms.said(), **MANNERS)
    flash("It is kept.")
    return redirect(f"/e/{event}/-/channels", 303)


@blueprint.get("/e/<event>/-/channels/<int(max=9999999):channel_id>/again")
def ask_again(event: str, channel_id: int) -> ResponseReturnValue:
    found = event_or_404(event, "publish")
    channel = _connected(found, channel_id)
    kind = KINDS[channel.kind]
    return _form(found, kind, channel=channel, said=_as_it_is(kind, channel))


@blueprint.post("/e/<event>/-/channels/<int(max=9999999):channel_id>/again")
def connect_again(event: str, channel_id: int) -> ResponseReturnValue:
    """The same account with other credentials; everything else about the channel stays."""
    found = event_or_404(event, "publish")
    channel = _connected(found, channel_id)
    return _tried(found, KINDS[channel.kind], channel)


@blueprint.get("/-/connect/<kind>")
def come_back(kind: str) -> ResponseReturnValue:
    """From a place where somebody signed in, with its answer."""
    trip, ticket = trips.homeward(_kind(kind).word, request.args.get("state", ""))
    event = reading().get(Event, ticket.event_id)
    if event is None:
        raise NotFound("There is no event at this address.")
    event = event_or_404(event.slug, "publish")
    channel = _connected(event, ticket.channel_id) if ticket.channel_id else None
    ground, vault = services().ground, services().vault
    try:
        connection = connecting.read(ground, kind=kind, name=ticket.name, fields=ticket.fields)
        code = _code(ticket, connection.account.address)
        papers = elsewhere.numbered(reading(), vault, connection, ticket.papers)
        connection = elsewhere.redeem(ground, connection, papers, trip, code)
        connecting.check(ground, connection)
        return _kept(event, connection, channel)
    except Invalid as refusal:
        said = {**ticket.fields, "name": ticket.name}
        return _form(event, KINDS[kind], refusal, channel=channel, said=said)


def _code(ticket: Ticket, place: str) -> str:
    code, error = request.args.get("code", ""), request.args.get("error", "")
    if error == "access_denied":
        raise Invalid(f"{place} says that you did not allow it. Nothing was connected.")
    if error or not 0 < len(code) <= CODE_LIMIT:
        raise Invalid(f"{place} did not sign you in. Nothing was connected. Please start again.")
    if ticket.late:
        raise Invalid("That took longer than a quarter of an hour. Nothing was connected. Please start again.")
    return code


def _tried(event: Event, kind: Kind, channel: Channel | None = None) -> ResponseReturnValue:
    ground = services().ground
    try:
        typed = {asked.name: forms.line(asked.name, ADDRESS_LIMIT) for asked in kind.asks}
        name = forms.line("name", connecting.NAME_LIMIT)
        connection = connecting.read(ground, kind=kind.word, name=name, fields=typed)
        if kind.elsewhere:
            return _sent_there(event, connection, typed, channel)
        connecting.check(ground, connection)
        return _kept(event, connection, channel)
    except (Invalid, Stale) as refusal:
        secret = {asked.name for asked in kind.asks if asked.type == "password"}
        said = {name: typed for name, typed in forms.said().items() if name not in secret}
        return _form(event, kind, refusal, channel=channel, said=said)


def _sent_there(
    event: Event, connection: Connection, typed: dict[str, str], channel: Channel | None
) -> ResponseReturnValue:
    ground, vault = services().ground, services().vault
    papers = elsewhere.introduce(ground, connection, elsewhere.kept(reading(), vault, ground, connection))
    with writing() as session:
        papers = elsewhere.keep(session, vault, ground, connection, papers, now())
    channel_id = channel.id if channel else None
    trip = trips.outward(Ticket(connection.kind, event.id, channel_id, connection.name, typed, papers.number))
    return redirect(elsewhere.page(connection, papers, trip), 303)


def _kept(event: Event, connection: Connection, channel: Channel | None) -> ResponseReturnValue:
    vault, kept = services().vault, channel.id if channel else None
    with writing() as session:
        if kept is None:
            made = connecting.save(session, vault, connection, event_id=event.id, at=now())
        else:
            made = connecting.replace(session, vault, connection, event_id=event.id, channel_id=kept)
    if made.kind == "webhook":
        return show_all(event, signing_secret=connecting.signing_secret(vault, made))
    if kept is None:
        flash(f"{made.name} is connected. What is published from now on is announced there.")
    else:
        flash("It is kept." if KINDS[made.kind].once else f"{made.name} is connected again.")
    return redirect(f"/e/{event.slug}/-/channels", 303)


def _form(
    event: Event,
    kind: Kind,
    refusal: Refused | None = None,
    *,
    channel: Channel | None = None,
    said: dict[str, str] | None = None,
) -> ResponseReturnValue:
    if kind.elsewhere:  # browsers look at where a form leads in the end
        g.forms = "'self' https: http:" if services().ground.allow_private else "'self' https:"
    return forms.show("channels/connect.html", refusal, event=event, kind=kind, channel=channel, said=said or {})


def _as_it_is(kind: Kind, channel: Channel) -> dict[str, str]:
    """What may be shown of a channel's answers: which account it is, and what was chosen."""
    try:
        credentials = services().vault.open(channel.secret)
    except Locked:
        credentials = {}
    plain = [asked for asked in kind.asks if asked.options or (kind.once and asked.type != "password")]
    chosen = {asked.name: credentials.get(asked.name, "") for asked in plain}
    return {kind.asks[0].name: channel.address, **chosen}


def _kind(word: str) -> Kind:
    if word not in KINDS or KINDS[word].own:
        raise NotFound("There is no such kind of place.")
    return KINDS[word]


def _connected(event: Event, channel_id: int) -> Channel:
    """A channel that can be connected again. Raises NotFound."""
    channel = connecting.one(reading(), event.id, channel_id)
    if KINDS[channel.kind].own or not KINDS[channel.kind].posts:
        raise NotFound("Nothing of this place is connected.")
    return channel
