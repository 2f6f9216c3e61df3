"""What was said on the way to a version, in numbers: they never change, whatever is hidden later."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..record.models import Revision
from ..wording.thread import Said
from . import thanking
from .models import Objection, Proposal, Remark


def proposal_of(session: Session, revision: Revision) -> Proposal | None:
    """Where the version was put forward; None for one that came from elsewhere."""
    return session.scalar(sa.select(Proposal).where(Proposal.revision_id == revision.id))


def to(session: Session, revision: Revision, proposal: Proposal) -> Said:
    """What was decided between the version before and this one, and what was objected."""
    decided = thanking.decided_for(session, revision, proposal)
    counted = decided.with_only_columns(Remark.kind, Remark.state, sa.func.count()).group_by(Remark.kind, Remark.state)
    remarks = {(kind, state): count for kind, state, count in session.execute(counted)}
    raised = sa.select(Objection.state, sa.func.count()).where(Objection.proposal_id.in_(_texts(session, proposal)))
    objections = {state: count for state, count in session.execute(raised.group_by(Objection.state))}
    return Said(
        accepted=remarks.get(("suggestion", "accepted"), 0),
        declined=remarks.get(("suggestion", "declined"), 0),
        questions=remarks.get(("question", "resolved"), 0),
        challenges=remarks.get(("challenge", "resolved"), 0),
        answered=sum(objections.values()) - objections.get("withdrawn", 0),
        withdrawn=objections.get("withdrawn", 0),
    )


def _texts(session: Session, proposal: Proposal) -> list[int]:
    """The proposal, and those of the same person that it took the place of because somebody objected."""
    texts = [proposal.id]
    while proposal.replaces is not None:
        proposal = session.get_one(Proposal, proposal.replaces)
        texts.append(proposal.id)
    return texts
