"""Has the tip of each record stamped, once a day and only when it is new: claim, ask outside any transaction, store."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from ..db import LOCK, Database
from ..errors import NotFound
from ..events.models import Event
from ..publishing.abreast import PATIENCE_S, Abreast
from ..publishing.claims import ERROR_LIMIT, waiting_time
from . import tips
from .authority import Answer, Authority, NotStamped
from .models import Stamp
from .tips import Tip

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
LOOK_EVERY = timedelta(seconds=15)
LEASE = timedelta(minutes=2)  # longer than one request
SCHEDULE_S = (5 * 60, 30 * 60, 2 * 3600)
AT_ONCE = 2
STEPS = ("claimed", "answered", "stored")


@dataclass(frozen=True)
class Turn:
    """The right to have one commit stamped until `lease_until`."""

    stamp_id: int
    commit_id: str
    lease_until: datetime
    attempt: int


class Stamper:
    """Without an authority it does nothing. `step` is told each of STEPS when it is done; tests interrupt there."""

    def __init__(
        self,
        database: Database,
        authority: Authority | None,
        *,
        patience_s: float = PATIENCE_S,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._database, self._authority, self._step = database, authority, step
        self._abreast = Abreast("stamp", at_once=AT_ONCE, patience_s=patience_s)
        self._next_look = datetime.min.replace(tzinfo=UTC)

    def stamp_due(self, at: datetime) -> int:
        """Start on every event whose tip should be stamped; say how many were started."""
        if self._authority is None or at < self._next_look:
            return 0
        self._next_look = at + LOOK_EVERY
        with self._database.read() as session:
            open_ones = list(session.scalars(sa.select(Event.id).where(Event.hidden.is_(None)).order_by(Event.id)))
            due = [event_id for event_id in open_ones if _wanted(session, event_id, at)]
        authority = self._authority
        return self._abreast.start(due, lambda event_id: self._stamp(authority, event_id, at))

    def _stamp(self, authority: Authority, event_id: int, at: datetime) -> None:
        with self._database.write() as session:
            turn = claim(session, event_id, authority.address, at)
        if turn is None:
            return  # another worker was first
        self._step("claimed")
        try:
            answer = authority.stamp(turn.commit_id)
        except NotStamped as failure:
            log.info("not stamped", extra={"event": event_id, "attempt": turn.attempt})
            with self._database.write() as session:
                give_back(session, turn, failure.words, at)
            return
        self._step("answered")
        with self._database.write() as session:
            keep(session, turn, answer)
        self._step("stored")


def claim(session: Session, event_id: int, authority: str, at: datetime) -> Turn | None:
    """Take the event's stamp of today. None if none is wanted, or another has it."""
    session.scalar(sa.select(Event.id).where(Event.id == event_id).with_for_update(**LOCK))
    tip = _wanted(session, event_id, at)
    if tip is None:
        return None
    last = _last(session, event_id)
    if last is None or last.answer is not None:
        number = 1 if last is None else last.number + 1
        last = Stamp(event_id=event_id, number=number, attempts=0, not_before=at)
        session.add(last)
    # One that waited for a day is about what is the tip now.
    last.place, last.commit_id, last.authority = tip.place, tip.commit_id, authority
    last.attempts, last.lease_until = last.attempts + 1, at + LEASE
    session.flush()
    return Turn(last.id, last.commit_id, at + LEASE, last.attempts)


def keep(session: Session, turn: Turn, answer: Answer) -> None:
    """Once; whoever comes too late changes nothing."""
    _end(session, turn, {"answer": answer.body, "stamped": answer.stated, "last_error": None})


def give_back(session: Session, turn: Turn, words: str, at: datetime) -> None:
    """It did not work: say why, and when to try again. It is never given up."""
    later = at + waiting_time(turn.attempt, 0, SCHEDULE_S)
    _end(session, turn, {"last_error": words[:ERROR_LIMIT], "not_before": later})


def _end(session: Session, turn: Turn, values: dict[str, Any]) -> None:
    mine = sa.and_(Stamp.id == turn.stamp_id, Stamp.lease_until == turn.lease_until, Stamp.answer.is_(None))
    session.execute(sa.update(Stamp).where(mine).values(**values, lease_until=None))


def _wanted(session: Session, event_id: int, at: datetime) -> Tip | None:
    """What should be stamped now, if anything."""
    last, tip = _last(session, event_id), tips.tip(session, event_id)
    if last is None or tip is None:
        return tip
    if last.answer is None:
        wanted = last.not_before <= at and (last.lease_until is None or last.lease_until <= at)
    else:
        wanted = tip.commit_id != last.commit_id and last.not_before + EVERY <= at
    return tip if wanted else None


def _last(session: Session, event_id: int) -> Stamp | None:
    return session.scalar(sa.select(Stamp).where(Stamp.event_id == event_id).order_by(Stamp.number.desc()).limit(1))


def of_event(session: Session, event_id: int) -> list[Stamp]:
    """Newest first; the first one may be waiting still. `answer` is left in the database."""
    mine = sa.select(Stamp).where(Stamp.event_id == event_id).options(defer(Stamp.answer))
    return list(session.scalars(mine.order_by(Stamp.number.desc())))


def file_of(session: Session, event_id: int, number: int) -> bytes:
    """The authority's answer as it came. Raises NotFound."""
    found = sa.select(Stamp.answer).where(Stamp.event_id == event_id, Stamp.number == number)
    answer = session.scalar(found)
    if answer is None:
        raise NotFound("There is no such time-stamp.")
    return answer
