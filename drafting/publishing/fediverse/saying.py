"""What our actors do, stored in one transaction with whom it has still to reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from . import documents
from .addresses import Handle, host_of, named, note_path
from .documents import Json
from .models import Activity, Dispatch, Follower, Note, Server
from .servers import met


def say(
    session: Session, base_url: str, *, key: str, handle: Handle, event_id: int, number: int, body: Json, at: datetime
) -> str:  # noqa: E501
    """Publish a note of `handle` under `key`, and pass it on by the event's own actor; its id.

    Twice with one key is once.
    """
    uri = base_url + note_path(handle.event, key)
    said = session.scalar(sa.select(Note).where(Note.key == key))
    if said is not None:
        return str(said.body.get("id", uri))
    note = Note(key=key, event_id=event_id, handle=handle.name, number=number, body=body, published=at)
    session.add(note)
    session.flush()
    _do(session, note, handle.name, documents.create(body), [handle.name], at)
    whole = Handle(handle.event)
    _do(session, note, whole.name, documents.announce(base_url, body, whole), [whole.name], at)
    return uri


def change(session: Session, note: Note, body: Json, at: datetime) -> None:
    """Put `body` in the place of what a note says. The same again changes nothing."""
    if _without_times(note.body) == _without_times(body) or note.deleted is not None:
        return
    note.body = {**body, "published": note.body["published"], "updated": documents.stamp(at)}
    note.updated = at
    _do(session, note, note.handle, documents.update(note.body), _everybody(note), at)


def take_back(session: Session, handle: Handle, numbers: Sequence[int], at: datetime) -> None:
    """Delete what was said about these versions, everywhere. It is forgotten here, too."""
    mine = sa.select(Note).where(Note.handle == handle.name, Note.number.in_(numbers), Note.deleted.is_(None))
    for note in session.scalars(mine):
        _delete(session, note, at)


def _delete(session: Session, note: Note, at: datetime) -> None:
    uri, by = note.body["id"], note.body["attributedTo"]
    session.execute(sa.delete(Dispatch).where(Dispatch.activity_id.in_(_about(note))))
    session.execute(sa.update(Activity).where(Activity.note_id == note.id).values(body={}))
    note.body, note.deleted = {}, at
    _do(session, note, note.handle, documents.delete(uri, by, at), _everybody(note), at)


def tell(session: Session, *, event_id: int, handle: str, body: Json, inbox: str, at: datetime) -> None:
    """Something for one inbox only. Raises nothing if it was told before."""
    if session.scalar(sa.select(Activity.id).where(Activity.uri == body["id"])) is not None:
        return
    made = Activity(event_id=event_id, handle=handle, uri=body["id"], body=body, inboxes=1, created=at)
    session.add(made)
    session.flush()
    server = met(session, host_of(inbox))
    session.add(Dispatch(activity_id=made.id, server_id=server.id, inbox=inbox, created=at))


@dataclass(frozen=True)
class Progress:
    """How far a note has got: of so many inboxes, so many have not taken it yet."""

    inboxes: int
    left: int


def progress(session: Session, keys: list[str]) -> dict[str, Progress]:
    """By key of the note."""
    left = (
        sa.select(Activity.note_id, sa.func.count(Dispatch.id).label("left")).join(Dispatch).group_by(Activity.note_id)
    )
    waiting = left.subquery()
    rows = (
        sa.select(Note.key, sa.func.sum(Activity.inboxes), sa.func.coalesce(sa.func.max(waiting.c.left), 0))
        .join(Activity, Activity.note_id == Note.id)
        .outerjoin(waiting, waiting.c.note_id == Note.id)
        .where(Note.key.in_(keys))
        .group_by(Note.key)
    )
    return {key: Progress(int(inboxes), int(left)) for key, inboxes, left in session.execute(rows)}


def followers(session: Session, handle: str) -> int:
    return session.scalar(sa.select(sa.func.count(Follower.id)).where(Follower.handle == handle)) or 0


def followers_of_texts(session: Session, event_id: int, event_slug: str) -> int:
    """Of all texts of an event together; who follows two is counted twice."""
    mine = sa.select(sa.func.count(Follower.id)).where(Follower.event_id == event_id, Follower.handle != event_slug)
    return session.scalar(mine) or 0


def _do(session: Session, note: Note, handle: str, body: Json, audience: list[str], at: datetime) -> None:
    if session.scalar(sa.select(Activity.id).where(Activity.uri == body["id"])) is not None:
        return
    made = Activity(event_id=note.event_id, note_id=note.id, handle=handle, uri=body["id"], body=body, created=at)
    session.add(made)
    session.flush()
    reached = (
        sa.select(sa.literal(made.id), Follower.server_id, Follower.inbox, sa.literal(at, sa.DateTime(timezone=True)))
        .join(Server, Server.id == Follower.server_id)
        .where(Follower.handle.in_(audience), Server.blocked.is_(None))
        .distinct()
    )
    columns = ["activity_id", "server_id", "inbox", "created"]
    session.execute(sa.insert(Dispatch).from_select(columns, reached))
    made.inboxes = session.scalar(sa.select(sa.func.count(Dispatch.id)).where(Dispatch.activity_id == made.id)) or 0


def _everybody(note: Note) -> list[str]:
    """Whoever may have got it: from its own actor, or passed on."""
    handle = named(note.handle)
    assert handle is not None
    return [handle.name, handle.event]


def _about(note: Note) -> Any:
    return sa.select(Activity.id).where(Activity.note_id == note.id)


def _without_times(body: Json) -> Json:
    return {name: value for name, value in body.items() if name not in ("published", "updated")}
