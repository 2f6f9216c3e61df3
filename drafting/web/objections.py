"""Objections as forms: said, handed in on paper, answered, taken back."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from ..db import clock as time_of
from ..errors import Invalid, NotAllowed, NotFound, Stale
from ..review import objecting
from ..review.models import Objection
from . import forms
from .deciding import found, page
from .guard import require
from .identity import signed_in
from .services import reading, services, writing

blueprint = Blueprint("objections", __name__)


@blueprint.post("/e/<event>/-/proposals/<int(max=9999999):number>/object")
def object_to(event: str, number: int) -> ResponseReturnValue:
    """Stop the clock, with one sentence; also for somebody who wrote it on paper."""
    found_event, draft, proposal = found(event, number)
    require("object", found_event.id)
    try:
        handed_in = forms.moment("handed_in", found_event.timezone) if forms.ticked("paper") else None
        if forms.ticked("paper"):
            require("put_forward", found_event.id)
            if handed_in is None:
                raise Invalid("Please say when it was handed in.", field="handed_in")
        with writing() as session:
            made = objecting.object_to(
                session,
                services().house,
                number,
                words=forms.line("words", objecting.SENTENCE_LIMIT),
                by=signed_in().id,
                at=time_of(session),
                handed_in=handed_in,
            )
    except (Invalid, Stale, NotAllowed) as refusal:
        return page(found_event, draft, proposal, refusal)
    if made is None:
        flash(
            "The time was over, and the text is published. What you said stands beside the live text, as a challenge."
        )
        return redirect(f"/e/{event}/{draft.slug}", 303)
    flash("The clock stands still until your objection is answered.")
    return redirect(f"/e/{event}/-/proposals/{number}", 303)


@blueprint.post("/e/<event>/-/objections/<int(max=9999999):number>/<step>")
def end_objection(event: str, number: int, step: str) -> ResponseReturnValue:
    """Answer it, or take it back."""
    if step not in ("answer", "withdraw"):
        raise NotFound("There is no such page.")
    objection = reading().get(Objection, number)
    if objection is None:
        raise NotFound("There is no such objection.")
    found_event, draft, proposal = found(event, objection.proposal_id, "object")
    if step == "answer" and proposal.proposer_id != signed_in().id:
        require("answer", found_event.id)
    try:
        with writing() as session:
            at, me = time_of(session), signed_in().id
            if step == "answer":
                objecting.answer(session, number, words=forms.line("answer", objecting.SENTENCE_LIMIT), by=me, at=at)
            else:
                objecting.withdraw(session, number, by=me, at=at)
    except (Invalid, Stale, NotAllowed) as refusal:
        return page(found_event, draft, proposal, refusal)
    flash("Answered. The clock goes on." if step == "answer" else "Your objection is taken back. The clock goes on.")
    return redirect(f"/e/{event}/-/proposals/{proposal.id}", 303)
