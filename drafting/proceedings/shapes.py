"""What a file from elsewhere may hold: checks that turn JSON into values, or say in words what is wrong."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import regex

from ..errors import Invalid
from ..wording.names import clean_line, clean_text

Check = Callable[[Any], Any]


def text(limit: int, *, of: str = "") -> Check:
    """A clean text of at most `limit` characters; `of` is a pattern that all of it must be."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > limit or clean_text(value) != value:
            raise Invalid(f"is not a text of at most {limit} characters")
        if of and not regex.fullmatch(of, value):
            raise Invalid(f"is {value[:40]!r}, which cannot be")
        return value

    return check


def line(limit: int) -> Check:
    """One clean line of at most `limit` characters as they are read."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or clean_line(value, limit) != value:
            raise Invalid(f"is not a line of at most {limit} characters")
        return value

    return check


def whole(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Invalid(f"is not a number from {low} to {high}")
        return value

    return check


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid("is neither true nor false")
    return value


def moment(value: Any) -> datetime:
    """A time with its zone, in ISO 8601."""
    found = _read(datetime.fromisoformat, value, "a time")
    if found.tzinfo is None:
        raise Invalid("is a time without a zone")
    return found.astimezone(UTC)


def day(value: Any) -> date:
    return _read(date.fromisoformat, value, "a day")


def hour(value: Any) -> time:
    return _read(time.fromisoformat, value, "an hour")


def one_of(*values: str) -> Check:
    def check(value: Any) -> str:
        if value not in values:
            raise Invalid(f"is none of {', '.join(values[:6])}{' …' if len(values) > 6 else ''}")
        return str(value)

    return check


def maybe(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def many(check: Check, most: int) -> Check:
    def check_all(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise Invalid(f"is not a list of at most {most}")
        return [_within(str(at + 1), check, each) for at, each in enumerate(value)]

    return check_all


def fields(**checks: Check) -> Check:
    """An object with exactly these fields."""

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or value.keys() != checks.keys():
            raise Invalid(f"does not have exactly the fields {', '.join(checks)}")
        return {name: _within(name, each, value[name]) for name, each in checks.items()}

    return check


def _within(name: str, check: Check, value: Any) -> Any:
    try:
        return check(value)
    except Invalid as error:
        raise Invalid(f"{name} {error.message}") from error


def _read(read: Callable[[str], Any], value: Any, what: str) -> Any:
    if not isinstance(value, str) or len(value) > 40:
        raise Invalid(f"is not {what}")
    try:
        return read(value)
    except ValueError as error:
        raise Invalid(f"is not {what}") from error
