"""Taking words out of what was published of a draft, and out of everything that was made of it."""

from datetime import datetime

import regex
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..drafts.models import Draft
from ..publishing.models import Delivery
from ..record import redacting
from ..record.models import Passage, Redaction, Revision
from ..record.redacting import Holding
from . import blanking
from .models import Concern, Proposal, Source


def redact(
    session: Session, held: Holding, wanted: "regex.Pattern[str]", *, because: str, by: int, at: datetime
) -> Redaction:
    """Take the words out of these versions, of how they were put forward, of what waits or was said beside the text, of
    posts that are kept here, and of what was worked out about their passages. What waits for a decision with the words
    in it is taken back. Raises as `record.redacting.redact`.
    """
    made = redacting.redact(session, held, wanted, because=because, by=by, at=at)
    said = redacting.notice(because, at)
    mine = sa.select(Proposal).where(Proposal.draft_id == held.draft_id, Proposal.revision_id.in_(held.revision_ids))
    for proposal in session.scalars(mine):
        proposal.text = redacting.without(proposal.text, wanted, said)
        proposal.summary = redacting.without(proposal.summary, wanted, said)
    draft = session.get_one(Draft, held.draft_id)
    draft.title = wanted.sub(redacting.IN_A_TITLE, draft.title)
    blanking.blank(session, held.draft_id, wanted, by=by, at=at)
    for concern in session.scalars(sa.select(Concern).where(Concern.event_id == made.event_id)):
        concern.words = wanted.sub(redacting.IN_A_TITLE, concern.words)
        concern.outcome = wanted.sub(redacting.IN_A_TITLE, concern.outcome)
    _forget_posts(session, held, wanted)
    _forget_passages(session, held.draft_id)
    return made


def follow(session: Session, revision: Revision, *, was_titled: str) -> None:
    """A row of an older backup has lost its words; so does what was made of it."""
    for proposal in session.scalars(sa.select(Proposal).where(Proposal.revision_id == revision.id)):
        proposal.text, proposal.summary = revision.text, revision.summary
    draft = session.get_one(Draft, revision.draft_id)
    if draft.title == was_titled:
        draft.title = revision.title
    for delivery in session.scalars(sa.select(Delivery).where(Delivery.revision_id == revision.id)):
        _forget_post(delivery)
    _forget_passages(session, revision.draft_id)


def _forget_passages(session: Session, draft_id: int) -> None:
    passages = sa.select(Passage.id).where(Passage.draft_id == draft_id)
    session.execute(sa.delete(Source).where(Source.passage_id.in_(passages)))
    redacting.forget_passages(session, draft_id)


def _forget_posts(session: Session, held: Holding, wanted: "regex.Pattern[str]") -> None:
    """What was sent is out; here it is not kept. What waits is written anew before it is sent or put up by hand."""
    posts = sa.select(Delivery).where(Delivery.revision_id.in_(held.revision_ids))
    for delivery in session.scalars(posts):
        if any(wanted.search(said) for said in delivery.payload.values() if isinstance(said, str)):
            _forget_post(delivery)


def _forget_post(delivery: Delivery) -> None:
    delivery.payload = {}
    delivery.state = "due" if delivery.state == "by_hand" else delivery.state


def versions_of(session: Session, held: Holding) -> list[Revision]:
    """The public ones, newest first."""
    public = sa.select(Revision).where(Revision.id.in_(held.revision_ids), Revision.released.is_not(None))
    return list(session.scalars(public.order_by(Revision.number.desc())))
