"""Objections: one sentence that stops the clock until it is answered, withdrawn, or another text is put forward."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..errors import Invalid, NotAllowed, NotFound, Stale
from ..facts import Fact, ObjectionAnswered, ObjectionRaised, ObjectionWithdrawn, record
from . import clock, deciding
from .accepting import House
from .models import Objection, Proposal
from .rules import Rule

SENTENCE_LIMIT = 500  # graphemes
MOST = 200  # on one proposal


def object_to(
    session: Session,
    house: House,
    proposal_id: int,
    *,
    words: str,
    by: int,
    at: datetime,
    handed_in: datetime | None = None,
) -> Objection | None:
    """Stop the clock of what is agreed unless someone objects. `handed_in`: when it came on paper; that counts.

    If the time was over, the text is published, the words stand beside it as a challenge, and None is returned. Raises
    Invalid without words or for an impossible time, Stale if it was taken back, NotAllowed under another rule.
    """
    if not words:
        raise Invalid("Please say in one sentence what is wrong with it.", field="words")
    deciding.run_out(session, house, proposal_id, at)
    proposal = deciding.locked(session, proposal_id)
    if Rule.of(proposal.rule).kind != "unless":
        raise NotAllowed("Under this rule nobody objects. You can challenge the text, beside it.")
    if proposal.state == "accepted":
        deciding.make_challenge(session, proposal, words, by=by, at=at)
        return None
    if proposal.state != "open":
        raise Stale("This is not put forward any more.")
    if handed_in is not None and not proposal.made <= handed_in <= at:
        raise Invalid("It was handed in after the text was put forward, and not later than now.", field="handed_in")
    raised = clock.objections(session, proposal_id)
    if len(raised) >= MOST:
        raise Invalid("There are too many objections already. Please speak with whoever runs the event.")
    if handed_in is None and any(o.person_id == by and o.state == "open" and not o.on_paper for o in raised):
        raise Invalid("Your objection stands already. It has not been answered yet.", field="words")
    made = Objection(
        proposal_id=proposal_id, person_id=by, on_paper=handed_in is not None, made=at, counts_from=handed_in or at,
        words=words, state="open", answer="", ended=None, ended_by=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    clock.restate(session, proposal)
    fact = ObjectionRaised(proposal.event_id, made.id, proposal_id, proposal.draft_id, by, made.on_paper)
    record(session, fact, at)
    return made


def answer(session: Session, objection_id: int, *, words: str, by: int, at: datetime) -> None:
    """The clock goes on. Raises NotFound, Invalid without words, Stale."""
    if not words:
        raise Invalid("Please say what the answer is. Everybody who reads the objection reads it.", field="answer")
    objection, proposal = _of(session, objection_id)
    fact = ObjectionAnswered(proposal.event_id, objection_id, proposal.id, proposal.draft_id, by)
    _end(session, objection, proposal, "answered", fact, words=words, by=by, at=at)


def withdraw(session: Session, objection_id: int, *, by: int, at: datetime) -> None:
    """By who objected, or typed it in. Raises NotFound, NotAllowed, Stale."""
    objection, proposal = _of(session, objection_id)
    if objection.person_id != by:
        raise NotAllowed("Only who objected can take it back.")
    fact = ObjectionWithdrawn(proposal.event_id, objection_id, proposal.id, proposal.draft_id, by)
    _end(session, objection, proposal, "withdrawn", fact, words="", by=by, at=at)


def _end(
    session: Session,
    objection: Objection,
    proposal: Proposal,
    to: str,
    fact: Fact,
    *,
    words: str,
    by: int,
    at: datetime,
) -> None:
    if objection.state != "open" or proposal.state != "open":
        raise Stale("Somebody else was faster: this was dealt with already.")
    objection.state, objection.answer, objection.ended, objection.ended_by = to, words, at, by
    session.flush()
    clock.restate(session, proposal)
    record(session, fact, at)


def _of(session: Session, objection_id: int) -> tuple[Objection, Proposal]:
    objection = session.get(Objection, objection_id)
    if objection is None:
        raise NotFound("There is no such objection.")
    proposal = deciding.locked(session, objection.proposal_id)
    session.refresh(objection)
    return objection, proposal
