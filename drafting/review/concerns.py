"""“Something here is about me”: said by anybody, answered by who runs the event, by a day that is named at once."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Busy, Invalid, NotFound, Stale
from ..facts import ConcernEnded, ConcernRaised, record
from .models import Concern

OPEN_AT_ONCE = 500
"""In one event. Beyond, somebody floods it, and those who mean it are asked to speak to a person."""
SHOWN = 50


@dataclass(frozen=True)
class Said:
    """What somebody says is about them: on which page, of which draft if it is of one, and how to reach them."""

    event_id: int
    draft_id: int | None
    page: str
    words: str
    contact: str


def raise_one(session: Session, said: Said, *, days: int, at: datetime) -> Concern:
    """Keep it, with a token that lets whoever said it see what became of it. Raises Invalid without words, Busy."""
    if not said.words:
        raise Invalid("Please say what is about you, so that it can be found.", field="words")
    if len(open_ones(session, said.event_id)) >= OPEN_AT_ONCE:
        raise Busy("Very many people wrote at once. Please speak with whoever runs the event.")
    due, token = at + timedelta(days=days), secrets.token_urlsafe(16)
    made = Concern(**asdict(said), token=token, made=at, due=due, outcome="", ended=None, ended_by=None)
    session.add(made)
    session.flush()
    record(session, ConcernRaised(made.event_id, made.id), at)
    return made


def find(session: Session, event_id: int, token: str) -> Concern:
    """Raises NotFound."""
    found = session.scalar(sa.select(Concern).where(Concern.event_id == event_id, Concern.token == token))
    if found is None:
        raise NotFound("There is no such message. Is the address complete?")
    return found


def open_ones(session: Session, event_id: int) -> list[Concern]:
    """What nobody has answered, the most urgent first."""
    waiting = sa.select(Concern).where(Concern.event_id == event_id, Concern.ended.is_(None))
    return list(session.scalars(waiting.order_by(Concern.due).limit(OPEN_AT_ONCE)))


def ended(session: Session, event_id: int) -> list[Concern]:
    """What was answered last, newest first."""
    done = sa.select(Concern).where(Concern.event_id == event_id, Concern.ended.is_not(None))
    return list(session.scalars(done.order_by(Concern.ended.desc()).limit(SHOWN)))


def end(session: Session, concern: Concern, *, outcome: str, by: int, at: datetime) -> None:
    """Answer it. How to reach whoever said it is needed no more. Raises Invalid without an answer, Stale."""
    if not outcome:
        raise Invalid("Please say what you did. Whoever wrote this reads it.", field="outcome")
    still_open = sa.update(Concern).where(Concern.id == concern.id, Concern.ended.is_(None))
    ending = still_open.values(outcome=outcome, ended=at, ended_by=by, contact="")
    if session.execute(ending).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("Somebody else was faster: this is answered already.")
    record(session, ConcernEnded(concern.event_id, concern.id, by), at)
