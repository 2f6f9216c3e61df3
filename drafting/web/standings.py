"""How it stands with what was put forward, for pages: its rule, its clock, and what is said against it."""

from dataclasses import dataclass

from ..events.models import Event
from ..review import clock, proposing
from ..review.models import Objection, Proposal
from ..review.rules import Rule, Verdict
from .services import reading


@dataclass(frozen=True)
class Standing:
    """How it stands with a proposal, for pages: `people` besides who put it forward have seen the difference, or have
    agreed to it.
    """

    proposal: Proposal
    rule: Rule
    verdict: Verdict
    people: int
    objections: list[Objection]
    zone: str

    @property
    def open_objections(self) -> int:
        return sum(objection.state == "open" for objection in self.objections)


def of(proposal: Proposal, event: Event) -> Standing:
    rule, found = clock.rule_of(proposal), clock.verdict(reading(), proposal)
    if rule.kind == "several":
        people = len(clock.agreements(reading(), proposal.id, proposing.latest_number(reading(), proposal.draft_id)))
    else:
        people = len(clock.looks(reading(), proposal)) if rule.kind == "unless" else 0
    return Standing(proposal, rule, found, people, clock.objections(reading(), proposal.id), event.timezone)


def is_public(event: Event, proposal: Proposal) -> bool:
    """Whether everybody may read it: what is, or was, agreed unless someone objects, in an event that everybody can
    find.
    """
    stands = proposal.state in ("open", "accepted")
    return stands and event.visibility == "public" and clock.rule_of(proposal).kind == "unless"
