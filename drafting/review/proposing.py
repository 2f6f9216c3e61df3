"""Putting a text forward: a snapshot of the live text, with a sentence on what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..drafts import strikes
from ..drafts.authorship import Weighed
from ..drafts.forms import HARM_QUESTION
from ..drafts.models import Draft
from ..errors import Invalid, NotAllowed, NotFound, Stale
from ..facts import ProposalMade, ProposalWithdrawn, record
from ..record.models import Revision
from . import declaring
from .models import Proposal
from .rules import Case, decide

SUMMARY_LIMIT = 300  # graphemes


@dataclass(frozen=True)
class Snapshot:
    """The live text as it was put forward, without U+0000, which no editor shows and PostgreSQL does not store."""

    text: str
    state_vector: bytes
    words_by: dict[str, int]
    strikes: int = 0
    """How often words had been struck when the text was read; if it is more by now, the snapshot may hold them."""

    @classmethod
    def of(cls, weighed: Weighed, strikes: int = 0) -> "Snapshot":
        return cls(weighed.text.replace("\0", ""), weighed.state_vector, weighed.words_by, strikes)


def latest_number(session: Session, draft_id: int) -> int:
    """Number of the newest accepted version, released or not; 0 before the first."""
    return session.scalar(sa.select(sa.func.max(Revision.number)).where(Revision.draft_id == draft_id)) or 0


def put_forward(
    session: Session, draft: Draft, snapshot: Snapshot, *, summary: str, by: int | None, at: datetime
) -> Proposal:
    """Offer `snapshot` for acceptance. Earlier open proposals of the same person on this draft are superseded.

    Raises Invalid if there is nothing to put forward or no sentence says what changed; Stale if words were struck from
    the text since it was read.
    """
    session.execute(sa.select(Draft.epoch).where(Draft.id == draft.id).with_for_update(read=True))  # a strike waits
    if strikes.count(session, draft.id) != snapshot.strikes:
        raise Stale("Words were struck from this text just now. Please look at it again.")
    if not summary:
        raise Invalid("Please say in one sentence what changed.", field="summary")
    if not snapshot.text.strip():
        raise Invalid("The text is still empty.", field="text")
    if draft.kind == "notes" and HARM_QUESTION in snapshot.text:
        raise Invalid(
            "Please answer the last question first: could anyone be recognised who did not agree?", field="text"
        )
    rule, base = declaring.rule_for(session, draft), latest_number(session, draft.id)
    newest = session.scalar(sa.select(Revision.text).where(Revision.draft_id == draft.id, Revision.number == base))
    if newest == snapshot.text:
        raise Invalid(f"Nothing has changed since version {base}.", field="text")
    before = mine(session, draft.id, by)
    if before is not None:
        settle(session, before.id, to="superseded", by=by, at=at)
    proposal = Proposal(
        event_id=draft.event_id, draft_id=draft.id, state="open", base=base, summary=summary, proposer_id=by, made=at,
        text=snapshot.text, state_vector=snapshot.state_vector, words_by=snapshot.words_by,
        rule=rule.frozen(), deadline=decide(rule, Case(made=at)).deadline, replaces=before.id if before else None,
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    record(session, ProposalMade(draft.event_id, proposal.id, draft.id, by), at)
    return proposal


def mine(session: Session, draft_id: int, person_id: int | None) -> Proposal | None:
    """What this person has put forward and nobody has decided about."""
    open_one = sa.select(Proposal).where(
        Proposal.draft_id == draft_id, Proposal.state == "open", Proposal.proposer_id == person_id
    )
    return session.scalar(open_one.order_by(Proposal.id.desc()).limit(1))


def find(session: Session, proposal_id: int) -> Proposal:
    """Raises NotFound."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        raise NotFound("There is no such text put forward.")
    return proposal


def open_ones(session: Session, draft_ids: Sequence[int]) -> list[Proposal]:
    """What waits for a decision on these drafts, oldest first."""
    waiting = sa.select(Proposal).where(Proposal.draft_id.in_(draft_ids), Proposal.state == "open")
    return list(session.scalars(waiting.order_by(Proposal.id)))


def take_back(session: Session, proposal_id: int, *, by: int, may_decide: bool, at: datetime) -> None:
    """Withdraw a proposal: by who made it, or by somebody who may decide. Raises NotFound, NotAllowed, Stale."""
    proposal = find(session, proposal_id)
    if proposal.proposer_id != by and not may_decide:
        raise NotAllowed("Only who put it forward, or an editor, can take it back.")
    if not settle(session, proposal_id, to="withdrawn", by=by, at=at):
        raise Stale("This was already decided.")
    record(session, ProposalWithdrawn(proposal.event_id, proposal_id, proposal.draft_id, by), at)


def settle(session: Session, proposal_id: int, *, to: str, by: int | None, at: datetime) -> bool:
    """Move an open proposal to a final state; False if somebody was faster."""
    moved = sa.update(Proposal).where(Proposal.id == proposal_id, Proposal.state == "open")
    return session.execute(moved.values(state=to, decided=at, decided_by=by)).rowcount == 1  # type: ignore[attr-defined]
