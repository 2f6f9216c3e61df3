"""Freezing a draft, so that everybody reads the same words, at the closing circle say; and unfreezing it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Invalid, Stale
from ..facts import DraftFrozen, DraftUnfrozen, record
from .models import Draft

REASON_LIMIT = 300  # graphemes


def freeze(session: Session, draft: Draft, *, because: str, by: int, at: datetime) -> None:
    """Nobody writes in it any more; what is said beside it is still taken. Raises Invalid, Stale if it is frozen."""
    if not because:
        raise Invalid("Please say in one sentence why. Everybody in the event can read it.", field="because")
    turned = sa.update(Draft).where(Draft.id == draft.id, Draft.frozen.is_(None))
    if session.execute(turned.values(frozen=at, frozen_because=because)).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("Somebody else was faster: this text is frozen already.")
    record(session, DraftFrozen(draft.event_id, draft.id, by), at)


def unfreeze(session: Session, draft: Draft, *, by: int, at: datetime) -> None:
    """The team writes on. Raises Stale if it is not frozen, or for good, because its live text was removed."""
    turned = sa.update(Draft).where(Draft.id == draft.id, Draft.frozen.is_not(None), Draft.journal_destroyed.is_(None))
    if session.execute(turned.values(frozen=None, frozen_because="")).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("Somebody else was faster: this text is not frozen any more.")
    record(session, DraftUnfrozen(draft.event_id, draft.id, by), at)
