"""The promise of an event: a signed card, changed only by a new one."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Invalid
from ..facts import PromiseMade, record
from .models import Promise

LEVELS = ("consult", "engage", "decide")


@dataclass(frozen=True)
class Card:
    """What is promised. Texts have been cleaned by the caller; an empty office means that nobody has promised to
    answer.
    """

    level: str = "consult"
    open_points: str = ""
    closed_points: str = ""
    decider_office: str = ""
    decider_person: str = ""
    use: str = ""
    answer_by: date | None = None
    signed_by: str = ""
    signed_on: date | None = None

    def checked(self, today: date) -> "Card":
        """Itself if it can be used as a promise made `today`. Raises Invalid naming the field."""
        if self.level not in LEVELS:
            raise Invalid("Please choose what is promised.", field="level")
        if self.answer_by and not self.decider_office:
            raise Invalid(
                "Who will answer by this date? Please name the office, or take the date out.", field="decider_office"
            )
        if self.answer_by and self.answer_by < today:
            raise Invalid(
                "This date is over. Please give the date by which there will be an answer.", field="answer_by"
            )
        if self.signed_on and self.signed_on > today + timedelta(days=1):  # it may be tomorrow already where they are
            raise Invalid("It cannot have been signed on a day that is still to come.", field="signed_on")
        return self


def make_promise(session: Session, event_id: int, card: Card, *, by: int | None, at: datetime) -> Promise:
    """The event's next promise; the earlier ones stay readable. Raises Invalid naming the field."""
    number = 1 + (session.scalar(sa.select(sa.func.max(Promise.number)).where(Promise.event_id == event_id)) or 0)
    promise = Promise(event_id=event_id, number=number, made=at, **asdict(card.checked(at.date())))
    session.add(promise)
    session.flush()
    record(session, PromiseMade(event_id, promise.id, by), at)
    return promise


def current(session: Session, event_id: int) -> Promise:
    """The promise that holds now. Every event has one from its first moment on."""
    newest = sa.select(Promise).where(Promise.event_id == event_id).order_by(Promise.number.desc()).limit(1)
    return session.scalars(newest).one()


def all_of(session: Session, event_id: int) -> list[Promise]:
    """Every promise of the event, newest first."""
    return list(session.scalars(sa.select(Promise).where(Promise.event_id == event_id).order_by(Promise.number.desc())))


def as_frozen(promise: Promise) -> dict[str, Any]:
    """What a revision keeps of the promise as it stood."""
    return {
        "number": promise.number,
        "level": promise.level,
        "decider": promise.decider_office,
        "answer_by": promise.answer_by.isoformat() if promise.answer_by else None,
    }
