"""Tables of the witnesses: copies of the record elsewhere, and time-stamps. Each row is its own outbox."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class Mirror(Base):
    """A copy of an event's record elsewhere: where it is, how far it is known to be, and how to go on with it.

    It is behind while the record has a version with a later place. Whoever brings it up to date holds `lease_until`.
    """

    __tablename__ = "mirror"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(500))
    """Where it can be cloned from. No secret is in it."""
    secret: Mapped[bytes]
    """Encrypted JSON: `user` and `token`, or nothing."""
    paused: Mapped[datetime | None]
    removed: Mapped[datetime | None]
    """Nothing is pushed there any more; the secret is gone."""
    created: Mapped[datetime]

    place: Mapped[int] = mapped_column(default=0)
    """Of the newest version that the copy was seen to have; 0 while it is empty."""
    looked: Mapped[datetime | None]
    """When that was seen."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Since the last one that worked."""
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.String(300))
    foreign_id: Mapped[str | None] = mapped_column(sa.String(40))
    """The alarm: the commit that the copy ends with, which is none of ours. Nothing is pushed while it does."""
    foreign_since: Mapped[datetime | None]


class Stamp(Base):
    """What a time-stamp authority said about the tip of an event's record. Waits without `answer` until it has come."""

    __tablename__ = "stamp"
    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    number: Mapped[int]
    """1, 2, 3 … in each event."""
    place: Mapped[int]
    commit_id: Mapped[str] = mapped_column(sa.String(40))
    authority: Mapped[str] = mapped_column(sa.String(500))
    answer: Mapped[bytes | None]
    """The authority's whole answer as it came, checked: a TimeStampResp of RFC 3161."""
    stamped: Mapped[datetime | None]
    """The time that the authority states."""
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.String(300))
