"""How it stands with what was put forward: its case, read from the tables, and what its rule says of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import LOCK
from ..facts import ClockMoved, ProposalWithdrawn, record
from ..people.models import Membership
from ..people.rights import ROLES, may
from . import pulse
from .models import Agreement, Look, Objection, Proposal
from .proposing import latest_number, settle
from .rules import Case, Pause, Rule, Verdict, decide

FRESH = {"populate_existing": True}


def rule_of(proposal: Proposal) -> Rule:
    """The rule that it is decided by."""
    return Rule.of(proposal.rule)


def case_of(session: Session, proposal: Proposal) -> Case:
    """What is known about it now."""
    base = latest_number(session, proposal.draft_id)
    return Case(
        made=proposal.made,
        agreed=[agreement.at for agreement in agreements(session, proposal.id, base)],
        seen=[look.at for look in looks(session, proposal)],
        objections=[Pause(objection.counts_from, objection.ended) for objection in objections(session, proposal.id)],
        outages=pulse.outages(session, proposal.made),
        known_until=pulse.known_until(session),
        overtaken=base != proposal.base and rule_of(proposal).kind == "unless",
    )


def verdict(session: Session, proposal: Proposal) -> Verdict:
    """What its rule says now."""
    return decide(rule_of(proposal), case_of(session, proposal))


def restate(session: Session, proposal: Proposal) -> Verdict:
    """The same, with the moment at which its clock runs out noted, by which it is found then."""
    found = verdict(session, proposal)
    proposal.deadline = found.deadline
    session.flush()
    return found


def due(session: Session, at: datetime, event_id: int | None = None) -> list[int]:
    """Ids of what may be decided by its clock by now, the earliest first: two that end in the same moment are not
    both published.
    """
    over = sa.select(Proposal.id).where(Proposal.state == "open", Proposal.deadline < at)
    if event_id is not None:
        over = over.where(Proposal.event_id == event_id)
    return list(session.scalars(over.order_by(Proposal.deadline, Proposal.id)))


def beat(session: Session, at: datetime) -> None:
    """There is a server now. If there was none for a while, every clock that ran is set anew.

    It comes first in a transaction: whoever waits for the pulse must not hold a proposal.
    """
    outage = pulse.beat(session, at)
    if outage is None:
        return
    running = sa.select(Proposal).where(Proposal.state == "open", Proposal.made < outage.ended)
    for proposal in session.scalars(running.order_by(Proposal.id).with_for_update(**LOCK).execution_options(**FRESH)):
        before = proposal.deadline
        if rule_of(proposal).kind == "unless" and restate(session, proposal).deadline != before:
            record(session, ClockMoved(proposal.event_id, proposal.id, proposal.draft_id, outage.id), at)


def stop_all(session: Session, event_id: int, at: datetime) -> None:
    """Nobody can object in an event that was taken down: what waits for that is taken back, to be put forward again."""
    running = sa.select(Proposal).where(Proposal.event_id == event_id, Proposal.state == "open")
    for proposal in session.scalars(running.order_by(Proposal.id)):
        if rule_of(proposal).kind == "unless" and settle(session, proposal.id, to="withdrawn", by=None, at=at):
            record(session, ProposalWithdrawn(event_id, proposal.id, proposal.draft_id, None), at)


def agreements(session: Session, proposal_id: int, base: int) -> list[Agreement]:
    """Of those who saw the difference to version `base` and may still decide, in order."""
    still = sa.and_(
        Membership.person_id == Agreement.person_id,
        Membership.event_id == Proposal.event_id,
        Membership.role.in_([role for role in ROLES if may(role, "accept")]),
    )
    mine = sa.select(Agreement).join(Proposal, Proposal.id == Agreement.proposal_id).join(Membership, still)
    mine = mine.where(Agreement.proposal_id == proposal_id, Agreement.base == base)
    return list(session.scalars(mine.order_by(Agreement.at, Agreement.person_id)))


def looks(session: Session, proposal: Proposal) -> list[Look]:
    """Of others than who put it forward, in order."""
    mine = sa.select(Look).where(Look.proposal_id == proposal.id)
    if proposal.proposer_id is not None:
        mine = mine.where(Look.person_id != proposal.proposer_id)
    return list(session.scalars(mine.order_by(Look.at, Look.person_id)))


def objections(session: Session, proposal_id: int) -> list[Objection]:
    """In the order in which they count."""
    mine = sa.select(Objection).where(Objection.proposal_id == proposal_id)
    return list(session.scalars(mine.order_by(Objection.counts_from, Objection.id)))
