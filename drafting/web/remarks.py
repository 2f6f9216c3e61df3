"""Suggestions and comments without script: a page with every card, one page for each, and a form for every step."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..db import now
from ..drafts import anchors
from ..drafts.models import Draft
from ..drafts.plain import plain_ends
from ..errors import Invalid, NotAllowed, NotFound, Refused, Stale
from ..events import promising
from ..events.models import Event
from ..people.rights import Act
from ..review import commenting, proposing, remarks, suggesting
from ..review.models import Remark
from ..wording.names import clean_text
from . import cards, forms, livetext, readers, since, standings
from .errors import wants_json
from .guard import check_shown, draft_or_404, event_or_404, require
from .identity import actor, signed_in
from .services import read_anew, reading, writing

blueprint = Blueprint("remarks", __name__)

KINDS = {
    "comment": ("A comment", "Something the writers should know or think about."),
    "question": ("A question", "Somebody has to answer it."),
    "challenge": ("A challenge", "You think this is wrong, or should not be said."),
}


@blueprint.get("/e/<event>/-/remarks/<draft>")
def show_all(event: str, draft: str) -> ResponseReturnValue:
    """Every card: what is open, or with `?all` what was decided, too; with `?part` as the live page shows it."""
    found_event, found = draft_or_404(event, draft, "read_live")
    everything = "all" in request.args
    since.looked(found_event, found)
    return forms.show(
        "remarks/beside.html" if "part" in request.args else "remarks/all.html",
        event=found_event,
        draft=found,
        promise=promising.current(reading(), found_event.id),
        pile=cards.pile(found, only_open=not everything, first=_number("from") or 1, at=_number("at")),
        everything=everything,
        counts=remarks.open_counts(reading(), found.id),
        kinds=KINDS,
        waiting=[standings.of(proposal, found_event) for proposal in proposing.open_ones(reading(), [found.id])],
        next=proposing.latest_number(reading(), found.id) + 1,
        now=now(),
        remarks=takes_more(found_event, found),
    )


def _number(name: str) -> int | None:
    """A small number that is asked for; None for whatever else."""
    asked = request.args.get(name, "")
    return int(asked) or None if asked.isascii() and asked.isdigit() and len(asked) <= 7 else None


@blueprint.get("/e/<event>/-/waiting")
def show_waiting(event: str) -> ResponseReturnValue:
    """What readers said and nobody has looked at, for who runs the event."""
    found = event_or_404(event, "moderate")
    some = remarks.waiting(reading(), found.id)
    titles = {remark.draft_id: reading().get_one(Draft, remark.draft_id).title for remark in some}
    said = cards.said(some)
    return forms.show("remarks/waiting.html", event=found, some=some, said=said, titles=titles, kinds=KINDS)


@blueprint.get("/e/<event>/-/remark/<int(max=9999999):number>")
def show(event: str, number: int) -> ResponseReturnValue:
    """One card, with what was said to it and what can be done."""
    return _page(*_remark(event, number))


def _page(event: Event, draft: Draft, remark: Remark, refusal: Refused | None = None) -> ResponseReturnValue:
    card = cards.one(draft, remark)
    settles = actor().may("settle", event.id)
    return forms.show(
        "remarks/one.html",
        refusal,
        event=event,
        draft=draft,
        card=card,
        remark=card.remark,
        kinds=KINDS,
        said=forms.said(),
        settles=settles and event.state == "open",
        resolves=(card.mine or settles) and event.state == "open" and not readers.waits(event.id),
        remarks=takes_more(event, draft) and not readers.waits(event.id),
        moderates=actor().may("moderate", event.id),
    )


@blueprint.post("/e/<event>/-/remark/<int(max=9999999):number>/<step>")
def take_step(event: str, number: int, step: str) -> ResponseReturnValue:
    """One step in a card's life; whatever is refused is said on the card's page, with what was typed.

    A script that asks for JSON is told in a word.
    """
    found_event, draft, remark = _remark(event, number)
    if step not in STEPS:
        raise NotFound("There is no such page.")
    chosen = STEPS[step]
    if not (chosen.by_author and remark.person_id == signed_in().id):
        require(chosen.act, found_event.id)
    try:
        must_be_open(found_event)
        if step != "withdraw" and readers.waits(found_event.id):
            raise NotAllowed("Please join the event first, with a code or a link. Then you can answer here.")
        if remark.hidden is not None and step == "reply" and not cards.may_see(remark, found_event.id):
            raise Stale("This was hidden, so that nothing more is said to it here.")
        if remark.waiting is not None and step not in WHILE_IT_WAITS:
            raise Stale("Nobody has looked at this yet. Let it stand beside the text first, or hide it.")
        with turn(number):
            read_anew()
            chosen.do(draft, remark)
    except (Invalid, Stale, NotAllowed) as refusal:
        if wants_json():
            raise
        read_anew()
        return _page(*_remark(event, number), refusal)
    if wants_json():
        return jsonify(said=chosen.done)
    flash(chosen.done)
    return redirect(f"/e/{event}/-/remark/{number}", 303)


_TURNS = tuple(threading.Lock() for _ in range(64))


def turn(remark_id: int) -> threading.Lock:
    """One step at a time for each card: an edit whose card was decided meanwhile would empty the room."""
    return _TURNS[remark_id % len(_TURNS)]


@dataclass(frozen=True)
class Step:
    """`act`: who may take it; `by_author`: who made the card may, too. `done` is said afterwards."""

    act: Act
    do: Callable[[Draft, Remark], None]
    done: str
    by_author: bool = False


def _written(act: Callable[[Session, int, int, datetime], object]) -> Callable[[Draft, Remark], None]:
    """A step that is one short transaction: `act(session, remark_id, person_id, at)`."""

    def do(_draft: Draft, remark: Remark) -> None:
        with writing() as session:
            act(session, remark.id, signed_in().id, now())

    return do


def _put_in(draft: Draft, remark: Remark) -> None:
    """Put a suggestion into the text, as it is or with other words, as an edit of who suggested it."""
    suggesting.check_free(remark)
    if remark.epoch != draft.epoch:
        raise Stale("The text was started anew since this was suggested.")
    number, me, words = remark.id, signed_in().id, _wanted(remark)
    taken = None if words == remark.words else words
    livetext.put_in(
        draft.id,
        remark.person_id,
        anchors.read(remark.anchor),
        seen=plain_ends(clean_text(request.form.get("seen", ""))),
        words=words,
        also=lambda session: suggesting.accept(session, number, taken=taken, by=me, at=now()),
    )
    read_anew()
    if remarks.find(reading(), number).state != "accepted":
        raise Stale("The text changed just then, so that nothing was left to do. Please look again.")


def _wanted(remark: Remark) -> str:
    """What is to be put in: as suggested, unless it was changed in the form."""
    given = request.form.get("words")
    words = remark.words if given is None else plain_ends(clean_text(given))
    if len(words) > suggesting.TEXT_LIMIT:
        raise Invalid(f"This is too long: at most {suggesting.TEXT_LIMIT} characters.", field="words")
    return words


def _sentence(name: str) -> str:
    return forms.line(name, remarks.SENTENCE_LIMIT)


STEPS = {
    "reply": Step(
        "remark",
        _written(lambda s, n, me, at: remarks.reply(s, n, words=forms.text("words"), by=me, at=at)),
        "Your answer stands there now.",
    ),
    "accept": Step("settle", _put_in, "It is in the text now."),
    "decline": Step(
        "settle",
        _written(lambda s, n, me, at: suggesting.decline(s, n, reason=_sentence("outcome"), by=me, at=at)),
        "Declined. It keeps this page, and can be taken up again.",
    ),
    "withdraw": Step(
        "remark", _written(lambda s, n, me, at: suggesting.withdraw(s, n, by=me, at=at)), "You took it back."
    ),
    "again": Step(
        "settle",
        _written(lambda s, n, me, at: suggesting.take_up_again(s, n, by=me, at=at)),
        "It is open again.",
        by_author=True,
    ),
    "resolve": Step(
        "settle",
        _written(lambda s, n, me, at: commenting.resolve(s, n, outcome=_sentence("outcome"), by=me, at=at)),
        "Resolved.",
        by_author=True,
    ),
    "reopen": Step("remark", _written(lambda s, n, me, at: commenting.reopen(s, n, by=me, at=at)), "It is open again."),
    "let-through": Step(
        "moderate",
        _written(lambda s, n, me, at: remarks.let_through(s, n, by=me, at=at)),
        "It stands beside the text now.",
    ),
}


WHILE_IT_WAITS = ("let-through", "withdraw")
"""What can be done with what a reader said before somebody has looked at it."""


def _remark(event: str, number: int) -> tuple[Event, Draft, Remark]:
    found_event = event_or_404(event, "read_live")
    remark = remarks.find(reading(), number)
    sees = remark.waiting is None or remark.person_id == actor().id or actor().may("moderate", found_event.id)
    if remark.event_id != found_event.id or not sees:
        raise NotFound("There is no such suggestion or comment.")
    draft = reading().get_one(Draft, remark.draft_id)
    check_shown(actor(), draft)
    return found_event, draft, remark


def must_be_open(event: Event) -> None:
    """Raises NotAllowed in a closed event."""
    if event.state != "open":
        raise NotAllowed("The event is closed, so nothing more is decided here.")


def takes_more(event: Event, draft: Draft) -> bool:
    """Whether who asks may suggest and comment here now."""
    return event.state == "open" and draft.journal_destroyed is None and actor().may("remark", event.id)
