"""What kinds, roles and promises are called on pages. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..drafts.models import Draft
from ..events.models import Event, Promise
from ..publishing.models import Hold
from ..wording import standing


@dataclass(frozen=True)
class Kind:
    """How a kind of text is told apart from the others, and what its writers are asked to do."""

    name: str
    meaning: str
    task: str


TASKS = {
    "notes": "Write down what was said: what you talked about, what you want to happen, where you disagreed.",
    "common": "Others write in this text at the same time; you see what they type, and they see what you type.",
    "response": "Write what your organisation answers, and by when it does what it says.",
    "reflection": "Write what this event was for you, in your own words.",
}
KINDS = {kind: Kind(name, meaning, TASKS[kind]) for kind, (name, meaning) in standing.KINDS.items()}


@dataclass(frozen=True)
class Place:
    """What somebody is in an event."""

    name: str
    a: str
    does: str
    invitation: str


ROLES = {
    "facilitator": Place(
        "facilitator", "a facilitator", "you run the event.", "You are asked to help to run the event."
    ),
    "editor": Place(
        "editor",
        "an editor",
        "you write, and decide what is published.",
        "You are asked to write with the drafting team and to publish what is ready.",
    ),
    "drafter": Place(
        "drafter",
        "a drafter",
        "you write with the drafting team.",
        "You are asked to write with the drafting team.",
    ),
    "contributor": Place(
        "contributor",
        "a contributor",
        "you suggest changes, comment and ask, beside the live texts.",
        "You are asked to suggest and comment while the drafting team writes.",
    ),
    "reader": Place("reader", "a reader", "you read what is published.", "You can read what is published."),
}


@dataclass(frozen=True)
class Promised:
    """A promise in words. Without a decider nobody has promised to answer: `words` says so, and `answer` is empty."""

    words: str
    decider: str
    answer: str


def promised(promise: Promise | Mapping[str, Any]) -> Promised:
    """In words: the promise in force, or the frozen one of a version."""
    if isinstance(promise, Promise):
        level, decider, answer_by = promise.level, promise.decider_office, promise.answer_by
    else:
        level, decider = promise["level"], promise["decider"]
        answer_by = date.fromisoformat(promise["answer_by"]) if promise["answer_by"] else None
    words = standing.promise_words(level, decider or None)
    if not decider:
        return Promised(words, "", "")
    by = f"has promised to answer by {day(answer_by)}" if answer_by else "has not promised a date for the answer"
    return Promised(words, decider, f"{standing.capital(decider)} {by}.")


@dataclass(frozen=True)
class Standing:
    """Who wrote a text, and who has not agreed to it: a sentence each, or both in the first."""

    written_by: str
    not_agreed: str


def standing_of(kind: str, promise: Promise | Mapping[str, Any]) -> Standing:
    """What stands above every text."""
    first, _, rest = standing.disclaimer(promised(promise).decider or None, kind).partition(". ")
    return Standing(first.rstrip(".") + ".", rest)


def day(at: date) -> str:
    """12 May 2026"""
    return f"{at.day} {at:%B %Y}"


def local(at: datetime, zone: str) -> str:
    """15:40 on 4 May 2026 (Europe/London): as the clocks at the event show it."""
    here = at.astimezone(ZoneInfo(zone))
    return f"{here:%H:%M} on {day(here)} ({zone})"


def frozen_in_words(draft: Draft, event: Event) -> str:
    """What everybody in the room is told about a frozen draft."""
    if draft.frozen is None:
        return ""
    because = draft.frozen_because.rstrip(".")
    return (
        f"This text was frozen at {local(draft.frozen, event.timezone)}{': ' + because if because else ''}. "
        "You can read it, and nobody can write in it. Suggestions and comments are still taken; "
        "none goes into the text before it is unfrozen."
    )


def span(length: timedelta) -> str:
    """About how long that is: less than a minute · 12 minutes · 3 hours · 2 days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    for name, size in (("day", 24 * 60), ("hour", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {name}s"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def held(hold: Hold, zone: str, at: datetime) -> str:
    """`Nothing is posted about this event until the end of 6 May 2026: No campaign material.`"""
    first = f" from {day(hold.since.astimezone(ZoneInfo(zone)))}" if hold.since > at else ""
    last = (hold.until - timedelta(seconds=1)).astimezone(ZoneInfo(zone)) if hold.until else None
    until = f" until the end of {day(last)}" if last else " until further notice"
    return f"Nothing is posted about this event{first}{until}: {hold.because}"


def clock(at: datetime) -> str:
    """12 May 2026, 14:05 UTC"""
    return f"{day(at)}, {at:%H:%M} UTC"
