"""Past-tense facts, stored in the transaction that made them true.

What follows from a fact at once runs in the same transaction; what follows afterwards is done by the worker, from the
stored row, again and again until it worked. A fact holds ids and numbers, never text or names.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base


@dataclass(frozen=True)
class Fact:
    """Something that happened in an event."""

    event_id: int


@dataclass(frozen=True)
class EventOpened(Fact):
    person_id: int | None


@dataclass(frozen=True)
class EventHidden(Fact):
    hidden: bool


@dataclass(frozen=True)
class EventClosed(Fact):
    person_id: int


@dataclass(frozen=True)
class EventReopened(Fact):
    person_id: int


@dataclass(frozen=True)
class JournalsKept(Fact):
    """A reason was given to keep the journals of a closed event, or taken back."""

    person_id: int
    kept: bool


@dataclass(frozen=True)
class JournalsDestroyed(Fact):
    drafts: int


@dataclass(frozen=True)
class WordsStruck(Fact):
    strike_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ArchiveAsked(Fact):
    """Somebody who runs the event wants everything public of it as one file."""

    person_id: int


@dataclass(frozen=True)
class PromiseMade(Fact):
    promise_id: int
    person_id: int | None


@dataclass(frozen=True)
class PersonJoined(Fact):
    person_id: int
    role: str


@dataclass(frozen=True)
class RoleHandedOver(Fact):
    """Somebody's role in the event became somebody else's, when a shift of volunteers changed."""

    giver_id: int
    taker_id: int
    role: str
    person_id: int


@dataclass(frozen=True)
class DraftStarted(Fact):
    draft_id: int
    person_id: int | None


@dataclass(frozen=True)
class DraftFrozen(Fact):
    """Nobody writes in it until it is unfrozen; the reason stands with the draft."""

    draft_id: int
    person_id: int


@dataclass(frozen=True)
class DraftUnfrozen(Fact):
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ProposalMade(Fact):
    proposal_id: int
    draft_id: int
    person_id: int | None


@dataclass(frozen=True)
class ProposalWithdrawn(Fact):
    """Taken back by somebody; by nobody when the event was taken down while its clock ran."""

    proposal_id: int
    draft_id: int
    person_id: int | None


@dataclass(frozen=True)
class RuleDeclared(Fact):
    """By what rule the event's common texts are decided from now on."""

    rule_id: int
    person_id: int


@dataclass(frozen=True)
class ProposalAgreed(Fact):
    """An editor agreed; the rule wants several."""

    proposal_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class AgreementTakenBack(Fact):
    proposal_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ReviewClaimed(Fact):
    """Somebody says that they are looking at a proposal."""

    proposal_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ReviewLeft(Fact):
    proposal_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ObjectionRaised(Fact):
    objection_id: int
    proposal_id: int
    draft_id: int
    person_id: int
    on_paper: bool


@dataclass(frozen=True)
class ObjectionAnswered(Fact):
    objection_id: int
    proposal_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ObjectionWithdrawn(Fact):
    objection_id: int
    proposal_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ClockMoved(Fact):
    """There was no server for a while, so that the time to object ends later."""

    proposal_id: int
    draft_id: int
    outage_id: int


@dataclass(frozen=True)
class RevisionAccepted(Fact):
    revision_id: int
    draft_id: int
    person_id: int | None


@dataclass(frozen=True)
class RevisionReleased(Fact):
    revision_id: int
    draft_id: int


@dataclass(frozen=True)
class RevisionHeld(Fact):
    """Somebody pressed “Stop, someone could be hurt” before the release."""

    revision_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class SuggestionMade(Fact):
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class SuggestionAccepted(Fact):
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class SuggestionDeclined(Fact):
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class SuggestionWithdrawn(Fact):
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class SuggestionReopened(Fact):
    """What was declined or withdrawn was taken up again."""

    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class CommentMade(Fact):
    """A comment, a question or a challenge."""

    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class CommentResolved(Fact):
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class CommentReopened(Fact):
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ReplyMade(Fact):
    reply_id: int
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class RemarkLetThrough(Fact):
    """What a reader said was looked at, and stands beside the text now."""

    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class RemarkHidden(Fact):
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class RemarkShown(Fact):
    """What was hidden is shown again."""

    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ReplyHidden(Fact):
    reply_id: int
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ReplyShown(Fact):
    reply_id: int
    remark_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ObjectionHidden(Fact):
    """Its words are out of sight. It stands all the same."""

    objection_id: int
    proposal_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class ObjectionShown(Fact):
    objection_id: int
    proposal_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class TextHidden(Fact):
    """What was published of a draft is out of sight while something in it is looked into."""

    draft_id: int
    person_id: int


@dataclass(frozen=True)
class TextShown(Fact):
    draft_id: int
    person_id: int


@dataclass(frozen=True)
class RecordRedacted(Fact):
    """Words were taken out of published versions of a draft."""

    redaction_id: int
    draft_id: int
    person_id: int | None


@dataclass(frozen=True)
class ConcernRaised(Fact):
    """Somebody says that something on a page is about them."""

    concern_id: int


@dataclass(frozen=True)
class ConcernEnded(Fact):
    concern_id: int
    person_id: int


KINDS: dict[str, type[Fact]] = {kind.__name__: kind for kind in Fact.__subclasses__()}


class FactRow(Base):
    """One stored fact, and how far the worker is with what follows from it."""

    __tablename__ = "fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    body: Mapped[dict[str, Any]]
    event_id: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.String(200))

    def fact(self) -> Fact:
        return KINDS[self.kind](**self.body)


def record(session: Session, fact: Fact, at: datetime) -> None:
    """Store `fact` in the running transaction and do what follows from it at once.

    `at_once` was handed to the database by the app, so that nobody below imports the reactions.
    """
    session.add(FactRow(kind=type(fact).__name__, body=asdict(fact), event_id=fact.event_id, at=at))
    session.flush()
    at_once = session.info.get("at_once")
    if at_once is not None:
        at_once(session, fact, at)
