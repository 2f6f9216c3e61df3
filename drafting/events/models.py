"""Tables of events and of the promises made for them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class Event(Base):
    """One gathering. `slug` is its address and never changes."""

    __tablename__ = "event"
    __table_args__ = (
        sa.CheckConstraint("visibility IN ('public', 'unlisted')", name="visibility"),
        sa.CheckConstraint("state IN ('open', 'closed', 'archived')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    title: Mapped[str] = mapped_column(sa.String(480))
    theme: Mapped[str] = mapped_column(sa.Text, default="")
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    place: Mapped[str] = mapped_column(sa.String(960), default="")
    hashtag: Mapped[str] = mapped_column(sa.String(120), default="")
    """Without the leading #; letters, digits and underscores of any script."""
    licence: Mapped[str] = mapped_column(sa.String(40), default="CC-BY-SA-4.0")
    """SPDX id."""
    language: Mapped[str] = mapped_column(sa.String(20), default="en")
    readers_remark: Mapped[bool] = mapped_column(default=False)
    """Whether readers, who have not joined, may read along, suggest and comment; what they say is looked at first."""
    timezone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    """IANA name: the clocks on the walls of the place."""
    visibility: Mapped[str] = mapped_column(sa.String(10), default="public")
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    hidden: Mapped[datetime | None]
    """When the operator took it down; nobody but the event's facilitators reads it then."""
    created: Mapped[datetime]
    closed: Mapped[datetime | None]
    """When a facilitator closed it; the journals of its drafts are destroyed some weeks later."""
    journals_kept_because: Mapped[str] = mapped_column(sa.Text, default="")
    """Why the facilitator keeps them longer; empty when they are destroyed in time."""


class Promise(Base):
    """What was promised about the event's outputs: a signed card. Never changed, only followed by the next number."""

    __tablename__ = "promise"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.CheckConstraint("level IN ('consult', 'engage', 'decide')", name="level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    number: Mapped[int]
    level: Mapped[str] = mapped_column(sa.String(10))
    open_points: Mapped[str] = mapped_column(sa.Text, default="")
    closed_points: Mapped[str] = mapped_column(sa.Text, default="")
    decider_office: Mapped[str] = mapped_column(sa.String(960), default="")
    """Who decides, as an office or organisation; empty when nobody has promised to answer."""
    decider_person: Mapped[str] = mapped_column(sa.String(480), default="")
    use: Mapped[str] = mapped_column(sa.Text, default="")
    """What they will do with the outputs."""
    answer_by: Mapped[date | None]
    signed_by: Mapped[str] = mapped_column(sa.String(480), default="")
    signed_on: Mapped[date | None]
    made: Mapped[datetime]


class Image(Base):
    """A picture that somebody put into a text of the event. Its file lies in the data folder."""

    __tablename__ = "image"
    __table_args__ = (sa.UniqueConstraint("event_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the stored bytes, hex."""
    kind: Mapped[str] = mapped_column(sa.String(4))
    """png, jpeg or webp; also the end of its address."""
    size_bytes: Mapped[int]
    width: Mapped[int]
    """Pixels."""
    height: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
