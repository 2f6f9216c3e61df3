"""Between acceptance and release of notes: anyone in the event may stop the release; a facilitator lets it go or
not.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Invalid, NotFound, Stale
from ..facts import RevisionHeld, record
from ..record.models import Revision
from ..record.releasing import release


def stop(session: Session, revision_id: int, *, reason: str, by: int, at: datetime) -> None:
    """Hold a version that is not public yet. Raises Invalid without a reason, Stale once it is public."""
    if not reason:
        raise Invalid(
            "Please say in a few words what could hurt whom. Do not repeat the words themselves.", field="reason"
        )
    revision = _find(session, revision_id)
    waiting = sa.update(Revision).where(
        Revision.id == revision_id, Revision.released.is_(None), Revision.held.is_(None)
    )
    if session.execute(waiting.values(held=at, hold_reason=reason)).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("This version is already public, or was stopped already.")
    record(session, RevisionHeld(revision.event_id, revision_id, revision.draft_id, by), at)


def let_go(session: Session, revision_id: int, at: datetime) -> None:
    """A facilitator has looked: the version becomes public now. Raises Stale if it is not held, or was overtaken."""
    revision = _find(session, revision_id)
    held = sa.update(Revision).where(
        Revision.id == revision_id, Revision.released.is_(None), Revision.held.is_not(None)
    )
    if session.execute(held.values(held=None)).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("This version is not being held.")
    session.refresh(revision)
    if not release(session, revision_id, at):
        raise Stale("A newer version is public already, so this one is not published any more.")


def due(session: Session, at: datetime) -> list[int]:
    """Ids of versions whose wait is over."""
    over = sa.select(Revision.id).where(
        Revision.released.is_(None), Revision.held.is_(None), Revision.release_due <= at
    )
    return list(session.scalars(over.order_by(Revision.release_due, Revision.number)))


def _find(session: Session, revision_id: int) -> Revision:
    revision = session.get(Revision, revision_id)
    if revision is None:
        raise NotFound("There is no such version.")
    return revision
