"""From which version each passage of a published text comes: carried forward from version to version, never worked out
anew.
"""

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..wording.passages import Place, places
from ..wording.searching import words_of
from ..wording.tracing import Step, trace
from .history import WITH_TEXT
from .models import Lineage, Passage, Revision


def carry(database: Database, draft_id: int) -> None:
    """Bring the draft's lineage up to its newest published version, one transaction for each.

    Safe to call at any time and again after a crash. What costs time is done outside the transactions.
    """
    while (due := _next(database, draft_id)) is not None:
        found = places(due.text)
        with database.read() as session:
            number, laid = _newest(session, draft_id)
            still = {p.id: p for p in session.scalars(_current(draft_id))}
        old = [still[passage_id] for passage_id in ids_of(laid)]
        folded = [words_of(words) for words in _words(found)]
        steps = trace([passage.folded for passage in old], folded)
        with database.write() as session:
            if _newest(session, draft_id)[0] == number:  # nobody else was quicker
                _enter(session, due, found, folded, steps, old)


def places_of(session: Session, revision_id: int) -> list[Any] | None:
    """The places of one version, as `Lineage` has them; None if they are not known yet."""
    return session.scalar(sa.select(Lineage.places).where(Lineage.revision_id == revision_id))


def ids_of(laid: Sequence[Any]) -> list[int]:
    """The passages of a lineage's places, in reading order."""
    return [passage_id for *_, ids in laid for passage_id in ids]


def _enter(
    session: Session, revision: Revision, found: list[Place], folded: list[str], steps: list[Step], old: list[Passage]
) -> None:
    made = map(_made, repeat(revision), _words(found), folded, steps, repeat(old))
    passages = [[next(made) for _ in place.passages] for place in found]
    session.add_all(p for each in passages for p in each if isinstance(p, Passage))
    session.flush()
    laid = [
        [place.kind, place.level, place.number, [p if isinstance(p, int) else p.id for p in each]]
        for place, each in zip(found, passages, strict=True)
    ]
    session.add(Lineage(revision_id=revision.id, places=laid))
    stayed = {p for each in passages for p in each if isinstance(p, int)}
    gone = [{"id": passage.id, "until": revision.number} for passage in old if passage.id not in stayed]
    if gone:
        session.execute(sa.update(Passage), gone)


def _made(revision: Revision, words: str, folded: str, step: Step, old: list[Passage]) -> Passage | int:
    """The old passage's id where it stayed, else a new one."""
    before = None if step.old is None else old[step.old]
    if before is not None and not step.reworded:
        return before.id
    return Passage(
        event_id=revision.event_id,
        draft_id=revision.draft_id,
        words=words,
        folded=folded,
        since=revision.number,
        until=None,
        first=before.first if before else revision.number,
        before_id=before.id if before else None,
    )


def _words(found: list[Place]) -> list[str]:
    return [words for place in found for words in place.passages]


def _next(database: Database, draft_id: int) -> Revision | None:
    """The oldest published version that has no lineage yet, though every one before it has."""
    public = sa.select(Revision).where(Revision.draft_id == draft_id, Revision.released.is_not(None))
    with database.read() as session:
        newest, _ = _newest(session, draft_id)
        following = public.where(Revision.number > newest).order_by(Revision.number).limit(1)
        return session.scalar(following.options(*WITH_TEXT))


def _newest(session: Session, draft_id: int) -> tuple[int, list[Any]]:
    """Number and places of the newest version that has a lineage; 0 and none before the first."""
    lineages = sa.select(Revision.number, Lineage.places).join(Lineage, Lineage.revision_id == Revision.id)
    row = session.execute(lineages.where(Revision.draft_id == draft_id).order_by(Revision.number.desc()).limit(1))
    return next(((number, laid) for number, laid in row), (0, []))


def _current(draft_id: int) -> sa.Select[Passage]:
    return sa.select(Passage).where(Passage.draft_id == draft_id, Passage.until.is_(None))
