"""What follows from what: at once, in the same transaction; afterwards, by the worker, from the stored fact.

Everything afterwards may run twice and must then change nothing.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .db import Database, now
from .drafts import models as drafts
from .errors import Stale
from .events.models import Event
from .facts import (
    ArchiveAsked,
    EventHidden,
    EventOpened,
    Fact,
    JournalsDestroyed,
    RecordRedacted,
    RevisionAccepted,
    RevisionReleased,
    WordsStruck,
)
from .proceedings import archives
from .publishing import connecting, hub, outbox
from .publishing.fediverse import saying
from .publishing.fediverse.addresses import Handle
from .publishing.fediverse.models import Activity, Note
from .publishing.mail import subscribing
from .publishing.mail.models import Edition
from .publishing.models import Delivery
from .record import counting, index, keys, origins, projection, releasing, statements, watching
from .record.alarm import RecordAlarm
from .record.models import Lineage, Passage, Redaction, Revision
from .record.signing import Signer
from .review import clock, sources
from .review.models import Concern, Objection, Proposal, Remark, Reply
from .witnesses import mirrors


@dataclass(frozen=True)
class Workshop:
    """What the worker has at hand."""

    database: Database
    repo_store: Path
    signer: Signer
    images: Path
    parcels: Path
    kept: Path
    base_url: str


AtOnce = Callable[[Session, Fact, datetime], None]
Afterwards = Callable[[Workshop, Fact], None]


@dataclass(frozen=True)
class Reactions:
    at_once: tuple[AtOnce, ...] = ()
    afterwards: tuple[Afterwards, ...] = ()


def make_own_channels(session: Session, fact: Fact, at: datetime) -> None:
    assert isinstance(fact, EventOpened)
    connecting.make_own(session, fact.event_id, at)


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
    released = session.get_one(Revision, fact.revision_id)
    major = released.number == 1 or released.withdraws is not None
    outbox.queue(
        session, event_id=fact.event_id, revision_id=fact.revision_id, draft_id=fact.draft_id, at=at, major=major
    )


def note_feeds(session: Session, fact: Fact, at: datetime) -> None:
    assert isinstance(fact, (RevisionReleased, RecordRedacted))
    hub.note(session, fact.draft_id, at)


def leave_out_what_was_taken_back(session: Session, fact: Fact, at: datetime) -> None:
    """Nobody should post by hand, or later, what is not meant to be read any more."""
    assert isinstance(fact, RevisionReleased)
    released = session.get_one(Revision, fact.revision_id)
    if released.withdraws is not None:
        taken_back = Revision.draft_id == fact.draft_id, Revision.number == released.withdraws
        outbox.leave_out(session, session.scalars(sa.select(Revision.id).where(*taken_back)).one())
        saying.take_back(session, Handle(released.event_slug, released.draft_slug), [released.withdraws], at)
        subscribing.take_back(session, fact.draft_id, [released.withdraws])


def write_to_record(workshop: Workshop, fact: Fact) -> None:
    try:
        projection.project(workshop.database, workshop.repo_store, workshop.signer, fact.event_id)
    except RecordAlarm:
        with workshop.database.write() as session:
            watching.soon(session, fact.event_id)
        raise


def trace_passages(workshop: Workshop, fact: Fact) -> None:
    """From which version and which suggestion each passage comes, as the pages tell it."""
    assert isinstance(fact, RevisionReleased)
    origins.carry(workshop.database, fact.draft_id)
    with workshop.database.write() as session:
        sources.trace(session, fact.revision_id)


def begin_new_lineage(workshop: Workshop, fact: Fact) -> None:
    """Words were taken out of the record: it is written anew, and a statement says so."""
    assert isinstance(fact, RecordRedacted)
    replaced = (Revision.event_id == fact.event_id, Revision.replaces.is_not(None), Revision.commit_id.is_(None))
    with workshop.database.read() as session:
        first = session.scalar(sa.select(sa.func.min(Revision.released)).where(*replaced))
    if first is not None:
        keys.reach_back(workshop.signer, first)
    write_to_record(workshop, fact)
    statements.sign(workshop.database, workshop.signer, fact.event_id)


def forget_files(workshop: Workshop, fact: Fact) -> None:
    """What was made of published texts has the words in it; it is made again when somebody asks for it."""
    with workshop.database.read() as session:
        slug = session.get_one(Event, fact.event_id).slug
    for folder in (workshop.kept, workshop.parcels / slug):
        shutil.rmtree(folder, ignore_errors=True)


def trace_all_passages(workshop: Workshop, fact: Fact) -> None:
    assert isinstance(fact, RecordRedacted)
    origins.carry(workshop.database, fact.draft_id)
    with workshop.database.read() as session:
        public = sa.select(Revision.id).where(Revision.draft_id == fact.draft_id, Revision.released.is_not(None))
        revision_ids = list(session.scalars(public))
    for revision_id in revision_ids:
        with workshop.database.write() as session:
            sources.trace(session, revision_id)
    with workshop.database.write() as session:
        index.purge(session.connection())


def make_archive(workshop: Workshop, fact: Fact) -> None:
    try:
        archives.make(
            workshop.database, fact.event_id, workshop.parcels, images=workshop.images, base_url=workshop.base_url,
            ours=counting.own(workshop.signer, workshop.base_url), at=now(),
        )  # fmt: skip
    except Stale:  # a text was hidden since it was asked for: whoever runs the event asks again when it is shown
        return


def take_back_what_was_quoted(session: Session, fact: Fact, at: datetime) -> None:
    """A post may hold the very words that had to go."""
    assert isinstance(fact, RecordRedacted)
    event, draft = session.get_one(Event, fact.event_id), session.get_one(drafts.Draft, fact.draft_id)
    versions = session.get_one(Redaction, fact.redaction_id).versions
    saying.take_back(session, Handle(event.slug, draft.slug), versions, at)
    subscribing.take_back(session, fact.draft_id, versions)


def look_at_copies(session: Session, fact: Fact, at: datetime) -> None:
    mirrors.look_again(session, fact.event_id, at)


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
    Revision,
    Passage,
    Lineage,
    Concern,
    Delivery,
    Note,
    Activity,
    Edition,
)

REACTIONS: dict[type[Fact], Reactions] = {
    ArchiveAsked: Reactions(afterwards=(make_archive,)),
    EventHidden: Reactions(at_once=(stop_clocks,)),
    EventOpened: Reactions(at_once=(make_own_channels,)),
    RevisionAccepted: Reactions(at_once=(release_if_due,)),
    RevisionReleased: Reactions(
        at_once=(queue_announcements, leave_out_what_was_taken_back, note_feeds),
        afterwards=(write_to_record, trace_passages),
    ),
    JournalsDestroyed: Reactions(afterwards=(erase,)),
    WordsStruck: Reactions(afterwards=(erase,)),
    RecordRedacted: Reactions(
        at_once=(look_at_copies, take_back_what_was_quoted, note_feeds),
        afterwards=(begin_new_lineage, forget_files, trace_all_passages, erase),
    ),
}

FOLLOWED = tuple(kind.__name__ for kind, reactions in REACTIONS.items() if reactions.afterwards)


def at_once(session: Session, fact: Fact, at: datetime) -> None:
    """The handler that the app gives to the database."""
    for react in REACTIONS.get(type(fact), Reactions()).at_once:
        react(session, fact, at)
