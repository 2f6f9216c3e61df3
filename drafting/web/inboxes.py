"""Where other servers bring what their people do: cheap looks first, then whose key it is, and only then the deed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import EnvironHeaders

from ..config import INBOX
from ..db import now
from ..drafts.models import Draft
from ..errors import Busy, Invalid, NotAllowed
from ..events.models import Event
from ..publishing.fediverse import acquaintances, addresses, arriving, cavage, rfc9421, servers, signatures
from ..publishing.fediverse.addresses import Handle
from ..publishing.fediverse.models import RemoteActor
from .federation import profile_or_404
from .services import NAME, reading, services

blueprint = Blueprint("inboxes", __name__)

MINE = "drafting.acquaintances"

Environ = dict[str, Any]


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Other servers send no form token; they sign."""
    extensions = state.app.extensions
    found = extensions[NAME]
    extensions[MINE] = acquaintances.Acquaintances(found.database, found.abroad)
    extensions["csrf"].exempt(inbox)
    extensions["csrf"].exempt(shared_inbox)


@blueprint.post("/e/<event>/-/actor/<name>/inbox")
def inbox(event: str, name: str) -> ResponseReturnValue:
    """Where other servers bring what concerns one actor."""
    profile_or_404(event, name)
    return _taken_in()


@blueprint.post("/-/inbox")
def shared_inbox() -> ResponseReturnValue:
    """Where other servers bring what concerns any."""
    return _taken_in()


def is_one(path: str) -> bool:
    return path.endswith(INBOX)


def doorkeeper(app: Flask) -> Callable[[Environ, bytes], tuple[str, str] | None]:
    """Refuses on the serving loop what can be seen to be nothing without looking anything up."""
    base, known = app.extensions[NAME].settings.base_url, app.extensions[MINE]

    def refuses(environ: Environ, body: bytes) -> tuple[str, str] | None:
        headers = {name.lower(): text for name, text in EnvironHeaders(environ)}
        if environ.get("REQUEST_METHOD") != "POST":
            return None
        try:
            signature, _ = _read(base + environ.get("PATH_INFO", ""), headers, body, now())
            known.check_shunned(signature.key_id)
        except signatures.Unproven as refusal:
            return "401 Unauthorized", f"{refusal.message}\n"
        except Busy as refusal:
            return "503 Service Unavailable", f"{refusal.message}\n"
        except Invalid as refusal:
            return "422 Unprocessable Entity", f"{refusal.message}\n"
        return None

    return refuses


def _read(
    url: str, headers: dict[str, str], body: bytes, at: datetime
) -> tuple[signatures.Signature, arriving.Arrival]:
    """What is signed, by which key, in time, and by a key of the server of who acted. Raises Unproven or Invalid."""
    sent = signatures.Request("POST", url, headers, body)
    signature = (rfc9421 if "signature-input" in headers else cavage).read(sent)
    signatures.check_time(signature, at)
    arrival = arriving.read(body)
    if addresses.host_of(signature.key_id) != addresses.host_of(arrival.actor):
        raise signatures.Unproven("The key is not of the server of who acted.")
    return signature, arrival


def _taken_in() -> ResponseReturnValue:
    at, base = now(), services().settings.base_url
    headers = {name.lower(): value for name, value in request.headers.items()}
    signature, arrival = _read(base + request.path, headers, request.get_data(), at)
    if servers.is_blocked(reading(), addresses.host_of(arrival.actor)):
        raise NotAllowed("This server is not heard here.")
    if arriving.is_farewell(arrival) and not arriving.knows(reading(), arrival.actor):
        return Response(status=202)
    sender = _proved(signature, at)
    if sender.uri != arrival.actor:
        raise signatures.Unproven("Somebody else signed this.")
    if arrival.kind not in arriving.DEALT_WITH:
        return Response(status=202)
    with services().database.write() as session:
        arriving.take(session, arriving.Desk(base, _followed), arrival, sender, at)
    return Response(status=202)


def _proved(signature: signatures.Signature, at: datetime) -> RemoteActor:
    """Who signed it. Their key may have been exchanged since we saw it."""
    known: acquaintances.Acquaintances = current_app.extensions[MINE]
    sender = known.whose(signature.key_id, at)
    try:
        signatures.check(signature, signatures.public_key(sender.public_key))
    except signatures.Unproven:
        renewed = known.whose(signature.key_id, at, renew=True)
        if renewed.public_key == sender.public_key:
            raise
        signatures.check(signature, signatures.public_key(renewed.public_key))
        return renewed
    return sender


def _followed(session: Session, handle: Handle) -> Event | None:
    event = session.scalar(sa.select(Event).where(Event.slug == handle.event, Event.hidden.is_(None)))
    if event is None or handle.draft is None:
        return event
    mine = sa.select(Draft.id).where(Draft.event_id == event.id, Draft.slug == handle.draft, Draft.hidden.is_(None))
    return event if session.scalar(mine) is not None else None
