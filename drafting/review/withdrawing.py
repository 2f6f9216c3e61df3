"""Taking a published version back: by a new version with a reason. Nothing is erased."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..drafts.models import Draft
from ..errors import Invalid, Stale
from ..record.models import Credit, Revision
from .accepting import House, enter
from .models import Proposal
from .proposing import latest_number
from .rules import ONE_EDITOR


def withdraw(
    session: Session, house: House, draft: Draft, *, seen_base: int, reason: str, by: int, at: datetime
) -> Revision:
    """Publish the version before `seen_base` again, or a notice if there was none, as the next version.

    Raises Invalid without a reason, Stale if `seen_base` is no longer the newest version.
    """
    if not reason:
        raise Invalid("Please say why this version is taken back. Everybody can read the reason.", field="reason")
    base = latest_number(session, draft.id)
    if base == 0 or base != seen_base:
        raise Stale("This is not the newest version any more. Please look again.", base=base)
    before = session.scalar(sa.select(Revision).where(Revision.draft_id == draft.id, Revision.number == base - 1))
    proposal = Proposal(
        event_id=draft.event_id, draft_id=draft.id, state="accepted", base=base, summary=reason, withdraws=base,
        proposer_id=by, made=at, decided=at, decided_by=by, state_vector=b"", words_by=_words_by(session, before),
        rule=ONE_EDITOR.frozen(),
        text=before.text if before else f"*Version {base} of this text was taken back.*\n",
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    revision = enter(session, house, proposal, base=base, how=ONE_EDITOR.words(), by=by, at=at)
    proposal.revision_id = revision.id
    return revision


def _words_by(session: Session, revision: Revision | None) -> dict[str, int]:
    """The credits of a version whose text comes back."""
    if revision is None:
        return {}
    credits = session.scalars(sa.select(Credit).where(Credit.revision_id == revision.id))
    return {str(credit.person_id): credit.words for credit in credits}
