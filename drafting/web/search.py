"""Searching what an event's published texts say, and what they said."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ..errors import Invalid
from ..record import searching
from ..wording.searching import asked
from . import forms, found
from .guard import event_or_404, hidden_texts
from .services import reading

blueprint = Blueprint("search", __name__)

LONGEST = 200
HIGHEST = 2**31 - 1
"""Above every number of a passage."""


@blueprint.get("/e/<event>/-/search")
def show(event: str) -> ResponseReturnValue:
    """An empty form; or what `?words=` finds: in the texts as they stand and, in `?in=past`, as they stood."""
    found_event = event_or_404(event)
    words = request.args.get("words", "").strip()
    question = asked(words[:LONGEST])
    refusal = None
    if len(words) > LONGEST:
        refusal = Invalid(f"Please search for at most {LONGEST} letters.", field="words")
    elif words and not question.terms:
        refusal = Invalid("Please search for words or numbers.", field="words")
    in_past = request.args.get("in") == "past"
    look = searching.past if in_past else searching.current
    before = request.args.get("before", type=int)
    before = None if before is None else max(0, min(before, HIGHEST))
    shelf = searching.Shelf(found_event.id, hidden_texts(found_event.id))
    hits = searching.Found([], False)
    spread: list[found.Shown] = []
    once = False
    if question.terms and not refusal:
        hits = look(reading(), shelf, question, before=before)
        if not hits.passages and not in_past and before is None:
            once = bool(searching.past(reading(), shelf, question).passages)
            if len(question.terms) > 1:
                spread = found.shown(searching.spread(reading(), shelf, question), question)
    wrong = forms.Wrong.of(refusal) if refusal else None
    return render_template(
        "versions/search.html",
        event=found_event,
        said={"words": words[:LONGEST]},
        wrong=wrong,
        searched=bool(question.terms) and refusal is None,
        in_past=in_past,
        hits=found.shown(hits.passages, question),
        spread=spread,
        once=once,
        next=hits.passages[-1].id if hits.more else None,
        later=before is not None,
    ), wrong.status if wrong else 200
