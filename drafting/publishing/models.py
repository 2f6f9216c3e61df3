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
    removed: Mapped[datetime | None]
    """The row stays for the deliveries that name it; the secret is gone."""
    created: Mapped[datetime]


class Delivery(Base):
    """One outbox row: what is said about one release on one channel, and how far that is.

    due → sending → sent | due | uncertain | failed;  uncertain → sending;  due → by_hand → sent;  any open one →
    cancelled;  failed → due | uncertain when somebody asks for it.
    `uncertain` means: it may be out, so look before sending again.
    """

    __tablename__ = "delivery"
    __table_args__ = (sa.UniqueConstraint("revision_id", "channel_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    channel_id: Mapped[int] = mapped_column(sa.ForeignKey("channel.id"))
    state: Mapped[str] = mapped_column(sa.String(10), index=True)
    payload: Mapped[dict[str, Any]]
    """Empty until the first attempt, then frozen: `channels.Post` as JSON. A retry sends the same bytes."""
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    """Our own id for the post: idempotency key, and on Bluesky the record key."""
    attempts: Mapped[int] = mapped_column(default=0)
    first_tried: Mapped[datetime | None]
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    """Whoever is sending has until then; also tells one claim from another."""
    remote_id: Mapped[str | None] = mapped_column(sa.String(500))
    remote_url: Mapped[str | None] = mapped_column(sa.String(500))
    remote_ref: Mapped[dict[str, Any] | None]
    """What a reply to the post must name, in the channel's own terms."""
    last_error: Mapped[str | None] = mapped_column(sa.String(300))
    created: Mapped[datetime]
    sent: Mapped[datetime | None]
    ticked_off_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
