"""Putting out of sight what hurts somebody or is spam, by who runs the event: one page and one reason."""

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts.models import Draft
from ..errors import Invalid, NotFound, Refused, Stale
from ..events.models import Event
from ..review import hiding, remarks
from ..review.hiding import Said, What
from ..review.models import Objection, Remark, Reply
from . import forms
from .guard import event_or_404
from .identity import signed_in
from .remarks import turn
from .services import read_anew, reading, writing

blueprint = Blueprint("hiding", __name__)

PLACE = "<any(remark, answer, objection, text):what>/<int(max=9999999):number>"


@blueprint.get(f"/e/<event>/-/hide/{PLACE}")
def show(event: str, what: What, number: int) -> ResponseReturnValue:
    """What it is, and why it is to be hidden; or that it can be shown again."""
    return _page(*_found(event, what, number), what)


@blueprint.post(f"/e/<event>/-/hide/{PLACE}")
def hide(event: str, what: What, number: int) -> ResponseReturnValue:
    """Take it out of sight; the reason stands in its place."""
    found_event, said = _found(event, what, number)
    try:
        because, me = forms.line("because", remarks.SENTENCE_LIMIT), signed_in().id
        with turn(number), writing() as session:
            hiding.hide(session, what, number, because=because, by=me, at=now())
    except (Invalid, Stale) as refusal:
        read_anew()
        return _page(found_event, said, what, refusal)
    flash("It is hidden. The reason stands in its place.")
    return redirect(_back(found_event, said), 303)


@blueprint.post(f"/e/<event>/-/show/{PLACE}")
def show_again(event: str, what: What, number: int) -> ResponseReturnValue:
    """Bring it back."""
    found_event, said = _found(event, what, number)
    try:
        with turn(number), writing() as session:
            hiding.show(session, what, number, by=signed_in().id, at=now())
    except Stale as refusal:
        read_anew()
        return _page(found_event, said, what, refusal)
    flash("It is shown again.")
    return redirect(_back(found_event, said), 303)


def _found(event: str, what: What, number: int) -> tuple[Event, Said]:
    found_event = event_or_404(event, "moderate")
    said = hiding.find(reading(), what, number)
    if hiding.about(reading(), said).event_id != found_event.id:
        raise NotFound("There is no such text, suggestion, comment, answer or objection.")
    return found_event, said


def _page(event: Event, said: Said, what: What, refusal: Refused | None = None) -> ResponseReturnValue:
    return forms.show(
        "remarks/hide.html",
        refusal,
        event=event,
        what=_called(said),
        place=f"{what}/{said.id}",
        words=said.title if isinstance(said, Draft) else said.words,
        quote=said.quote if isinstance(said, Remark) else "",
        hidden=said.hidden is not None,
        because=said.hidden_because,
        home=_home(event, said),
        said=forms.said(),
    )


def _called(said: Said) -> str:
    """What it is called on the page."""
    match said:
        case Remark():
            return said.kind
        case Reply():
            return "answer"
        case Objection():
            return "objection"
        case Draft():
            return "text"


def _back(event: Event, said: Said) -> str:
    """Where somebody came from: the messages of people it is about, or the page on which it stands."""
    return f"/e/{event.slug}/-/concerns" if request.form.get("back") == "concerns" else _home(event, said)


def _home(event: Event, said: Said) -> str:
    """The page on which it stands."""
    match said:
        case Remark():
            return f"/e/{event.slug}/-/remark/{said.id}"
        case Reply():
            return f"/e/{event.slug}/-/remark/{said.remark_id}#a{said.id}"
        case Objection():
            return f"/e/{event.slug}/-/proposals/{said.proposal_id}#o{said.id}"
        case Draft():
            return f"/e/{event.slug}/{said.slug}"
