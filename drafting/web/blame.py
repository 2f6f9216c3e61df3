"""Where each passage of a published text comes from: the version that brought it in, and the suggestion."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, get_flashed_messages, render_template, request
from flask.typing import ResponseReturnValue

from ..drafts.models import Draft
from ..errors import Invalid, NotFound
from ..events.models import Event
from ..people.models import Person
from ..record import history, origins, quoting
from ..record.models import Passage, Revision
from ..review import sources
from ..review.models import Remark
from . import forms, found, kept, pages
from .guard import draft_or_404
from .identity import actor
from .services import reading, services

blueprint = Blueprint("blame", __name__)

PASSAGES = 2_000
"""That one page shows; a text with more is a list of lines."""
AGES = 5
"""Tints in static/css/blame.css, the newest first."""
QUOTATION = 1_000
SOMEBODY = "somebody at the event"
FRESH_S = 60
HIGHEST = 10_000_000
"""Above every number of a version."""


@dataclass(frozen=True)
class Run:
    """Passages one after another that came with the same version. `first`: which brought them in, in other words."""

    words: str
    since: int
    first: int
    age: int
    suggested: bool


@dataclass(frozen=True)
class Piece:
    kind: str
    level: int
    number: int | None
    runs: list[Run]


@dataclass(frozen=True)
class Origin:
    """A version that brought something in: how many passages, how many letters, from which suggestions and by whom."""

    revision: Revision
    passages: int
    letters: int
    suggestions: list[tuple[Remark, str]]


@blueprint.get("/e/<event>/<draft>/blame")
def show(event: str, draft: str) -> ResponseReturnValue:
    """Of the newest version, or of `?version=`; with `?words=` also where a quotation comes from."""
    found_event, text = draft_or_404(event, draft)
    revision = _asked_for(text)
    laid = origins.places_of(reading(), revision.id) or []
    asked = _quotation(text)
    suggested = sources.of_passages(reading(), origins.ids_of(laid)[:PASSAGES])
    if asked is not None or actor().person is not None or not laid or get_flashed_messages():
        page = _laid_out(found_event, text, revision, laid, suggested, asked)
        return page, asked["wrong"].status if asked and asked["wrong"] else 200
    answer = Response(content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    names = _names(suggested)
    answer.set_etag(_etag(found_event, text, revision, suggested, names))
    answer.make_conditional(request)
    if answer.status_code != HTTPStatus.NOT_MODIFIED:

        def made() -> bytes:
            return _laid_out(found_event, text, revision, laid, suggested, None).encode()

        named = any(name != SOMEBODY for name in names.values())  # a name can be withdrawn, and must be gone then
        folder, name = services().settings.kept / "blame", answer.get_etag()[0] or ""
        answer.set_data(made() if named else kept.once(folder, name, made))
    return answer


def _etag(event: Event, draft: Draft, revision: Revision, suggested: dict[int, Remark], names: dict[int, str]) -> str:
    """Of all that everybody's page is made from: passages of a version change only when words are taken out of it."""
    version = (revision.id, revision.replaces, draft.title, draft.kind, draft.journal_destroyed)
    around = (event.title, event.state, event.language, history.tip(reading(), event.id), event.readers_remark)
    people = [(passage, remark.id, names[remark.person_id]) for passage, remark in sorted(suggested.items())]
    return hashlib.sha256(repr((pages.edition(), version, around, people)).encode()).hexdigest()[:32]


