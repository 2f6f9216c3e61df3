"""Tables of the fediverse: who follows, what we said there, and what has still to reach which server."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base

URI_LIMIT = 500


class Server(Base):
    """Another server, by host and port. Its back-off is one for all that waits for it."""

    __tablename__ = "server"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(sa.String(260), unique=True)
    scheme: Mapped[str] = mapped_column(sa.String(10), default="")
    """Which kind of signature it took last; empty when we do not know."""
    scheme_since: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    """In a row that failed."""
    not_before: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(sa.String(200), default="")
    blocked: Mapped[datetime | None]
    """Nothing is taken from it or sent to it."""
    blocked_because: Mapped[str] = mapped_column(sa.String(200), default="")


class RemoteActor(Base):
    """What another server says about an actor of its own, kept for a while. `key_id` is the id of its key."""

    __tablename__ = "remote_actor"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(sa.String(URI_LIMIT), unique=True)
    uri: Mapped[str] = mapped_column(sa.String(URI_LIMIT), index=True)
    public_key: Mapped[str] = mapped_column(sa.Text)
    """PEM."""
    inbox: Mapped[str] = mapped_column(sa.String(URI_LIMIT))
    shared_inbox: Mapped[str] = mapped_column(sa.String(URI_LIMIT), default="")
    fetched: Mapped[datetime]


class Follower(Base):
    """Somebody elsewhere who follows an actor of ours. Shown only as a number."""

    __tablename__ = "follower"
    __table_args__ = (sa.UniqueConstraint("handle", "uri"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    handle: Mapped[str] = mapped_column(sa.String(81))
    """Of ours: `river` or `river.charter`."""
    uri: Mapped[str] = mapped_column(sa.String(URI_LIMIT), index=True)
    inbox: Mapped[str] = mapped_column(sa.String(URI_LIMIT))
    """Where everything for them goes: the inbox that their server shares, if it has one."""
    server_id: Mapped[int] = mapped_column(sa.ForeignKey("server.id"), index=True)
    since: Mapped[datetime]


class Note(Base):
    """What was said about one release: the object that other servers hold a copy of."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    handle: Mapped[str] = mapped_column(sa.String(81), index=True)
    number: Mapped[int]
    """Of the version."""
    body: Mapped[dict[str, Any]]
    """As JSON; empty once it is deleted."""
    published: Mapped[datetime]
    updated: Mapped[datetime | None]
    deleted: Mapped[datetime | None]


class Activity(Base):
    """Something that an actor of ours did, as it is sent. Stays until nobody waits for it any more."""

    __tablename__ = "activity"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    note_id: Mapped[int | None] = mapped_column(sa.ForeignKey("note.id"), index=True)
    handle: Mapped[str] = mapped_column(sa.String(81))
    uri: Mapped[str] = mapped_column(sa.String(URI_LIMIT), unique=True)
    body: Mapped[dict[str, Any]]
    inboxes: Mapped[int] = mapped_column(default=0)
    """To how many it was to go when it was made."""
    created: Mapped[datetime]


class Dispatch(Base):
    """One activity on its way to one inbox; the row goes when it has arrived, or never will."""

    __tablename__ = "dispatch"
    __table_args__ = (sa.UniqueConstraint("activity_id", "inbox"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    server_id: Mapped[int] = mapped_column(sa.ForeignKey("server.id"), index=True)
    inbox: Mapped[str] = mapped_column(sa.String(URI_LIMIT))
    lease_until: Mapped[datetime | None]
    created: Mapped[datetime]


class SeenActivity(Base):
    """An activity that was taken in: the same one again changes nothing. `digest` is the SHA-256 of its id, hex."""

    __tablename__ = "seen_activity"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class QuoteConsent(Base):
    """Somebody may quote a note of ours: the stamp that their server shows to others (FEP-044f)."""

    __tablename__ = "quote_consent"
    __table_args__ = (sa.UniqueConstraint("note_id", "quoting"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(sa.ForeignKey("note.id"))
    quoting: Mapped[str] = mapped_column(sa.String(URI_LIMIT))
    """The note that quotes."""
    at: Mapped[datetime]
