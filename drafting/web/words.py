"""What kinds, roles and promises are called on pages. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..events.models import Promise


@dataclass(frozen=True)
class Kind:
    """How a kind of text is told apart from the others."""

    name: str
    meaning: str
    written_by: str
    task: str


KINDS = {
    "notes": Kind(
        "Notes",
        "One conversation, written down by people who were there.",
        "Written by people at the event, about one conversation.",
        "Write down what was said: what you talked about, what you want to happen, where you disagreed.",
    ),
    "common": Kind(
        "Common text",
        "Agreed in the event under its rule.",
        "Written by people at the event.",
        "This is a text that the event agrees on. Others write in it at the same time; you see what they type.",
    ),
    "response": Kind(
        "Response",
        "By the organisation that answers.",
        "Written by the organisation that answers.",
        "Write what your organisation answers, and by when it does what it says.",
    ),
    "reflection": Kind(
        "Reflection",
        "By one person, in their own words.",
        "Written by one person at the event.",
        "Write what this event was for you, in your own words.",
    ),
}


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
        "you read the live texts.",
        "You are asked to read along while the drafting team writes.",
    ),
    "reader": Place("reader", "a reader", "you read what is published.", "You can read what is published."),
}


@dataclass(frozen=True)
class Promised:
    """A promise in words. `decider` is empty when nobody has promised to answer."""

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
    decides = f", {decider} decides" if decider else ""
    words = {"consult": f"We listen{decides}", "engage": f"We write together{decides}", "decide": "We decide here"}[level]
    if not decider:
        return Promised(words, "", "Nobody has promised to answer.")
    if answer_by is None:
        return Promised(words, decider, f"{decider} has not promised a date for the answer.")
    return Promised(words, decider, f"{decider} has promised to answer by {day(answer_by)}.")


def not_agreed(kind: str, promise: Promise | Mapping[str, Any]) -> str:
    """Who has not agreed to a text of this kind."""
    if kind == "response":
        return "The people at the event have not agreed to it."
    if kind == "reflection":
        return "Nobody else has agreed to it."
    decider = promised(promise).decider
    return f"{decider} has not agreed to it." if decider else "Nobody outside the event has agreed to it."


def written_by(names: list[str], others: int) -> str:
    """The credits line: those who chose to be named, and the rest as the team."""
    if not names:
        return "The drafting team" if others != 1 else "One person of the drafting team"
    if others:
        names = [*names, f"{others} more of the drafting team"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def day(at: date) -> str:
    """12 May 2026"""
    return f"{at.day} {at:%B %Y}"


def clock(at: datetime) -> str:
    """12 May 2026, 14:05 UTC"""
    return f"{day(at)}, {at:%H:%M} UTC"
