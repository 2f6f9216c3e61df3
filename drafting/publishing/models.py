"""Tables of publishing: an event's channels, and one delivery per release and channel."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base

STATES = ("gathering", "joined", "waiting", "due", "sending", "uncertain", "by_hand", "sent", "failed", "cancelled")


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
    rule: Mapped[str] = mapped_column(sa.String(10), default="every", server_default="every")
    """`every` version; `digest`: several in one post; `major`: only what whoever published it called so."""
    digest_minutes: Mapped[int] = mapped_column(default=60, server_default="60")
    quiet_from: Mapped[str] = mapped_column(sa.String(5), default="", server_default="")
    quiet_until: Mapped[str] = mapped_column(sa.String(5), default="", server_default="")
    """Between these times of day, `22:00`, nothing is posted; both empty if it may be at any time."""
    hashtags: Mapped[str] = mapped_column(sa.String(130), default="", server_default="")
    """Besides the event's, with spaces between them, without the leading #."""
    language: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    """In which posts there are; empty for the event's."""
    approves: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether a person looks at each post before it goes."""
    attention: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    """Why nothing can be posted there until a person has seen to it; empty while all is well."""
    attention_since: Mapped[datetime | None]
    removed: Mapped[datetime | None]
    """The row stays for the deliveries that name it; the secret is gone."""
    created: Mapped[datetime]


class Registration(Base):
    """What a place where one signs in knows us by. Rows are never changed; the newest one counts."""

    __tablename__ = "registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    address: Mapped[str] = mapped_column(sa.String(500), index=True)
    back: Mapped[str] = mapped_column(sa.String(500))
    """Where browsers come back to: they are not let back to any other address."""
    secret: Mapped[bytes]
    """Encrypted JSON."""
    made: Mapped[datetime]


class Hold(Base):
    """For so long, for a stated reason, nothing is posted about an event. The last row that was not lifted counts."""

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    """None: until somebody lifts it."""
    because: Mapped[str] = mapped_column(sa.Text)
    made: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    lifted: Mapped[datetime | None]


class Delivery(Base):
    """One outbox row: what is said about one release on one channel, and how far that is; corrections have a row each.

    gathering → due | joined when it is time for one post about several;  waiting → due when somebody approves;
    due → sending → sent | due | uncertain | failed;  uncertain → sending;  due → by_hand → sent;  any open one →
    cancelled;  cancelled → due if we left it out by ourselves;  failed → due | uncertain when somebody asks for it.
    `uncertain` means: it may be out, so look before sending again.
    """

    __tablename__ = "delivery"
    __table_args__ = (sa.UniqueConstraint("revision_id", "channel_id", "turn"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    channel_id: Mapped[int] = mapped_column(sa.ForeignKey("channel.id"))
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    """0 is the post; 1, 2 … are its corrections."""
    words: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """What a person says about the change, in place of what we found; empty if nobody did."""
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
    joined_to: Mapped[int | None] = mapped_column(sa.ForeignKey("delivery.id"), index=True)
    """The row whose post tells of this release, too."""
    hurried: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Somebody wants it posted now, also in quiet hours."""
    insisted: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Somebody wants it posted although readers would see no difference."""
    ticked_off_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class FeedNews(Base):
    """Feeds changed: a version was published, or words were taken out of one. Waits until the hub was told."""

    __tablename__ = "feed_news"
    __table_args__ = (
        sa.Index(
            "ix_feed_news_untold", "not_before", sqlite_where=sa.text("told IS NULL"),
            postgresql_where=sa.text("told IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    created: Mapped[datetime]
    told: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.String(300))
