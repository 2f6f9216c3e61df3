"""Tables of the record: accepted texts with everything their commits contain, frozen, who is credited for them, and
from which version their passages come.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class Revision(Base):
    """An accepted text. Everything but the last seven columns is written once, in the accepting transaction.

    `place` counts the event's released revisions 1, 2, 3 …; commits follow each other in that order.
    """

    __tablename__ = "revision"
    __table_args__ = (
        sa.UniqueConstraint("draft_id", "number"),
        sa.UniqueConstraint("event_id", "place"),
        sa.Index("ix_revision_unwritten", "event_id", "place", sqlite_where=sa.text("commit_id IS NULL"),
                 postgresql_where=sa.text("commit_id IS NULL")),
        sa.Index("ix_revision_withdraws", "draft_id", "withdraws", sqlite_where=sa.text("withdraws IS NOT NULL"),
                 postgresql_where=sa.text("withdraws IS NOT NULL")),
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
    recovered: Mapped[datetime | None]
    """When it was found in the record by a restore whose backup did not know it. What only the database knew is lost:
    credits, when it was accepted, what was said about it.
    """

    replaces: Mapped[str | None] = mapped_column(sa.String(40))
    """Id of the commit that it had before words were taken out of the record."""

    @property
    def path(self) -> str:
        return f"/e/{self.event_slug}/{self.draft_slug}/{self.number}"

    @property
    def url(self) -> str:
        """The permalink, under the address the installation had when the text was accepted."""
        return self.base_url + self.path


class Redaction(Base):
    """Words were taken out of published texts of one draft, and a notice stands in their place. The commits from the
    first that had them on were replaced: a new lineage, which `statement` joins to the old.
    """

    __tablename__ = "redaction"
    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"))
    number: Mapped[int]
    """1, 2, 3 … in the event."""
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """None of one that came with an archive, or was found in the record after a restore."""
    because: Mapped[str] = mapped_column(sa.Text)
    versions: Mapped[list[Any]]
    """Numbers of the versions whose texts have a notice now."""
    first_place: Mapped[int]
    """Of the first commit that was replaced."""
    statement: Mapped[str | None] = mapped_column(sa.Text)
    """Once the new lineage is written: which commit replaces which."""
    signature: Mapped[str | None] = mapped_column(sa.Text)
    """Of the statement."""


class Retired(Base):
    """A commit that was replaced when words were taken out of the record."""

    __tablename__ = "retired"

    commit_id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"))
    redaction_id: Mapped[int] = mapped_column(sa.ForeignKey("redaction.id"), index=True)


class Comparison(Base):
    """When an event's record was last compared with its rows, and what differed. While something does, it is an alarm.

    `since` is when it was first noticed.
    """

    __tablename__ = "record_comparison"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), primary_key=True)
    compared: Mapped[datetime]
    since: Mapped[datetime | None]
    problems: Mapped[list[Any]]
    """Plain sentences; at most the first twenty."""


class AdoptedKey(Base):
    """A key of the installation that an event came from, as a line of a list of allowed signers: it signed the versions
    before the move, and counts for this event only.
    """

    __tablename__ = "adopted_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    line: Mapped[str] = mapped_column(sa.String(500))
    adopted: Mapped[datetime]


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


class Passage(Base):
    """A sentence, heading, row or piece of code of a published text, from the version that brought it in until one has
    it no more. One that is reworded is a new passage `before_id` of which says what it was.
    """

    __tablename__ = "passage"
    __table_args__ = (sa.Index("ix_passage_draft_id_until", "draft_id", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"))
    words: Mapped[str] = mapped_column(sa.Text)
    folded: Mapped[str] = mapped_column(sa.Text)
    """As they are searched: `wording.searching.words_of`."""
    since: Mapped[int]
    """Number of the version that has it in these words first."""
    until: Mapped[int | None]
    """Number of the first version that has it no more."""
    first: Mapped[int]
    """Number of the version that brought it in, in whatever words."""
    before_id: Mapped[int | None] = mapped_column(sa.ForeignKey("passage.id"))


class Lineage(Base):
    """Of which passages a version consists: `places` are [kind, level, number, [passage ids]], in reading order."""

    __tablename__ = "lineage"

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), primary_key=True)
    places: Mapped[list[Any]]
