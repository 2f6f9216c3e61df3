"""Strikes in the database: the rows are written anew without the words; what is left is where they stood and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import LOCK
from ..errors import Stale
from ..facts import WordsStruck, record
from . import journal, striking, yencode
from .models import Draft, JournalRow, Snapshot, Strike
from .ranges import Range, Ranges

REASON_LIMIT = 300  # graphemes


@dataclass(frozen=True)
class Blanked:
    """What the pool made of the rows up to `seq`: those that change, by their numbers."""

    seq: int
    rows: Mapping[int, bytes]


def strike(
    session: Session,
    draft: Draft,
    struck: Sequence[Range],
    blanked: Blanked,
    *,
    places: int,
    reason: str,
    by: int,
    at: datetime,
) -> Strike:
    """Write the journal without what was struck, in the running transaction. Raises Stale if it is another one by now.

    Rows that came after `blanked` are looked through here; they are few.
    """
    present = session.get_one(Draft, draft.id, with_for_update=LOCK)
    if present.epoch != draft.epoch or present.journal_destroyed is not None:
        raise Stale("The live text was started anew or removed in the meantime. Please look again.")
    newer = journal.rows_after(session, draft.id, blanked.seq)
    late = zip(newer, striking.blank([row.update for row in newer], struck), strict=True)
    for seq, update in [*blanked.rows.items(), *((row.seq, update) for row, update in late if update is not None)]:
        row = sa.update(JournalRow).where(JournalRow.draft_id == draft.id, JournalRow.seq == seq)
        session.execute(row.values(update=update))
    session.execute(sa.delete(Snapshot).where(Snapshot.draft_id == draft.id))
    ranges = Ranges(struck)
    made = Strike(
        draft_id=draft.id, epoch=draft.epoch, person_id=by, reason=reason, places=places, characters=len(ranges),
        ranges=[list(piece) for piece in ranges], at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, WordsStruck(draft.event_id, made.id, draft.id, by), at)
    return made


def of_draft(session: Session, draft_id: int) -> list[Strike]:
    """All of them, newest first."""
    mine = sa.select(Strike).where(Strike.draft_id == draft_id)
    return list(session.scalars(mine.order_by(Strike.id.desc())))


def count(session: Session, draft_id: int) -> int:
    """How many there were in the draft's present epoch."""
    present = sa.select(Draft.epoch).where(Draft.id == draft_id).scalar_subquery()
    mine = sa.select(sa.func.count()).where(Strike.draft_id == draft_id, Strike.epoch == present)
    return session.scalar(mine) or 0


def since(session: Session, draft_id: int, seq: int) -> list[Range]:
    """What was struck from a text that somebody saw as of row `seq`, or may have been."""
    seen = sa.select(JournalRow.at).where(JournalRow.draft_id == draft_id, JournalRow.seq <= seq)
    newest = session.scalar(seen.order_by(JournalRow.seq.desc()).limit(1))
    return [
        (client, clock, length)
        for made in of_draft(session, draft_id)
        if newest is None or made.at >= newest
        for client, clock, length in made.ranges
    ]


def deletions(session: Session, draft_id: int) -> dict[str, bytes]:
    """Per epoch, an update that deletes everything that was ever struck."""
    struck: dict[str, list[Range]] = {}
    for made in of_draft(session, draft_id):
        pieces = ((client, clock, length) for client, clock, length in made.ranges)
        struck.setdefault(made.epoch, []).extend(pieces)
    return {epoch: yencode.deletion(Ranges(pieces)) for epoch, pieces in struck.items()}
