"""By what rule an event decides: declared before it is used, never changed, only followed by a new one."""

from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..drafts.models import Draft
from ..errors import Invalid
from ..events.models import Event
from ..facts import RuleDeclared, record
from .hours import Hours
from .models import DeclaredRule
from .rules import HAND_IN, MINUTES, MOST_PEOPLE, ONE_EDITOR, Kind, Rule, lasts

KINDS: tuple[Kind, ...] = ("one", "several", "unless")


@dataclass(frozen=True)
class Wanted:
    """What a facilitator declares."""

    kind: str
    people: int | None = None
    minutes: int | None = None
    opens: time | None = None
    closes: time | None = None

    def checked(self) -> "Wanted":
        """Itself, without what its kind does not need. Raises Invalid naming the field."""
        if self.kind not in KINDS:
            raise Invalid("Please choose how this event decides.", field="kind")
        self._check_hours()
        if self.kind == "one":
            return Wanted("one", 1, 0, self.opens, self.closes)
        least = 2 if self.kind == "several" else 0
        if self.people is None or not least <= self.people <= MOST_PEOPLE:
            raise Invalid(f"Please give a number of people from {least} to {MOST_PEOPLE}.", field="people")
        if self.kind == "several":
            return Wanted("several", self.people, 0, self.opens, self.closes)
        if self.minutes not in MINUTES:
            least_of, most_of = lasts(MINUTES[0]), lasts(MINUTES[-1])
            raise Invalid(f"The time to object is at least {least_of} and at most {most_of}.", field="minutes")
        return self

    def _check_hours(self) -> None:
        if (self.opens is None) != (self.closes is None):
            raise Invalid("Please give both hours, or none.", field="opens" if self.opens is None else "closes")
        if self.opens is not None and self.closes is not None and self.closes <= self.opens:
            raise Invalid("The second hour has to be later on the same day.", field="closes")


def declare(session: Session, event_id: int, wanted: Wanted, *, by: int, at: datetime) -> DeclaredRule:
    """From now on what is put forward is decided by this. Raises Invalid naming the field."""
    said = wanted.checked()
    before = in_force(session, event_id)
    made = DeclaredRule(
        event_id=event_id, number=before.number + 1 if before else 1, made=at, person_id=by, **vars(said)
    )
    session.add(made)
    session.flush()
    record(session, RuleDeclared(event_id, made.id, by), at)
    return made


def in_force(session: Session, event_id: int) -> DeclaredRule | None:
    """None as long as nothing else than “one editor” was declared."""
    mine = sa.select(DeclaredRule).where(DeclaredRule.event_id == event_id)
    return session.scalar(mine.order_by(DeclaredRule.number.desc()).limit(1))


def all_of(session: Session, event_id: int) -> list[DeclaredRule]:
    """Newest first."""
    mine = sa.select(DeclaredRule).where(DeclaredRule.event_id == event_id)
    return list(session.scalars(mine.order_by(DeclaredRule.number.desc())))


def rule_of(declared: DeclaredRule | None, event: Event) -> Rule:
    """For the event's common texts."""
    if declared is None:
        return ONE_EDITOR
    hours = hours_of(declared, event) if declared.kind == "unless" else None
    kind = next(kind for kind in KINDS if kind == declared.kind)
    return Rule(kind, declared.people, declared.minutes, hours)


def hours_of(declared: DeclaredRule | None, event: Event) -> Hours | None:
    """When something may fall due in this event; None for any time."""
    if declared is None or declared.opens is None or declared.closes is None:
        return None
    return Hours(declared.opens, declared.closes, event.timezone)


def rule_for(session: Session, draft: Draft) -> Rule:
    """Notes are handed in, common texts agreed under the event's rule; what one organisation or person says is theirs,
    and an editor publishes it.
    """
    if draft.kind == "notes":
        return HAND_IN
    if draft.kind != "common":
        return ONE_EDITOR
    return rule_of(in_force(session, draft.event_id), session.get_one(Event, draft.event_id))
