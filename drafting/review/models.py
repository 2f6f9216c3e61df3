"""The table of proposals."""

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
