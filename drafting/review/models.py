"""Tables of what waits for somebody to decide: proposals with what is said to them and the rules they are decided by,
and remarks on the live text with their replies.
"""

from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class Proposal(Base):
    """A snapshot of a draft offered for acceptance; the live text moves on.

    open → accepted | superseded | withdrawn. `base` is the published version it was compared with, 0 before the first.
    """

    __tablename__ = "proposal"
    __table_args__ = (sa.Index("ix_proposal_state_deadline", "state", "deadline"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default="open")
    base: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    state_vector: Mapped[bytes]
    summary: Mapped[str] = mapped_column(sa.Text)
    words_by: Mapped[dict[str, Any]]
    """Surviving words by person id (as text); "" is what no person wrote, such as the template."""
    withdraws: Mapped[int | None]
    proposer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    made: Mapped[datetime]
    decided: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"), index=True)
    rule: Mapped[dict[str, Any]]
    """The rule that it is decided by, as it was declared when this was put forward: `review.rules.Rule.frozen`."""
    deadline: Mapped[datetime | None]
    """When its clock runs out, as far as can be said; null while it stands still, or where there is none."""
    replaces: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id"))
    """The earlier one of the same person that this took the place of."""
    claimed: Mapped[datetime | None]
    """Since when `claimed_by` says that they are looking at it."""
    claimed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class DeclaredRule(Base):
    """By what rule an event's common texts are decided. Never changed, only followed by the next number; what was put
    forward before keeps the one that held then.
    """

    __tablename__ = "rule"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.CheckConstraint("kind IN ('one', 'several', 'unless')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    people: Mapped[int]
    """Editors who have to agree; or people besides who put it forward who have to have seen the difference."""
    minutes: Mapped[int]
    opens: Mapped[time | None]
    """The hours in which a clock may end, on the event's own clocks."""
    closes: Mapped[time | None]
    made: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class Agreement(Base):
    """An editor agrees to a proposal, having seen its difference to version `base`."""

    __tablename__ = "agreement"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    base: Mapped[int]
    at: Mapped[datetime]


class Look(Base):
    """When somebody first saw the difference that a proposal would make."""

    __tablename__ = "look"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]


class Objection(Base):
    """Why somebody does not want a proposal to be published as it is. open → answered | withdrawn."""

    __tablename__ = "objection"
    __table_args__ = (sa.CheckConstraint("state IN ('open', 'answered', 'withdrawn')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    """Who objects; of one on paper, who typed it in."""
    on_paper: Mapped[bool]
    made: Mapped[datetime]
    counts_from: Mapped[datetime]
    """When it was made, or handed in on paper."""
    words: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    ended: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    hidden: Mapped[datetime | None]
    hidden_because: Mapped[str] = mapped_column(sa.Text, default="")


class Pulse(Base):
    """The last moment at which there was certainly a server, while a clock runs. One row."""

    __tablename__ = "pulse"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Outage(Base):
    """A time in which there was no server while a clock ran."""

    __tablename__ = "outage"

    id: Mapped[int] = mapped_column(primary_key=True)
    began: Mapped[datetime]
    ended: Mapped[datetime]


class Remark(Base):
    """A suggestion or a comment on words of the live text: what pages show as a card. Never deleted.

    A suggestion is open → accepted, or open → declined or withdrawn, and from these open again. A comment, a
    question or a challenge is open ⇄ resolved. `anchor` says by their ids which characters are meant, as
    `drafts.anchors` stores it; null where the whole text is.
    """

    __tablename__ = "remark"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('suggestion', 'comment', 'question', 'challenge')", name="kind"),
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'withdrawn', 'resolved')", name="state"),
        sa.Index("ix_remark_draft_id_state", "draft_id", "state"),
        sa.Index("ix_remark_draft_id_decided", "draft_id", "decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"))
    epoch: Mapped[str] = mapped_column(sa.String(32))
    """Of the journal whose ids the anchor speaks of."""
    kind: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    made: Mapped[datetime]
    anchor: Mapped[dict[str, Any] | None]
    quote: Mapped[str] = mapped_column(sa.Text)
    """The words as they stood when it was made; empty where something is to be put in, or all of it is meant."""
    words: Mapped[str] = mapped_column(sa.Text)
    """What is said; of a suggestion, what is to stand there instead."""
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    """Of a suggestion: why."""
    batch: Mapped[str] = mapped_column(sa.String(40), default="")
    """Of suggestions that a page sent together: what it called them."""
    decided: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it was declined, or what whoever resolved it said."""
    taken: Mapped[str | None] = mapped_column(sa.Text)
    """What was put into the text, where that is not what was suggested."""
    waiting: Mapped[datetime | None]
    """Since when it waits for whoever runs the event to look at it, because a reader said it; nobody else sees it."""
    hidden: Mapped[datetime | None]
    hidden_because: Mapped[str] = mapped_column(sa.Text, default="")


class Source(Base):
    """The suggestion that a passage of a published text has its words from."""

    __tablename__ = "source"

    passage_id: Mapped[int] = mapped_column(sa.ForeignKey("passage.id"), primary_key=True)
    remark_id: Mapped[int] = mapped_column(sa.ForeignKey("remark.id"), index=True)


class Concern(Base):
    """Somebody, who need not have an account, says that something on a page is about them. Ended with an outcome."""

    __tablename__ = "concern"
    __table_args__ = (sa.Index("ix_concern_event_id_ended", "event_id", "ended"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("draft.id"))
    """The text that the page is about, if it is about one."""
    token: Mapped[str] = mapped_column(sa.String(40), unique=True)
    """By which whoever said it sees what became of it."""
    page: Mapped[str] = mapped_column(sa.String(200))
    words: Mapped[str] = mapped_column(sa.Text)
    contact: Mapped[str] = mapped_column(sa.String(200))
    """How to reach them; empty, and emptied when it ends."""
    made: Mapped[datetime]
    due: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(sa.Text, default="")
    ended: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Reply(Base):
    """What somebody said to a remark."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    remark_id: Mapped[int] = mapped_column(sa.ForeignKey("remark.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    made: Mapped[datetime]
    words: Mapped[str] = mapped_column(sa.Text)
    hidden: Mapped[datetime | None]
    hidden_because: Mapped[str] = mapped_column(sa.Text, default="")


class Mention(Base):
    """Somebody who is mentioned in a remark, or in an answer to one, and where in its words."""

    __tablename__ = "mention"

    id: Mapped[int] = mapped_column(primary_key=True)
    remark_id: Mapped[int] = mapped_column(sa.ForeignKey("remark.id"), index=True)
    reply_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reply.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    start: Mapped[int]
    """Of the @, in characters."""
    length: Mapped[int]
    writer_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class Looked(Base):
    """When somebody last looked at a draft, what they saw then, and what the visit before had seen."""

    __tablename__ = "looked"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), primary_key=True)
    at: Mapped[datetime]
    fact_id: Mapped[int]
    seq: Mapped[int]
    """The newest row of the journal."""
    number: Mapped[int]
    """The newest published version."""
    since: Mapped[datetime | None]
    """When the visit before this one ended; null during the first."""
    since_fact_id: Mapped[int]
    since_seq: Mapped[int]
    since_number: Mapped[int]
