"""Who is thanked for a version besides its writers: whose suggestions went into it, who asked, who ran the event."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..people.models import Membership
from ..record.models import Part, Revision
from .models import Proposal, Remark


def parts(session: Session, revision: Revision, proposal: Proposal) -> list[Part]:
    """What was decided between the text of the version before and this one, both as they were put forward.

    A version that takes another back has nobody's suggestions in it.
    """
    found = {(person, "facilitated") for person in session.scalars(_facilitators(revision.event_id))}
    if proposal.withdraws is None:
        began = _put_forward(session, revision.draft_id, revision.number - 1)
        decided = sa.select(Remark.person_id, Remark.kind).where(
            Remark.draft_id == revision.draft_id,
            Remark.decided <= proposal.made,
            Remark.hidden.is_(None),
            sa.or_(
                sa.and_(Remark.kind == "suggestion", Remark.state == "accepted"),
                sa.and_(Remark.kind.in_(("question", "challenge")), Remark.state == "resolved"),
            ),
        )
        if began is not None:
            decided = decided.where(Remark.decided > began)
        rows = session.execute(decided)
        found |= {(person, "suggested" if kind == "suggestion" else "asked") for person, kind in rows}
    return [Part(revision_id=revision.id, person_id=person, part=part) for person, part in sorted(found)]


def _facilitators(event_id: int) -> sa.Select[int]:
    return sa.select(Membership.person_id).where(Membership.event_id == event_id, Membership.role == "facilitator")


def _put_forward(session: Session, draft_id: int, number: int) -> datetime | None:
    """When the text of this version was put forward; None if there is no such version."""
    made = sa.select(Proposal.made).join(Revision, Revision.id == Proposal.revision_id)
    return session.scalar(made.where(Revision.draft_id == draft_id, Revision.number == number))
