"""Struck words in what was put forward: it is taken back, and its text and sentence are blanked."""

from datetime import datetime

import regex
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..facts import ProposalWithdrawn, record
from .models import Proposal
from .proposing import settle

BLANKED = "Words were struck here."


def unpublished(session: Session, draft_id: int) -> list[Proposal]:
    """Everything of the draft that was put forward and never accepted, decided or not."""
    mine = sa.select(Proposal).where(Proposal.draft_id == draft_id, Proposal.state != "accepted")
    return list(session.scalars(mine.order_by(Proposal.id)))


def blank(session: Session, draft_id: int, wanted: "regex.Pattern[str]", *, by: int, at: datetime) -> int:
    """Take the words out of all of them; returns how many had been open."""
    taken_back = 0
    for proposal in unpublished(session, draft_id):
        if wanted.search(proposal.text) or wanted.search(proposal.summary):
            if settle(session, proposal.id, to="withdrawn", by=by, at=at):
                record(session, ProposalWithdrawn(proposal.event_id, proposal.id, draft_id, by), at)
                taken_back += 1
            proposal.text, proposal.summary = "", BLANKED
    return taken_back
