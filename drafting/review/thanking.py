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
        thanked = sa.or_(
            sa.and_(Remark.kind == "suggestion", Remark.state == "accepted"),
            sa.and_(Remark.kind.in_(("question", "challenge")), Remark.state == "resolved"),
        )
        for remark in session.scalars(decided_for(session, revision, proposal).where(thanked, Remark.hidden.is_(None))):
            found.add((remark.person_id, "suggested" if remark.kind == "suggestion" else "asked"))
    return [Part(revision_id=revision.id, person_id=person, part=part) for person, part in sorted(found)]


def decided_for(session: Session, revision: Revision, proposal: Proposal) -> sa.Select[Remark]:
    """Remarks that were decided since the text of the version before was put forward, and before this one was."""
    began = _put_forward(session, revision.draft_id, revision.number - 1)
    decided = sa.select(Remark).where(Remark.draft_id == revision.draft_id, Remark.decided <= proposal.made)
    return decided if began is None else decided.where(Remark.decided > began)


def _facilitators(event_id: int) -> sa.Select[int]:
    return sa.select(Membership.person_id).where(Membership.event_id == event_id, Membership.role == "facilitator")


def _put_forward(session: Session, draft_id: int, number: int) -> datetime | None:
    """When the text of this version was put forward; None if there is no such version."""
    made = sa.select(Proposal.made).join(Revision, Revision.id == Proposal.revision_id)
    return session.scalar(made.where(Revision.draft_id == draft_id, Revision.number == number))
