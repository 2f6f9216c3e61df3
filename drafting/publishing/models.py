"""Tables of publishing: an event's channels, and one delivery per release and channel."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base

STATES = ("due", "sending", "uncertain", "by_hand", "sent", "failed", "cancelled")


class Channel(Base):
    """One place where an event's releases are announced. What is secret about it is encrypted."""

    __tablename__ = "channel"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(240))
    address: Mapped[str] = mapped_column(sa.String(500), default="")
    """What may be shown: handle, or the address without its query."""
    secret: Mapped[bytes]
    """Encrypted JSON."""
    paused: Mapped[datetime | None]
    created: Mapped[datetime]


class Delivery(Base):
    """One outbox row: what is said about one release on one channel, and how far that is.

    due → sending → sent | uncertain | failed;  uncertain → sent | due;  by_hand → sent;  any open one → cancelled.
    """

    __tablename__ = "delivery"
    __table_args__ = (sa.UniqueConstraint("revision_id", "channel_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"))
    channel_id: Mapped[int] = mapped_column(sa.ForeignKey("channel.id"))
    state: Mapped[str] = mapped_column(sa.String(10), index=True)
    payload: Mapped[dict[str, Any]]
    """Frozen: the announcement, and once made the exact text; a retry sends the same bytes."""
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    """Our own id for the post: idempotency key, and on Bluesky the record key."""
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    remote_id: Mapped[str | None] = mapped_column(sa.String(500))
    remote_url: Mapped[str | None] = mapped_column(sa.String(500))
    last_error: Mapped[str | None] = mapped_column(sa.String(300))
    created: Mapped[datetime]
    sent: Mapped[datetime | None]
