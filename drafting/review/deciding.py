"""Deciding on what was put forward, by its rule: somebody presses, several agree, or a clock runs out."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import LOCK
from ..drafts.models import Draft
from ..errors import NotAllowed, Refused, Stale
from ..facts import AgreementTakenBack, ProposalAgreed, ReviewClaimed, ReviewLeft, record
from ..record.models import Revision
from . import clock, commenting, proposing
from .accepting import House, accept
from .models import Agreement, Look, Objection, Proposal
from .rules import Rule

CLAIM = timedelta(minutes=15)


def press(
    session: Session, house: House, proposal_id: int, *, seen_base: int, by: int | None, at: datetime
) -> Revision | None:
    """Publish it, or agree to it where several have to: then None until enough have.

    `seen_base` is the version that the difference shown to them started from. Raises Stale as `accepting.accept`, and
    NotAllowed where it is not for this person to press.
    """
    proposal = locked(session, proposal_id)
    rule = clock.rule_of(proposal)
    if rule.kind == "unless":
        raise NotAllowed("Nobody publishes this by hand: it is agreed unless someone objects.")
    if rule.kind == "hand_in" and proposal.proposer_id is not None and proposal.proposer_id == by:
        raise NotAllowed("You handed this in yourself. A second person looks whether it could hurt somebody.")
    if rule.kind == "several":
        return _agree(session, house, proposal, rule, seen_base=seen_base, by=by, at=at)
    return accept(session, house, proposal_id, seen_base=seen_base, how=rule.words(), by=by, at=at)


def _agree(
    session: Session, house: House, proposal: Proposal, rule: Rule, *, seen_base: int, by: int | None, at: datetime
) -> Revision | None:
    base = proposing.latest_number(session, proposal.draft_id)
    if proposal.state != "open":
        raise Stale("This was already decided.", base=base)
    if base != seen_base:
        raise Stale(f"Version {base} was published in the meantime. Please look at the difference again.", base=base)
    if by is None:
        raise NotAllowed("Whoever agrees has to be somebody.")
    if session.get(Agreement, (proposal.id, by)) is None:
        session.add(Agreement(proposal_id=proposal.id, person_id=by, base=base, at=at))
    else:
        mine = sa.update(Agreement).where(Agreement.proposal_id == proposal.id, Agreement.person_id == by)
        session.execute(mine.where(Agreement.base != base).values(base=base, at=at))
    session.flush()
    record(session, ProposalAgreed(proposal.event_id, proposal.id, proposal.draft_id, by), at)
    if clock.verdict(session, proposal).accepted is None:
        return None
    agreed = len(clock.agreements(session, proposal.id, base))
    how = rule.met(people=agreed, objections=0, deadline=None)
    return accept(session, house, proposal.id, seen_base=base, how=how, by=by, at=at)


def take_agreement_back(session: Session, proposal_id: int, *, by: int, at: datetime) -> None:
    """As long as it is not decided. Raises NotFound, Stale."""
    proposal = locked(session, proposal_id)
    mine = session.get(Agreement, (proposal_id, by))
    if proposal.state != "open" or mine is None:
        raise Stale("There is nothing to take back any more.")
    session.delete(mine)
    record(session, AgreementTakenBack(proposal.event_id, proposal_id, proposal.draft_id, by), at)


def run_out(session: Session, house: House, proposal_id: int, at: datetime) -> Revision | None:
    """Publish it as of the end of its clock, if that is over and nobody objected in time. Whoever notices first does
    it; everybody else, and a clock that still runs, gets None.
    """
    proposal = locked(session, proposal_id)
    if proposal.state != "open" or clock.rule_of(proposal).kind != "unless":
        return None
    verdict = clock.restate(session, proposal)
    if verdict.accepted is None or verdict.accepted >= at:
        return None
    raised = clock.objections(session, proposal_id)
    in_time = [objection for objection in raised if objection.counts_from <= verdict.accepted]
    how = clock.rule_of(proposal).met(
        people=len(clock.looks(session, proposal)), objections=len(in_time), deadline=verdict.accepted
    )
    made = accept(session, house, proposal_id, seen_base=proposal.base, how=how, by=None, at=verdict.accepted)
    for late in raised:
        if late.counts_from > verdict.accepted and late.state == "open":
            late.state, late.ended = "answered", at
            late.answer = _kept_as_challenge(session, proposal, late, at)
    return made


def _kept_as_challenge(session: Session, proposal: Proposal, late: Objection, at: datetime) -> str:
    """What became of an objection that came too late. Where nothing more can be said beside the text, it stays here."""
    if late.hidden is not None:
        return "It came after the time was over."
    try:
        make_challenge(session, proposal, late.words, by=late.person_id, at=at)
    except Refused:
        return "It came after the time was over."
    return "It came after the time was over, and stands beside the text as a challenge."


def make_challenge(session: Session, proposal: Proposal, words: str, *, by: int, at: datetime) -> int:
    """What is said too late against a published text stands beside the live text, for the next version."""
    draft = session.get_one(Draft, proposal.draft_id)
    return commenting.say(session, draft, "challenge", None, words=words, by=by, at=at).id


def look(session: Session, proposal_id: int, *, by: int, at: datetime) -> None:
    """Somebody of the team sees the difference; the first time counts."""
    proposal = locked(session, proposal_id)
    if proposal.state == "open" and session.get(Look, (proposal_id, by)) is None:
        session.add(Look(proposal_id=proposal_id, person_id=by, at=at))
        session.flush()
        clock.restate(session, proposal)


def claim(session: Session, proposal_id: int, *, by: int, at: datetime) -> None:
    """Say that one is looking at it, so that nobody else does the same. Raises NotFound, Stale."""
    proposal = locked(session, proposal_id)
    if proposal.state != "open":
        raise Stale("This was already decided.")
    if proposal.claimed_by is not None and proposal.claimed_by != by and not lapsed(proposal, at):
        raise Stale("Somebody else is looking at it already.")
    proposal.claimed, proposal.claimed_by = at, by
    record(session, ReviewClaimed(proposal.event_id, proposal_id, proposal.draft_id, by), at)


def leave(session: Session, proposal_id: int, *, by: int, at: datetime) -> None:
    """Somebody else may look at it. Raises NotFound, Stale."""
    proposal = locked(session, proposal_id)
    if proposal.claimed_by != by:
        raise Stale("You are not the one who is looking at it.")
    proposal.claimed = proposal.claimed_by = None
    record(session, ReviewLeft(proposal.event_id, proposal_id, proposal.draft_id, by), at)


def lapsed(proposal: Proposal, at: datetime) -> bool:
    """Whether whoever said that they are looking at it has not done so for too long."""
    return proposal.claimed is None or at - proposal.claimed > CLAIM


def locked(session: Session, proposal_id: int) -> Proposal:
    """The proposal; whoever else wants to decide about it waits. Raises NotFound."""
    session.execute(sa.select(Proposal.id).where(Proposal.id == proposal_id).with_for_update(**LOCK))
    proposal = proposing.find(session, proposal_id)
    session.refresh(proposal)
    return proposal
