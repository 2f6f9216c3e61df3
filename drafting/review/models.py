"""Tables of what waits for somebody to decide: proposals, and remarks on the live text with their replies."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class Proposal(Base):
    """A snapshot of a draft offered for acceptance; the live text moves on.

    open → accepted | superseded | withdrawn. `base` is the published version it was compared with, 0 before the first.
    """

    __tablename__ = "proposal"

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
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))


class Remark(Base):
    """A suggestion or a comment on words of the live text: what pages show as a card. Never deleted.

    A suggestion is open → taking → accepted, or open → declined or withdrawn, and from these open again. A comment, a
    question or a challenge is open ⇄ resolved. `anchor` says by their ids which characters are meant, as
    `drafts.anchors` stores it; null where the whole text is.
    """

    __tablename__ = "remark"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('suggestion', 'comment', 'question', 'challenge')", name="kind"),
        sa.CheckConstraint(
            "state IN ('open', 'taking', 'accepted', 'declined', 'withdrawn', 'resolved')", name="state"
        ),
        sa.Index("ix_remark_draft_id_state", "draft_id", "state"),
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
    decided: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it was declined, or what whoever resolved it said."""
    taken: Mapped[str | None] = mapped_column(sa.Text)
    """What was put into the text, where that is not what was suggested."""
    hidden: Mapped[datetime | None]
    hidden_because: Mapped[str] = mapped_column(sa.Text, default="")


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
