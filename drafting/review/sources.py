"""Which suggestion a passage of a published text came from."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..record.models import Passage, Revision
from ..wording.searching import words_of
from . import thanking
from .models import Proposal, Remark, Source

TELLING_LETTERS = 8
"""Shorter words stand in many sentences that have nothing to do with each other."""


def trace(session: Session, revision_id: int) -> None:
    """Join each passage that a version brought in with the suggestion that it has its words from. Once; safe to repeat.

    A passage comes from a suggestion that was accepted for this version if it holds its words, or is within them.
    """
    revision = session.get_one(Revision, revision_id)
    proposal = session.scalar(sa.select(Proposal).where(Proposal.revision_id == revision_id))
    if proposal is None or proposal.withdraws is not None:
        return
    suggestions = [(remark.id, words_of(_put_in(remark))) for remark in _accepted(session, revision, proposal)]
    known = sa.select(Source.passage_id).where(Source.passage_id == Passage.id).exists()
    brought_in = sa.select(Passage).where(Passage.draft_id == revision.draft_id, Passage.since == revision.number)
    for passage in session.scalars(brought_in.where(~known)):
        remark_id = next((one for one, words in suggestions if _is_from(passage.folded, words)), None)
        if remark_id is not None:
            session.add(Source(passage_id=passage.id, remark_id=remark_id))


def of_passages(session: Session, passage_ids: list[int]) -> dict[int, Remark]:
    """The suggestion of each passage that came from one."""
    rows = sa.select(Source.passage_id, Remark).join(Remark, Remark.id == Source.remark_id)
    chosen = rows.where(Source.passage_id.in_(passage_ids), Remark.hidden.is_(None))
    return {passage_id: remark for passage_id, remark in session.execute(chosen)}


def _accepted(session: Session, revision: Revision, proposal: Proposal) -> list[Remark]:
    """The longest first, since a short one may be part of it."""
    decided = thanking.decided_for(session, revision, proposal)
    remarks = session.scalars(decided.where(Remark.kind == "suggestion", Remark.state == "accepted"))
    return sorted(remarks, key=lambda remark: -len(_put_in(remark)))


def _put_in(remark: Remark) -> str:
    return remark.words if remark.taken is None else remark.taken


def _is_from(passage: str, words: str) -> bool:
    shorter, longer = sorted((passage, words), key=len)
    return len(shorter) >= TELLING_LETTERS and f" {shorter} " in f" {longer} "
