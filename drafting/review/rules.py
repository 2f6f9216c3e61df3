"""Rules of acceptance: given who did what and when, is the text accepted, since when, and if not, what is missing.

Pure. A rule is declared by the event before anything is decided by it; each text that is put forward keeps the one
that held then. Times are aware; a deadline is the last moment at which an objection counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from .hours import Hours

Kind = Literal["one", "several", "unless", "hand_in"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LAST_LOOK = timedelta(minutes=5)
"""What whoever looked last has, at least, to object."""
MINUTES = range(1, 7 * 24 * 60 + 1)
MOST_PEOPLE = 50


@dataclass(frozen=True)
class Rule:
    """one: an editor publishes. several: `people` editors agree. unless: it is published after `minutes` unless
    somebody objects, if `people` besides who put it forward have seen the difference. hand_in, of notes: a second
    person has looked for harm only.

    `hours`: when the clock of an `unless` may end; None for any time.
    """

    kind: Kind
    people: int = 1
    minutes: int = 0
    hours: Hours | None = None

    def words(self) -> str:
        """As it is declared."""
        if self.kind == "several":
            return f"{self.people} of the editors"
        if self.kind == "unless":
            return f"agreed unless someone objects within {lasts(self.minutes)}"
        return {"one": "one editor", "hand_in": "handed in, and checked for harm by a second person"}[self.kind]

    def met(self, *, people: int, objections: int, deadline: datetime | None) -> str:
        """How it was met: for the record, so in numbers and without names. `people` agreed, or had looked."""
        if self.kind == "several":
            return f"{people} editors ({self.words()} are wanted)"
        if self.kind != "unless" or deadline is None:
            return self.words()
        zone = ZoneInfo(self.hours.zone if self.hours else "UTC")
        answered = f", {objections} answered or withdrawn" if objections else ""
        looked = f"{people} {'person' if people == 1 else 'people'} had looked"
        return f"no objection by {deadline.astimezone(zone):%Y-%m-%d %H:%M %Z}{answered}; {looked}"

    def frozen(self) -> dict[str, Any]:
        """For JSON."""
        hours = self.hours.frozen() if self.hours else None
        return {"kind": self.kind, "people": self.people, "minutes": self.minutes, "hours": hours}

    @classmethod
    def of(cls, frozen: Mapping[str, Any]) -> "Rule":
        hours = Hours.of(frozen["hours"]) if frozen["hours"] else None
        return cls(frozen["kind"], frozen["people"], frozen["minutes"], hours)


ONE_EDITOR = Rule("one")
HAND_IN = Rule("hand_in")


def lasts(minutes: int) -> str:
    """How long, in words."""
    for unit, size in (("day", 24 * 60), ("hour", 60)):
        if minutes and minutes % size == 0:
            many = minutes // size
            return f"{many} {unit}{'' if many == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


@dataclass(frozen=True)
class Pause:
    """The clock stood still from `begins` until `ends`; None if it still does."""

    begins: datetime
    ends: datetime | None


@dataclass(frozen=True)
class Case:
    """What is known about a text that was put forward.

    `agreed`: when each editor agreed, for the difference as it is now. `seen`: when each person besides who put it
    forward first saw the difference. `objections` and `outages`: when each held the clock up. `known_until`: up to when
    it is certain that there was a server at which to object. `overtaken`: another version came in between.
    """

    made: datetime
    agreed: Sequence[datetime] = ()
    seen: Sequence[datetime] = ()
    objections: Sequence[Pause] = ()
    outages: Sequence[Pause] = ()
    known_until: datetime | None = None
    overtaken: bool = False


Missing = Literal["editor", "second_person", "agreement", "people", "objection", "time", "new_look"]


@dataclass(frozen=True)
class Verdict:
    """`accepted`: since when it is, or None; then `missing` says what it waits for, and `deadline` when the clock ends
    as far as can be said now. `people`: how many more are wanted.
    """

    accepted: datetime | None = None
    missing: Missing | None = None
    deadline: datetime | None = None
    people: int = 0


def decide(rule: Rule, case: Case) -> Verdict:
    """What the rule says of this case. Only `several` and `unless` come true by themselves."""
    if case.overtaken:
        return Verdict(missing="new_look")
    if rule.kind == "one":
        return Verdict(missing="editor")
    if rule.kind == "hand_in":
        return Verdict(missing="second_person")
    return _several(rule, case) if rule.kind == "several" else _unless(rule, case)


def _several(rule: Rule, case: Case) -> Verdict:
    agreed = sorted(case.agreed)
    if len(agreed) >= rule.people:
        return Verdict(accepted=agreed[rule.people - 1])
    return Verdict(missing="agreement", people=rule.people - len(agreed))


def _unless(rule: Rule, case: Case) -> Verdict:
    pauses = _joined([*case.objections, *case.outages])
    end = runs_out(case.made, timedelta(minutes=rule.minutes), pauses, rule.hours)
    seen = sorted(case.seen)
    if rule.people and len(seen) >= rule.people and end is not None:
        last_look = runs_out(seen[rule.people - 1], LAST_LOOK, pauses, rule.hours)
        end = None if last_look is None else max(end, last_look)
    too_few = len(seen) < rule.people
    if (end is None or too_few) and any(objection.ends is None for objection in case.objections):
        return Verdict(missing="objection")
    if too_few:
        return Verdict(missing="people", deadline=end, people=rule.people - len(seen))
    if end is None or case.known_until is None or case.known_until <= end:
        return Verdict(missing="time", deadline=end)
    return Verdict(accepted=end, deadline=end)


def runs_out(
    begins: datetime, length: timedelta, pauses: Iterable[Pause], hours: Hours | None = None
) -> datetime | None:
    """When a clock that is set to `length` at `begins` runs out: each pause that begins before that moves it by as long
    as it lasted, and the end falls into `hours`. None while a pause has no end. `pauses` follow each other.
    """
    end = hours.next(begins + length) if hours else begins + length
    for pause in pauses:
        if pause.begins > end:
            break
        if pause.ends is None:
            return None
        held_up = pause.ends - max(pause.begins, begins)
        if held_up > timedelta(0):
            end = hours.next(end + held_up) if hours else end + held_up
    return end


def _joined(pauses: Iterable[Pause]) -> list[Pause]:
    """In order, with those that overlap made one."""
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: p.begins):
        last = joined[-1] if joined else None
        if last is None or (last.ends is not None and last.ends < pause.begins):
            joined.append(pause)
        elif last.ends is not None:
            ends = None if pause.ends is None else max(last.ends, pause.ends)
            joined[-1] = Pause(last.begins, ends)
    return joined
