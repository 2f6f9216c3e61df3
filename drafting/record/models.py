"""Tables of the record: accepted texts with everything their commits contain, frozen, and who is credited for them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class Revision(Base):
    """An accepted text. Everything but the last six columns is written once, in the accepting transaction.

    `place` counts the event's released revisions 1, 2, 3 …; commits follow each other in that order.
    """

    __tablename__ = "revision"
    __table_args__ = (
        sa.UniqueConstraint("draft_id", "number"),
        sa.UniqueConstraint("event_id", "place"),
        sa.Index("ix_revision_unwritten", "event_id", "place", sqlite_where=sa.text("commit_id IS NULL"),
                 postgresql_where=sa.text("commit_id IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"))
    number: Mapped[int]
    event_slug: Mapped[str] = mapped_column(sa.String(40))
    event_title: Mapped[str] = mapped_column(sa.String(480))
    draft_slug: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(480))
    kind: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    summary: Mapped[str] = mapped_column(sa.Text)
    """What changed, in the words of who put it forward."""
    withdraws: Mapped[int | None]
    """Number of the version that this one takes back; `summary` is then the reason."""
    rule: Mapped[str] = mapped_column(sa.String(200))
    """The rule and how many, no names: “one editor”."""
    promise: Mapped[dict[str, Any]]
    """The promise as it stood: number, level, decider (an office, never a person), answer_by."""
    licence: Mapped[str] = mapped_column(sa.String(40))
    base_url: Mapped[str] = mapped_column(sa.String(200))
    coauthors: Mapped[list[Any]]
    """Pseudonyms for the commit, in order; the last one is the drafting team if anyone is credited through it."""
    accepted: Mapped[datetime]
    release_due: Mapped[datetime]

    held: Mapped[datetime | None]
    hold_reason: Mapped[str | None] = mapped_column(sa.Text)
    released: Mapped[datetime | None]
    place: Mapped[int | None]
    commit_id: Mapped[str | None] = mapped_column(sa.String(40))
    commit_object: Mapped[bytes | None]
    """The finished commit, signature included: the record is rebuilt from it without the key that made it."""

    @property
    def path(self) -> str:
        return f"/e/{self.event_slug}/{self.draft_slug}/{self.number}"

    @property
    def url(self) -> str:
        """The permalink, under the address the installation had when the text was accepted."""
        return self.base_url + self.path


PARTS = ("suggested", "asked", "facilitated")


class Part(Base):
    """What else somebody did for a version than write it: a suggestion that was accepted, a question or a challenge
    that was resolved since the version before, or running the event when it was accepted.
    """

    __tablename__ = "part"
    __table_args__ = (sa.CheckConstraint("part IN ('suggested', 'asked', 'facilitated')", name="part"),)

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(12), primary_key=True)


class Credit(Base):
    """How many of a revision's words are whose. Names are looked up when a page is made, so they can be withdrawn."""

    __tablename__ = "credit"

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    words: Mapped[int]
    pseudonym: Mapped[str] = mapped_column(sa.String(40))
