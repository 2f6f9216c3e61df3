"""Struck words in what waits beside the text: what was put forward is taken back, and suggestions, comments,
answers, objections and the reason why a draft is frozen lose them.
"""

from datetime import datetime

import regex
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..drafts.models import Draft
from ..facts import ProposalWithdrawn, record
from .models import Objection, Proposal, Remark, Reply
from .proposing import settle

BLANKED = "Words were struck here."


def unpublished(session: Session, draft_id: int) -> list[Proposal]:
    """Everything of the draft that was put forward and never accepted, decided or not."""
    mine = sa.select(Proposal).where(Proposal.draft_id == draft_id, Proposal.state != "accepted")
    return list(session.scalars(mine.order_by(Proposal.id)))


def blank(session: Session, draft_id: int, wanted: "regex.Pattern[str]", *, by: int, at: datetime) -> int:
    """Take the words out of all of these; returns how many texts that were put forward had been open."""
    taken_back = 0
    for proposal in unpublished(session, draft_id):
        if wanted.search(proposal.text) or wanted.search(proposal.summary):
            if settle(session, proposal.id, to="withdrawn", by=by, at=at):
                record(session, ProposalWithdrawn(proposal.event_id, proposal.id, draft_id, by), at)
                taken_back += 1
            proposal.text, proposal.summary = "", BLANKED
    draft = session.get_one(Draft, draft_id)
    if wanted.search(draft.frozen_because):
        draft.frozen_because = BLANKED
    for said in spoken(session, draft_id):
        for name in FIELDS:
            if wanted.search(getattr(said, name, None) or ""):
                setattr(said, name, BLANKED)
    return taken_back


FIELDS = ("quote", "words", "reason", "outcome", "taken", "answer", "hidden_because")


def spoken(session: Session, draft_id: int) -> list[Remark | Reply | Objection]:
    """Every suggestion, comment, answer and objection."""
    mine = sa.select(Remark).where(Remark.draft_id == draft_id)
    answers = sa.select(Reply).join(Remark, Remark.id == Reply.remark_id).where(Remark.draft_id == draft_id)
    against = sa.select(Objection).join(Proposal, Proposal.id == Objection.proposal_id)
    against = against.where(Proposal.draft_id == draft_id)
    return [
        *session.scalars(mine.order_by(Remark.id)),
        *session.scalars(answers.order_by(Reply.id)),
        *session.scalars(against.order_by(Objection.id)),
    ]


def text_of(said: Remark | Reply | Objection) -> str:
    """Everything that was written in it."""
    return "\n".join(getattr(said, name, None) or "" for name in FIELDS)
