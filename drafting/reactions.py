"""What follows from what: at once, in the same transaction; afterwards, by the worker, from the stored fact.

Everything afterwards may run twice and must then change nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .db import Database
from .drafts import models as drafts
from .facts import EventHidden, Fact, JournalsDestroyed, RevisionAccepted, RevisionReleased, WordsStruck
from .publishing import outbox
from .record import projection, releasing
from .record.models import Revision
from .record.signing import Signer
from .review import clock
from .review.models import Objection, Proposal, Remark, Reply


@dataclass(frozen=True)
class Workshop:
    """What the worker has at hand."""

    database: Database
    repo_store: Path
    signer: Signer


AtOnce = Callable[[Session, Fact, datetime], None]
Afterwards = Callable[[Workshop, Fact], None]


@dataclass(frozen=True)
class Reactions:
    at_once: tuple[AtOnce, ...] = ()
    afterwards: tuple[Afterwards, ...] = ()


def release_if_due(session: Session, fact: Fact, at: datetime) -> None:
    """Common texts are public at once; notes wait, so that somebody can say stop."""
    assert isinstance(fact, RevisionAccepted)
    if session.get_one(Revision, fact.revision_id).release_due <= at:
        releasing.release(session, fact.revision_id, at)


def stop_clocks(session: Session, fact: Fact, at: datetime) -> None:
    assert isinstance(fact, EventHidden)
    if fact.hidden:
        clock.stop_all(session, fact.event_id, at)


def queue_announcements(session: Session, fact: Fact, at: datetime) -> None:
    assert isinstance(fact, RevisionReleased)
    outbox.queue(session, event_id=fact.event_id, revision_id=fact.revision_id, draft_id=fact.draft_id, at=at)


def leave_out_what_was_taken_back(session: Session, fact: Fact, at: datetime) -> None:
    """Nobody should post by hand, or later, what is not meant to be read any more."""
    assert isinstance(fact, RevisionReleased)
    withdraws = session.get_one(Revision, fact.revision_id).withdraws
    if withdraws is not None:
        taken_back = sa.select(Revision.id).where(Revision.draft_id == fact.draft_id, Revision.number == withdraws)
        outbox.leave_out(session, session.scalars(taken_back).one())


def write_to_record(workshop: Workshop, fact: Fact) -> None:
    projection.project(workshop.database, workshop.repo_store, workshop.signer, fact.event_id)


def erase(workshop: Workshop, _fact: Fact) -> None:
    """What was destroyed leaves the files, too."""
    workshop.database.erase([table.__tablename__ for table in WHERE_WORDS_WERE])


WHERE_WORDS_WERE = (
    drafts.JournalRow,
    drafts.Snapshot,
    drafts.ClientBinding,
    drafts.Draft,
    Proposal,
    Remark,
    Reply,
    Objection,
)

REACTIONS: dict[type[Fact], Reactions] = {
    EventHidden: Reactions(at_once=(stop_clocks,)),
    RevisionAccepted: Reactions(at_once=(release_if_due,)),
    RevisionReleased: Reactions(
        at_once=(queue_announcements, leave_out_what_was_taken_back), afterwards=(write_to_record,)
    ),
    JournalsDestroyed: Reactions(afterwards=(erase,)),
    WordsStruck: Reactions(afterwards=(erase,)),
}

FOLLOWED = tuple(kind.__name__ for kind, reactions in REACTIONS.items() if reactions.afterwards)


def at_once(session: Session, fact: Fact, at: datetime) -> None:
    """The handler that the app gives to the database."""
    for react in REACTIONS.get(type(fact), Reactions()).at_once:
        react(session, fact, at)
