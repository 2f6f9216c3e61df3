"""The newest version that is in an event's record, as the rows have it: whoever changes the repository on the disk does
not change what is copied and stamped.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..record.models import Revision


@dataclass(frozen=True)
class Tip:
    """`place` in the record, and the commit there."""

    place: int
    commit_id: str


def tip(session: Session, event_id: int) -> Tip | None:
    """None while nothing is written."""
    written = sa.select(Revision.place, Revision.commit_id).where(
        Revision.event_id == event_id, Revision.place.is_not(None), Revision.commit_id.is_not(None)
    )
    row = session.execute(written.order_by(Revision.place.desc()).limit(1)).first()
    return Tip(row.place, row.commit_id) if row else None
