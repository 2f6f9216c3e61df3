"""Suggestions, comments, questions and challenges: what they have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import LOCK
from ..drafts.models import Draft
from ..errors import Invalid, NotFound, Stale, TooFast
from ..facts import Fact, RemarkLetThrough, ReplyMade, record
from . import mentioning
from .models import Remark, Reply

WORDS_LIMIT = 5000  # characters of a comment or a reply
SENTENCE_LIMIT = 300  # graphemes of a reason
MOST_WAITING_OF_ONE = 10  # person
MOST_WAITING = 200  # in an event; more would bury whoever looks at them
MOST_ANSWERS = 200  # to one remark
MOST_OPEN = 2000  # remarks on one draft; a person cannot look through more


def find(session: Session, remark_id: int, *, lock: bool = False) -> Remark:
    """`lock`: nobody else changes it before this transaction ends. Raises NotFound."""
    remark = session.get(Remark, remark_id, with_for_update=LOCK if lock else None)
    if remark is None:
        raise NotFound("There is no such suggestion or comment.")
    return remark


@dataclass(frozen=True)
class Spot:
    """What is needed of a remark to find its place: hundreds are, wherever a few are shown."""

    id: int
    kind: str
    state: str
    epoch: str
    anchor: dict[str, Any] | None
    hidden: datetime | None


def of_draft(session: Session, draft_id: int, *, states: Sequence[str] = ()) -> list[Remark]:
    """Oldest first; in any of `states`, or in whatever state. Not those that nobody has looked at yet."""
    return list(session.scalars(_of_draft(sa.select(Remark), draft_id, states)))


def spots(session: Session, draft_id: int, *, states: Sequence[str] = ()) -> list[Spot]:
    """Those of the remarks of `of_draft`."""
    columns = (Remark.id, Remark.kind, Remark.state, Remark.epoch, Remark.anchor, Remark.hidden)
    return [Spot(*row) for row in session.execute(_of_draft(sa.select(*columns), draft_id, states))]


def _of_draft(select: Any, draft_id: int, states: Sequence[str]) -> Any:
    found = select.where(Remark.draft_id == draft_id, Remark.waiting.is_(None))
    if states:
        found = found.where(Remark.state.in_(states))
    return found.order_by(Remark.id)


def several(session: Session, remark_ids: Sequence[int]) -> list[Remark]:
    """In this order."""
    found = {remark.id: remark for remark in session.scalars(sa.select(Remark).where(Remark.id.in_(remark_ids)))}
    return [found[remark_id] for remark_id in remark_ids]


def open_counts(session: Session, draft_id: int) -> dict[str, int]:
    """How many of each kind are open, hidden ones left out; kinds without any are 0."""
    rows = session.execute(
        sa.select(Remark.kind, sa.func.count())
        .where(Remark.draft_id == draft_id, Remark.state == "open", Remark.hidden.is_(None))
        .where(Remark.waiting.is_(None))
        .group_by(Remark.kind)
    )
    return {"suggestion": 0, "comment": 0, "question": 0, "challenge": 0} | {kind: n for kind, n in rows}


def replies(session: Session, remark_ids: Sequence[int]) -> dict[int, list[Reply]]:
    """To each of these remarks, oldest first."""
    found: dict[int, list[Reply]] = {remark_id: [] for remark_id in remark_ids}
    for reply in session.scalars(sa.select(Reply).where(Reply.remark_id.in_(remark_ids)).order_by(Reply.id)):
        found[reply.remark_id].append(reply)
    return found


def answer_counts(session: Session, remark_ids: Sequence[int]) -> dict[int, int]:
    """How many answers each of these remarks has, if any."""
    mine = sa.select(Reply.remark_id, sa.func.count()).where(Reply.remark_id.in_(remark_ids))
    return {remark_id: n for remark_id, n in session.execute(mine.group_by(Reply.remark_id))}


def add(session: Session, draft: Draft, remark: Remark) -> Remark:
    """Store a new one; a frozen draft takes it, too. Raises Stale if the live text is gone, Invalid if there are too
    many.
    """
    if draft.journal_destroyed is not None:
        raise Stale("The live text was removed, so nothing more can be said about it here.")
    count = sa.select(sa.func.count()).where(Remark.draft_id == draft.id, Remark.state == "open")
    count = count.where(Remark.hidden.is_(None), Remark.waiting.is_(None))
    if (session.scalar(count) or 0) >= MOST_OPEN:
        raise Invalid(f"There are {MOST_OPEN} open suggestions and comments already. Some have to be dealt with first.")
    if remark.waiting is not None:
        before = waiting(session, draft.event_id)
        mine = sum(other.person_id == remark.person_id for other in before)
        if mine >= MOST_WAITING_OF_ONE:
            raise TooFast("What you said before has to be looked at first. Please come back later.", retry_after_s=600)
        if len(before) >= MOST_WAITING:
            raise TooFast("Too much waits to be looked at already. Please come back later.", retry_after_s=600)
    remark.event_id, remark.draft_id, remark.epoch = draft.event_id, draft.id, draft.epoch
    session.add(remark)
    session.flush()
    return remark


def waiting(session: Session, event_id: int) -> list[Remark]:
    """What readers said in the event and nobody has looked at yet, oldest first."""
    found = sa.select(Remark).where(Remark.event_id == event_id, Remark.waiting.is_not(None), Remark.state == "open")
    return list(session.scalars(found.order_by(Remark.id)))


def let_through(session: Session, remark_id: int, *, by: int, at: datetime) -> None:
    """It hurts nobody and is no spam: everybody sees it now. Raises NotFound, Stale."""
    remark = find(session, remark_id)
    step = sa.update(Remark).where(Remark.id == remark_id, Remark.waiting.is_not(None)).values(waiting=None)
    if session.execute(step).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("Somebody else was faster: this was looked at already.")
    session.refresh(remark)
    record(session, RemarkLetThrough(remark.event_id, remark_id, remark.draft_id, by), at)


def reply(session: Session, remark_id: int, *, words: str, by: int, at: datetime) -> Reply:
    """Raises NotFound, Invalid without words."""
    remark = find(session, remark_id, lock=True)
    if not words:
        raise Invalid("Please write an answer first.", field="words")
    if answer_counts(session, [remark_id]).get(remark_id, 0) >= MOST_ANSWERS:
        raise Invalid(f"There are {MOST_ANSWERS} answers already. Please begin a new comment.", field="words")
    made = Reply(remark_id=remark_id, person_id=by, made=at, words=words)
    session.add(made)
    session.flush()
    mentioning.note(session, remark, made, by=by)
    record(session, ReplyMade(remark.event_id, made.id, remark_id, remark.draft_id, by), at)
    return made


def move(
    session: Session, remark: Remark, came: Sequence[str], to: str, fact: Fact, at: datetime, **more: object
) -> None:
    """One step in its life, if it is in one of the states it may come from. Raises Stale if somebody was faster."""
    step = sa.update(Remark).where(Remark.id == remark.id, Remark.state.in_(came)).values(state=to, **more)
    if session.execute(step).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("Somebody else was faster: this was decided already.")
    session.refresh(remark)
    record(session, fact, at)
