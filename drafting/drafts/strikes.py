"""Strikes in the database: what was destroyed, where it stood, and why."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .models import Draft, Strike


def of_draft(session: Session, draft_id: int) -> list[Strike]:
    """All of them, newest first."""
    mine = sa.select(Strike).where(Strike.draft_id == draft_id)
    return list(session.scalars(mine.order_by(Strike.id.desc())))


def count(session: Session, draft_id: int) -> int:
    """How many there were in the draft's present epoch."""
    present = sa.select(Draft.epoch).where(Draft.id == draft_id).scalar_subquery()
    mine = sa.select(sa.func.count()).where(Strike.draft_id == draft_id, Strike.epoch == present)
    return session.scalar(mine) or 0
