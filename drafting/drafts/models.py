"""Tables of drafts: the live document, the journal of its updates, and whose Yjs client ids are whose."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base

KINDS = ("notes", "common", "response", "reflection")


class Draft(Base):
    """One live document of an event. Its text lives in the journal only."""

    __tablename__ = "draft"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "slug"),
        sa.CheckConstraint("kind IN ('notes', 'common', 'response', 'reflection')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    slug: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(480))
    kind: Mapped[str] = mapped_column(sa.String(20), default="common")
    epoch: Mapped[str] = mapped_column(sa.String(32))
    """Identity of the journal; a browser's copy of another epoch is never merged in."""
    frozen: Mapped[datetime | None]
    """Since when nobody writes in it, though the event is open."""
    frozen_because: Mapped[str] = mapped_column(sa.Text, default="")
    hidden: Mapped[datetime | None]
    """Since when what was published of it is out of sight, while something in it is looked into."""
    hidden_because: Mapped[str] = mapped_column(sa.Text, default="")
    created: Mapped[datetime]
    journal_destroyed: Mapped[datetime | None]
    """When the journal and with it the live text was destroyed; versions and credits stay."""


class JournalRow(Base):
    """One update of a draft: what one person sent in one tick. Append-only; `seq` counts 1, 2, 3 … per draft."""

    __tablename__ = "journal"

    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who sent it; None for the template that a draft began with."""
    clients: Mapped[list[Any]]
    """Yjs client ids with new structs in it."""
    at: Mapped[datetime]
    update: Mapped[bytes]
    """Yjs update, encoding v1."""


class ClientBinding(Base):
    """Whose a Yjs client id is, for as long as the epoch lasts."""

    __tablename__ = "client_binding"

    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), primary_key=True)
    epoch: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    client: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Snapshot(Base):
    """What the rows up to `seq` make, so that opening a draft need not replay them. Made from the rows; may be lost."""

    __tablename__ = "snapshot"

    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), primary_key=True)
    epoch: Mapped[str] = mapped_column(sa.String(32))
    seq: Mapped[int]
    journal_bytes: Mapped[int]
    """Of the updates up to `seq`, together."""
    state: Mapped[bytes]
    """Yjs update, encoding v1, without deleted text."""
    marks: Mapped[bytes]
    """Who wrote which part of the text, as `authorship` packs it."""
    made: Mapped[datetime]


class Strike(Base):
    """Words that were destroyed because they could hurt someone: where they stood, never what they were."""

    __tablename__ = "strike"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    epoch: Mapped[str] = mapped_column(sa.String(32))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    places: Mapped[int]
    characters: Mapped[int]
    ranges: Mapped[list[Any]]
    """[client, first clock, length] of every piece that was destroyed."""
    at: Mapped[datetime]
