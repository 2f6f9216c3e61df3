"""What other servers bring: who follows, who does no more, who wants to quote. Each activity counts once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...errors import Invalid
from ...events.models import Event
from . import documents, saying
from .addresses import Handle, host_of
from .addresses import at as handle_at
from .models import URI_LIMIT, Follower, Note, QuoteConsent, RemoteActor, SeenActivity
from .servers import met
from .signatures import OLDEST

KEPT = OLDEST + timedelta(days=1)
"""Longer than a signature is good for: within it, the same activity again is known."""


@dataclass(frozen=True)
class Arrival:
    """One activity as it came; nothing in it has been proved."""

    uri: str
    kind: str
    actor: str
    body: dict[str, Any]

    @property
    def about(self) -> Any:
        return self.body.get("object")


@dataclass(frozen=True)
class Desk:
    """What an arrival is dealt with by. `find` gives the event of an actor of ours, None if nobody may follow it."""

    base_url: str
    find: Callable[[Session, Handle], Event | None]


def read(body: bytes) -> Arrival:
    """Raises Invalid if it is no activity."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("This is not JSON.") from error
    uri, kind = (said.get("id"), said.get("type")) if isinstance(said, dict) else (None, None)
    actor = _id(said.get("actor")) if isinstance(said, dict) else ""
    if not (isinstance(kind, str) and _is_address(uri) and _is_address(actor)):
        raise Invalid("This is not an activity with an id, a type and an actor.")
    return Arrival(str(uri), kind, actor, said)


def is_farewell(arrival: Arrival) -> bool:
    """Somebody's account was deleted: its key is gone with it, so that nothing can be checked any more."""
    return arrival.kind == "Delete" and _id(arrival.about) == arrival.actor


def knows(session: Session, actor: str) -> bool:
    """Whether an actor follows one of ours."""
    return session.scalar(sa.select(sa.exists().where(Follower.uri == actor))) or False


def take(session: Session, desk: Desk, arrival: Arrival, sender: RemoteActor, at: datetime) -> None:
    """Do what the activity asks for, of a kind that is dealt with; the same one again does nothing."""
    # Whose it is counts, too: an id may name any host, and nobody can use up those of others.
    digest = hashlib.sha256(f"{sender.uri} {arrival.uri}".encode()).hexdigest()
    if session.get(SeenActivity, digest) is not None:
        return
    try:
        with session.begin_nested():
            session.add(SeenActivity(digest=digest, at=at))
    except IntegrityError:  # it came twice at this moment
        return
    DEALT_WITH[arrival.kind](session, desk, arrival, sender, at)


def forget(session: Session, at: datetime) -> None:
    """Of what was seen, what nobody could send again."""
    session.execute(sa.delete(SeenActivity).where(SeenActivity.at < at - KEPT))


def _follow(session: Session, desk: Desk, arrival: Arrival, sender: RemoteActor, at: datetime) -> None:
    handle = handle_at(desk.base_url, _id(arrival.about))
    event = desk.find(session, handle) if handle else None
    if handle is None or event is None:
        return
    inbox, server = sender.shared_inbox or sender.inbox, met(session, host_of(sender.inbox))
    row = session.scalar(_following(handle, sender))
    if row is None:
        row = Follower(event_id=event.id, handle=handle.name, uri=sender.uri, since=at)
    row.inbox, row.server_id = inbox, server.id
    session.add(row)
    session.flush()
    follow = {"id": arrival.uri, "type": "Follow", "actor": sender.uri, "object": desk.base_url + handle.path}
    digest = hashlib.sha256(arrival.uri.encode()).hexdigest()[:20]
    accept = documents.accept_follow(desk.base_url, handle, follow, digest)
    saying.tell(session, event_id=event.id, handle=handle.name, body=accept, inbox=sender.inbox, at=at)


def _undo(session: Session, desk: Desk, arrival: Arrival, sender: RemoteActor, at: datetime) -> None:
    undone = arrival.about
    if not isinstance(undone, dict) or undone.get("type") != "Follow":
        return
    handle = handle_at(desk.base_url, _id(undone.get("object")))
    if handle is not None:
        session.execute(sa.delete(Follower).where(Follower.handle == handle.name, Follower.uri == sender.uri))


def _block(session: Session, desk: Desk, arrival: Arrival, sender: RemoteActor, at: datetime) -> None:
    """Who blocks an actor of ours does not want to hear of it."""
    handle = handle_at(desk.base_url, _id(arrival.about))
    if handle is not None:
        session.execute(sa.delete(Follower).where(Follower.handle == handle.name, Follower.uri == sender.uri))


def _delete(session: Session, desk: Desk, arrival: Arrival, sender: RemoteActor, at: datetime) -> None:
    if is_farewell(arrival):
        session.execute(sa.delete(Follower).where(Follower.uri == sender.uri))
        session.execute(sa.delete(RemoteActor).where(RemoteActor.uri == sender.uri))


def _quote(session: Session, desk: Desk, arrival: Arrival, sender: RemoteActor, at: datetime) -> None:
    """Everybody may quote what we say: that is what we ask for."""
    quoting, quoted = _id(arrival.body.get("instrument")), _id(arrival.about)
    note = find_note(session, desk.base_url, quoted)
    theirs = _is_address(quoting) and host_of(quoting) == host_of(sender.uri)
    if note is None or note.deleted is not None or not theirs:
        return
    known = sa.select(QuoteConsent).where(QuoteConsent.note_id == note.id, QuoteConsent.quoting == quoting)
    row = session.scalar(known)
    if row is None:
        row = QuoteConsent(note_id=note.id, quoting=quoting, at=at)
        session.add(row)
        session.flush()
    request = {"id": arrival.uri, "type": "QuoteRequest", "actor": sender.uri, "object": quoted, "instrument": quoting}
    answer = documents.accept_quote(f"{note.body['id']}/quoted/{row.id}", note.body["attributedTo"], request)
    saying.tell(session, event_id=note.event_id, handle=note.handle, body=answer, inbox=sender.inbox, at=at)


def find_note(session: Session, base_url: str, uri: str) -> Note | None:
    """The note of ours with this id."""
    key = uri.rpartition("/")[2]
    note = session.scalar(sa.select(Note).where(Note.key == key))
    return note if note is not None and note.body.get("id") == uri and uri.startswith(base_url) else None


DEALT_WITH: dict[str, Callable[[Session, Desk, Arrival, RemoteActor, datetime], None]] = {
    "Follow": _follow,
    "Undo": _undo,
    "Block": _block,
    "Delete": _delete,
    "QuoteRequest": _quote,
}


def _following(handle: Handle, sender: RemoteActor) -> sa.Select[Follower]:
    return sa.select(Follower).where(Follower.handle == handle.name, Follower.uri == sender.uri)


def _id(value: object) -> str:
    """Of an object, or of what names one."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) and len(found) <= URI_LIMIT and found.isprintable() else ""


def _is_address(value: object) -> bool:
    if not isinstance(value, str) or len(value) > URI_LIMIT or not value.isprintable():
        return False
    return value.startswith(("https://", "http://")) and bool(host_of(value))