def _laid_out(
    event: Event,
    draft: Draft,
    revision: Revision,
    laid: list[Any],
    suggested: dict[int, Remark],
    asked: dict[str, Any] | None,
) -> str:
    ids = origins.ids_of(laid)[:PASSAGES]
    passages = {p.id: p for p in reading().execute(_columns().where(Passage.id.in_(ids)))}
    brought = _origins(draft.id, passages.values(), suggested)
    ages = {origin.revision.number: at * AGES // len(brought) for at, origin in enumerate(brought)}
    return render_template(
        "versions/blame.html",
        event=event,
        draft=draft,
        revision=revision,
        known=bool(laid),
        cut=len(passages) < len(origins.ids_of(laid)),
        pieces=_together([_piece(place, passages, suggested, ages) for place in laid]),
        origins=brought,
        strata=_strata(brought),
        ages=ages,
        reads_live=actor().may("read_live", event.id) and draft.journal_destroyed is None,
        quotation=asked,
    )


def _asked_for(draft: Draft) -> Revision:
    number = request.args.get("version", type=int)
    before = None if number is None else max(0, min(number, HIGHEST)) + 1
    revision = next(iter(history.page_of(reading(), draft.id, before=before, limit=1)), None)
    if revision is None or number not in (None, revision.number):
        raise NotFound("There is no such version of this text.")
    return revision


def _columns() -> sa.Select[int, str, int, int]:
    return sa.select(Passage.id, Passage.words, Passage.since, Passage.first)


def _piece(place: Sequence[Any], passages: dict[int, Any], suggested: dict[int, Remark], ages: dict[int, int]) -> Piece:
    kind, level, number, ids = place
    there = [passages[one] for one in ids if one in passages]
    together = groupby(there, key=lambda passage: (passage.since, passage.first, passage.id in suggested))
    runs = [
        Run(" ".join(passage.words for passage in some), since, first, ages[since], from_suggestion)
        for (since, first, from_suggestion), some in together
    ]
    return Piece(kind, level, number, runs)


def _together(pieces: list[Piece]) -> Iterator[tuple[str, list[Piece]]]:
    """Pieces by the list that they stand in: `ul`, `ol` or none."""
    for container, some in groupby((piece for piece in pieces if piece.runs), key=_container):
        yield container, list(some)


def _container(piece: Piece) -> str:
    return "" if piece.kind != "li" else "ul" if piece.number is None else "ol"


def _origins(draft_id: int, passages: Any, suggested: dict[int, Remark]) -> list[Origin]:
    """The newest first."""
    by_version: dict[int, list[Any]] = {}
    for passage in passages:
        by_version.setdefault(passage.since, []).append(passage)
    rows = sa.select(Revision).where(Revision.draft_id == draft_id, Revision.number.in_(by_version))
    names = _names(suggested)
    return [
        Origin(
            row,
            len(some := by_version[row.number]),
            sum(len(passage.words) for passage in some),
            _suggestions(some, suggested, names),
        )
        for row in reading().scalars(rows.order_by(Revision.number.desc()).options(*history.WITHOUT_TEXT))
    ]


def _suggestions(passages: list[Any], suggested: dict[int, Remark], names: dict[int, str]) -> list[tuple[Remark, str]]:
    remarks = {suggested[p.id].id: suggested[p.id] for p in passages if p.id in suggested}
    return [(remark, names[remark.person_id]) for remark in remarks.values()]


def _names(suggested: dict[int, Remark]) -> dict[int, str]:
    """Only of those who want to be named."""
    ids = {remark.person_id for remark in suggested.values()}
    people = reading().scalars(sa.select(Person).where(Person.id.in_(ids)))
    return {person.id: person.credit_name or SOMEBODY for person in people}


def _strata(brought: list[Origin]) -> list[tuple[Origin, float, float]]:
    """Each version's share of the letters for a bar, oldest first: where it begins and how wide it is, in percent."""
    total, at = sum(origin.letters for origin in brought) or 1, 0.0
    strata = []
    for origin in reversed(brought):
        width = 100 * origin.letters / total
        strata.append((origin, at, width))
        at += width
    return strata


def _quotation(draft: Draft) -> dict[str, Any] | None:
    """What was asked and what it comes from; None if nothing was asked. A question that is none is told so."""
    if "words" not in request.args:
        return None
    words = request.args["words"].strip()
    refusal = None
    if not words:
        refusal = Invalid("Please put the words in first.", field="words")
    elif len(words) > QUOTATION:
        refusal = Invalid(f"Please put in at most {QUOTATION} letters.", field="words")
    answer = quoting.look_up(reading(), draft.id, "" if refusal else words)
    return {
        "said": {"words": words[:QUOTATION]},
        "wrong": forms.Wrong.of(refusal) if refusal else None,
        "answer": answer,
        "newest": next((row.number for row in history.page_of(reading(), draft.id, limit=1)), 0),
        "found": found.shown(answer.passages, answer.question),
    }
