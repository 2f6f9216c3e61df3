"""Where an event's record is copied to: adding a copy, pausing it, looking again, and removing it."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Invalid, Refused, Taken
from ..events.models import Event
from ..witnesses import mirrors
from . import forms
from .guard import event_or_404
from .services import reading, services, writing

blueprint = Blueprint("mirrors", __name__)

DONE = {"pause": "It is paused.", "resume": "It goes on now.", "again": "We look there again in a moment."}


@blueprint.get("/e/<event>/-/mirrors")
def show(event: str) -> ResponseReturnValue:
    return _page(event_or_404(event, "publish"))


def _page(event: Event, refusal: Refused | None = None) -> ResponseReturnValue:
    said = {name: words for name, words in forms.said().items() if name != "token"}
    copies = mirrors.standings(reading(), event.id)
    return forms.show("witnesses/mirrors.html", refusal, event=event, copies=copies, said=said if refusal else {})


@blueprint.post("/e/<event>/-/mirrors/add")
def add(event: str) -> ResponseReturnValue:
    """Check what was typed, look there for real, and only then keep it."""
    found = event_or_404(event, "publish")
    settings = services().settings
    try:
        place = mirrors.read(
            settings,
            address=forms.line("address", mirrors.ADDRESS_LIMIT),
            user=forms.line("user", mirrors.USER_LIMIT),
            token=forms.line("token", mirrors.TOKEN_LIMIT),
        )
        mirrors.check(settings, place)
        with writing() as session:
            mirrors.add(session, services().vault, place, event_id=found.id, at=now())
    except (Invalid, Taken) as refusal:
        return _page(found, refusal)
    flash("The copy is begun. From now on every published version goes there, too.")
    return redirect(f"/e/{event}/-/mirrors", 303)


@blueprint.post("/e/<event>/-/mirrors/<int(max=9999999):mirror_id>/<any(pause, resume, again):act>")
def change(event: str, mirror_id: int, act: str) -> ResponseReturnValue:
    found = event_or_404(event, "publish")
    with writing() as session:
        if act == "pause":
            mirrors.pause(session, found.id, mirror_id, now())
        else:
            mirrors.resume(session, found.id, mirror_id, now())
    flash(DONE[act])
    return redirect(f"/e/{event}/-/mirrors", 303)


@blueprint.get("/e/<event>/-/mirrors/<int(max=9999999):mirror_id>/remove")
def ask_to_remove(event: str, mirror_id: int) -> ResponseReturnValue:
    """What removing means, before it is done."""
    found = event_or_404(event, "publish")
    return forms.show("witnesses/remove.html", event=found, mirror=mirrors.one(reading(), found.id, mirror_id))


@blueprint.post("/e/<event>/-/mirrors/<int(max=9999999):mirror_id>/remove")
def remove(event: str, mirror_id: int) -> ResponseReturnValue:
    found = event_or_404(event, "publish")
    with writing() as session:
        mirrors.remove(session, found.id, mirror_id, now())
    flash("It is removed. Nothing more is sent there.")
    return redirect(f"/e/{event}/-/mirrors", 303)
