"""Reading what people typed into forms, and showing a form again with everything still in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ..errors import Invalid, Refused
from ..wording.names import clean_line, clean_text
from .errors import STATUS

TEXT_LIMIT = 5000
"""Characters of an answer that is more than a line."""


@dataclass(frozen=True)
class Wrong:
    """Why a form comes back, and at which field; empty if at none."""

    message: str
    field: str
    status: int

    @classmethod
    def of(cls, refusal: Refused) -> "Wrong":
        field = getattr(refusal, "field", None) or refusal.facts.get("field") or ""
        status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 400)
        return cls(refusal.message, str(field), status)


def said() -> dict[str, str]:
    """What was typed, as it was typed."""
    return {name: value for name, value in request.form.items() if name != "csrf_token"}


def line(name: str, limit: int) -> str:
    """One line of at most `limit` characters as readers see them. Raises Invalid if it is longer."""
    typed = request.form.get(name, "")
    clean = clean_line(typed, limit)
    if clean_line(typed, limit + 1) != clean:
        raise Invalid(f"This is too long: at most {limit} characters are possible.", field=name)
    return clean


def text(name: str) -> str:
    """An answer of several lines. Raises Invalid if it is too long."""
    answer = clean_text(request.form.get(name, "")).strip()
    if len(answer) > TEXT_LIMIT:
        raise Invalid(f"This is too long: {len(answer)} characters, {TEXT_LIMIT} are possible.", field=name)
    return answer


def day(name: str) -> date | None:
    """A date, or None if left empty. Raises Invalid."""
    answer = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(answer) if answer else None
    except ValueError as error:
        raise Invalid("Please give the date as year-month-day, for example 2026-05-04.", field=name) from error


def hour(name: str) -> time | None:
    """A time of day, or None if left empty. Raises Invalid."""
    answer = request.form.get(name, "").strip()
    try:
        return time.fromisoformat(answer).replace(second=0, microsecond=0, tzinfo=None) if answer else None
    except ValueError as error:
        raise Invalid("Please give the time as hours and minutes, for example 09:30.", field=name) from error


def moment(name: str, zone: str) -> datetime | None:
    """A date and a time on the clocks of `zone`, or None if left empty. Raises Invalid."""
    answer = request.form.get(name, "").strip()
    try:
        return datetime.fromisoformat(answer).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if answer else None
    except (ValueError, OverflowError) as error:
        raise Invalid("Please give the day and the time, for example 2026-05-04 15:30.", field=name) from error


def whole(name: str, *, least: int = 1) -> int | None:
    """A whole number from `least`, or None if left empty. Raises Invalid."""
    answer = request.form.get(name, "").strip()
    if not answer:
        return None
    if not (answer.isascii() and answer.isdigit() and len(answer) < 10 and least <= int(answer) <= 100_000):
        raise Invalid("Please give a whole number.", field=name)
    return int(answer)


def ticked(name: str) -> bool:
    return name in request.form


def show(template: str, refusal: Refused | None = None, **facts: object) -> ResponseReturnValue:
    """A page with a form; after a refusal with its reason, under the status that says so."""
    wrong = Wrong.of(refusal) if refusal else None
    return render_template(template, wrong=wrong, **facts), wrong.status if wrong else 200
