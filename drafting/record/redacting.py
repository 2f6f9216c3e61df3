"""Words leave published texts, and a notice stands in their place: the rows of a record's new lineage.

The commits from the first that had the words on are retired; the projector makes new ones, each of which names the one
that it replaces.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Invalid, Stale
from ..facts import RecordRedacted, record
from .models import Lineage, Passage, Redaction, Retired, Revision
from .verify import NOTICE

REASONS = {
    "name": "the name of somebody",
    "reach": "how somebody can be found or reached",
    "untrue": "something untrue about somebody",
    "hurt": "something that could hurt somebody",
    "rights": "something that others have the rights to",
}
"""Why words are taken out. To choose from, since a reason in one's own words can tell what was to go, for good."""
REASON_IS_LOST = "the reason was lost with the database"
A_NOTICE = re.compile(f"({NOTICE})")
AT_A_TIME = 200  # versions, with their texts
GROWS, NOTICES = 2, 20_000
"""A text may become so many times as long by notices, and so many characters longer: a letter is no word."""
IN_A_TITLE = "[removed]"


class Pattern(Protocol):
    """What finds the words, as `drafts.striking.pattern` makes it."""

    def search(self, string: str) -> object: ...

    def sub(self, repl: str, string: str) -> str: ...


def notice(because: str, at: datetime) -> str:
    """What stands in the place of the words. It has nothing in it that Markdown would take for a mark."""
    return f"[removed on {at:%-d %B %Y}: {because}]"


def without(text: str, wanted: Pattern, said: str) -> str:
    """The text with `said` in the place of the words. Notices that stand in it stay as they are."""
    pieces = A_NOTICE.split(text)
    return "".join(piece if at % 2 else wanted.sub(said, piece) for at, piece in enumerate(pieces))


def holds(text: str, wanted: Pattern) -> bool:
    """Whether the words stand in the text, outside of notices."""
    return any(wanted.search(piece) for piece in A_NOTICE.split(text)[::2])


@dataclass(frozen=True)
class Holding:
    """Versions of a draft that have the words, public or not: ids, oldest first. `looked_at`: how many there were."""

    draft_id: int
    revision_ids: list[int]
    looked_at: int


def holding(session: Session, draft_id: int, wanted: Pattern) -> Holding:
    """Looks through every version; do it before the transaction that redacts them."""
    mine = sa.select(Revision.id, Revision.text, Revision.summary, Revision.title).where(Revision.draft_id == draft_id)
    found, looked_at = list[int](), 0
    for revision_id, *texts in session.execute(mine.order_by(Revision.number).execution_options(yield_per=AT_A_TIME)):
        looked_at += 1
        if any(holds(text, wanted) for text in texts):
            found.append(revision_id)
    return Holding(draft_id, found, looked_at)


def redact(session: Session, held: Holding, wanted: Pattern, *, because: str, by: int, at: datetime) -> Redaction:
    """Take the words out of these versions, and retire the commits that held them and all after these.

    `because` is one of REASONS. Raises Invalid without one or where no published version has the words, Stale while a
    version has yet to be written or came in between.
    """
    if because not in REASONS.values():
        raise Invalid("Please choose what it is.", field="because")
    rows = list(session.scalars(sa.select(Revision).where(Revision.id.in_(held.revision_ids))))
    places = [row.place for row in rows if row.place is not None]
    if not places:
        raise Invalid("No published version of this text has these words.", field="words")
    _nothing_moves(session, held, rows[0].event_id)
    said = notice(because, at)
    for row in rows:
        text = without(row.text, wanted, said)
        if len(text) > GROWS * len(row.text) + NOTICES:
            raise Invalid("These words stand in too many places. Please give more of what is around them.", "words")
        row.text, row.summary = text, without(row.summary, wanted, said)
        row.title = wanted.sub(IN_A_TITLE, row.title)
    event_id, draft_id = rows[0].event_id, held.draft_id
    made = Redaction(
        event_id=event_id, draft_id=draft_id, number=next_number(session, event_id), at=at, person_id=by,
        because=because, versions=sorted(row.number for row in rows if row.place is not None), first_place=min(places),
        statement=None, signature=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _retire(session, made)
    record(session, RecordRedacted(event_id, made.id, draft_id, by), at)
    return made


def forget_passages(session: Session, draft_id: int) -> None:
    """What was worked out about the draft's passages is worked out anew: they held the words."""
    mine = sa.select(Revision.id).where(Revision.draft_id == draft_id)
    session.execute(sa.delete(Lineage).where(Lineage.revision_id.in_(mine)))
    session.execute(sa.update(Passage).where(Passage.draft_id == draft_id).values(before_id=None))
    session.execute(sa.delete(Passage).where(Passage.draft_id == draft_id))


def successor(session: Session, event_id: int, commit_id: str) -> tuple[Retired, Revision] | None:
    """A commit that was replaced, and the version that it was of; None for any other id."""
    found = sa.select(Retired, Revision).join(Revision, Revision.id == Retired.revision_id)
    row = session.execute(found.where(Retired.event_id == event_id, Retired.commit_id == commit_id)).first()
    return None if row is None else (row[0], row[1])


def of_event(session: Session, event_id: int) -> list[Redaction]:
    """The newest first."""
    mine = sa.select(Redaction).where(Redaction.event_id == event_id)
    return list(session.scalars(mine.order_by(Redaction.number.desc())))


def of_version(session: Session, draft_id: int, number: int) -> list[Redaction]:
    """By which words were taken out of this version."""
    mine = session.scalars(sa.select(Redaction).where(Redaction.draft_id == draft_id).order_by(Redaction.number))
    return [redaction for redaction in mine if number in redaction.versions]


def is_under_way(session: Session, event_id: int) -> bool:
    """Whether the repository may still have words in it that were taken out."""
    unfinished = sa.select(Redaction.id).where(Redaction.event_id == event_id, Redaction.statement.is_(None))
    return session.scalar(unfinished.limit(1)) is not None


def _nothing_moves(session: Session, held: Holding, event_id: int) -> None:
    unwritten = (Revision.event_id == event_id, Revision.place.is_not(None), Revision.commit_id.is_(None))
    if session.scalar(sa.select(Revision.id).where(*unwritten).limit(1)) is not None:
        raise Stale("A version is being written into the public history right now. Please try again in a minute.")
    there = session.scalar(sa.select(sa.func.count(Revision.id)).where(Revision.draft_id == held.draft_id))
    if there != held.looked_at:
        raise Stale("A version was published in the meantime. Please look again.")


def next_number(session: Session, event_id: int) -> int:
    """Of the event's next redaction."""
    highest = session.scalar(sa.select(sa.func.max(Redaction.number)).where(Redaction.event_id == event_id))
    return (highest or 0) + 1


def _retire(session: Session, redaction: Redaction) -> None:
    """By SQL alone: it may be ten thousand commits."""
    gone = (Revision.event_id == redaction.event_id, Revision.place >= redaction.first_place)
    old = sa.select(Revision.commit_id, Revision.event_id, Revision.id, sa.literal(redaction.id)).where(*gone)
    session.execute(sa.insert(Retired).from_select(["commit_id", "event_id", "revision_id", "redaction_id"], old))
    replaced = sa.update(Revision).where(*gone).execution_options(synchronize_session=False)
    session.execute(replaced.values(replaces=Revision.commit_id, commit_id=None, commit_object=None))
    session.expire_all()
