"""“Something here is about me”: a form for everybody, a page on which they see what became of it, and the desk of who
runs the event.
"""

import re

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts.models import Draft
from ..errors import Invalid, NotFound, Refused, Stale
from ..events.models import Event
from ..review import concerns
from ..review.models import Concern
from . import forms
from .guard import event_or_404
from .identity import actor, signed_in
from .services import read_anew, reading, services, writing

blueprint = Blueprint("concerns", __name__)

CONTACT_LIMIT = 120
PAGE = re.compile(r"/e/[a-z0-9-]{1,40}(?:/[\w./-]{0,150})?", re.ASCII)
UP = re.compile(r"/\.\.?(?:/|$)")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


@blueprint.get("/e/<event>/-/about-me")
def ask(event: str) -> ResponseReturnValue:
    """What is about you, and how can you be reached? Nobody has to say who they are."""
    return _form(event_or_404(event), _page(event, request.args.get("at", "")))


@blueprint.post("/e/<event>/-/about-me")
def say(event: str) -> ResponseReturnValue:
    """It reaches who runs the event; whoever said it gets an address to look at."""
    found = event_or_404(event)
    page = _page(event, request.form.get("at", ""))
    try:
        words, contact = forms.text("words"), forms.line("contact", CONTACT_LIMIT)
        said = concerns.Said(found.id, _draft(found, page), page, words, contact)
        with writing() as session:
            made = concerns.raise_one(session, said, days=services().settings.limits.concern_days, at=now())
    except Invalid as refusal:
        return _form(found, page, refusal)
    return redirect(f"/e/{event}/-/about-me/{made.token}", 303)


@blueprint.get("/e/<event>/-/about-me/<token>")
def follow(event: str, token: str) -> ResponseReturnValue:
    """What became of it, for whoever has the address."""
    found = event_or_404(event)
    concern = concerns.find(reading(), found.id, token)
    return forms.show("concerns/one.html", event=found, concern=concern, overdue=_overdue(concern))


@blueprint.get("/e/<event>/-/concerns")
def desk(event: str) -> ResponseReturnValue:
    """What waits, the most urgent first, for who runs the event."""
    return _desk(event_or_404(event, "moderate"))


@blueprint.post("/e/<event>/-/concerns/<int(max=9999999):number>")
def answer(event: str, number: int) -> ResponseReturnValue:
    """What was done about it, for whoever said it to read."""
    found = event_or_404(event, "moderate")
    concern = reading().get(Concern, number)
    if concern is None or concern.event_id != found.id:
        raise NotFound("There is no such message.")
    try:
        outcome = forms.text(f"outcome-{number}")
        with writing() as session:
            concerns.end(session, concern, outcome=outcome, by=signed_in().id, at=now())
    except (Invalid, Stale) as refusal:
        if isinstance(refusal, Invalid):
            refusal.field = f"outcome-{number}"
        read_anew()
        return _desk(found, refusal)
    flash("Answered. Whoever wrote it can read that now.")
    return redirect(f"/e/{event}/-/concerns", 303)


def _form(event: Event, page: str, refusal: Refused | None = None) -> ResponseReturnValue:
    days = services().settings.limits.concern_days
    return forms.show("concerns/say.html", refusal, event=event, page=page, days=days, said=forms.said())


def _desk(event: Event, refusal: Refused | None = None) -> ResponseReturnValue:
    waiting, done = concerns.open_ones(reading(), event.id), concerns.ended(reading(), event.id)
    ids = {concern.draft_id for concern in waiting}
    return forms.show(
        "concerns/desk.html",
        refusal,
        event=event,
        waiting=[(concern, _overdue(concern)) for concern in waiting],
        done=done,
        drafts={draft.id: draft for draft in reading().scalars(sa.select(Draft).where(Draft.id.in_(ids)))},
        said=forms.said(),
        me=actor().id,
    )


def _overdue(concern: Concern) -> bool:
    return concern.ended is None and concern.due < now()


def _page(event: str, at: str) -> str:
    """The page that it is about: one of this event, or else the event's own."""
    here = f"/e/{event}"
    of_event = PAGE.fullmatch(at) and (at == here or at.startswith(here + "/"))
    return at if of_event and "/about-me" not in at and not UP.search(at) else here


def _draft(event: Event, page: str) -> int | None:
    """The text that a page of the event is about: its slug is the first or the last word of the address."""
    words = [word for word in page.split("/")[3:] if SLUG.fullmatch(word)]
    mine = sa.select(Draft.id, Draft.slug).where(Draft.event_id == event.id, Draft.slug.in_(words))
    return next((row.id for row in reading().execute(mine)), None)
