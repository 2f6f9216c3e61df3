"""Who wrote what in a live text, for those who write it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..drafts.authorship import NOBODY, Written
from ..people.models import Person
from . import livetext
from .guard import draft_or_404
from .identity import signed_in
from .services import reading

blueprint = Blueprint("who", __name__)

PATTERNS = 10
"""Ways to underline in static/css/who.css; whoever comes after them shares one, and is told apart by name."""


@dataclass(frozen=True)
class Writer:
    """`pattern`: which of the ways to underline is theirs, None for what nobody wrote."""

    name: str
    pattern: int | None
    words: int
    percent: int


@blueprint.get("/e/<event>/-/who/<draft>")
def show(event: str, draft: str) -> ResponseReturnValue:
    """The text in runs, each with the name of its writer."""
    found_event, found = draft_or_404(event, draft, "write")
    written = livetext.written(found.id)
    writers = _writers(written)
    return render_template(
        "drafts/who.html",
        event=found_event,
        draft=found,
        runs=[(writers[writer], run) for writer, run in written.runs],
        writers=sorted(writers.values(), key=lambda writer: -writer.words),
    )


def _writers(written: Written) -> dict[int, Writer]:
    """Everybody who wrote some of it, in the order in which they come in the text."""
    ids = list(dict.fromkeys(writer for writer, _ in written.runs))
    names = _names([writer for writer in ids if writer != NOBODY])
    total = sum(written.words_by.values()) or 1
    patterns = {writer: at % PATTERNS for at, writer in enumerate(writer for writer in ids if writer != NOBODY)}
    return {
        writer: Writer(
            names.get(writer, "the template"),
            patterns.get(writer),
            words := written.words_by.get(writer, 0),
            round(100 * words / total),
        )
        for writer in ids
    }


def _names(ids: Sequence[int]) -> dict[int, str]:
    """As each chose to be called; those who show no name are told apart by number, on this page only."""
    people = {person.id: person for person in reading().scalars(sa.select(Person).where(Person.id.in_(ids)))}
    unnamed = [one for one in ids if not (one in people and people[one].public_name) and one != signed_in().id]
    names = {one: people[one].public_name or "" for one in ids if one in people}
    names |= {one: f"writer {number}" for number, one in enumerate(unnamed, 1)}
    return names | ({signed_in().id: "you"} if signed_in().id in ids else {})
