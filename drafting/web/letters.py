"""Asking for letters, and the page of one's own letters: confirm, change, stop. Nobody needs to be signed in."""

import contextlib

from flask import Blueprint, flash, redirect, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Invalid, NotFound, Refused
from ..events.models import Event
from ..publishing.mail import subscribing
from ..publishing.mail.slots import RHYTHMS
from ..publishing.mail.subscribing import Wish
from . import catalogue, forms
from .guard import event_or_404, hidden_texts
from .services import reading, services, writing

blueprint = Blueprint("letters", __name__)

DONE = {
    "confirm": "Confirmed. The first letter comes when something new is published.",
    "change": "Changed.",
}


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Mail programs end letters by one press of theirs, without our token (RFC 8058)."""
    state.app.extensions["csrf"].exempt(stop)


@blueprint.get("/e/<event>/-/letters")
def ask(event: str) -> ResponseReturnValue:
    found = _offered(event)
    return _form(found, said={"about": request.args.get("about", ""), "rhythm": "daily"})


@blueprint.post("/e/<event>/-/letters")
def send(event: str) -> ResponseReturnValue:
    """A letter with the address of one's own page goes out. Nobody is told here who gets letters already."""
    found = _offered(event)
    try:
        address = subscribing.address(forms.line("address", subscribing.ADDRESS_LIMIT))
        wish = Wish(found.id, _text(found, forms.line("about", 100)), forms.line("rhythm", 10))
        with writing() as session:
            subscribing.ask(session, services().vault, services().mint, wish, address, now())
    except Invalid as refusal:
        return _form(found, refusal, said=forms.said())
    return forms.show("letters/asked.html", event=found, address=address, days=subscribing.UNCONFIRMED.days)


@blueprint.get("/e/<event>/-/letters/<token>")
@blueprint.get("/e/<event>/-/letters/<token>/stop", endpoint="look_at_stop")
def show(event: str, token: str) -> ResponseReturnValue:
    """One's own letters. Looking changes nothing: mail programs look at links before people do."""
    return _own(event_or_404(event), token)


@blueprint.post("/e/<event>/-/letters/<token>/<any(confirm, change):act>")
def change(event: str, token: str, act: str) -> ResponseReturnValue:
    found = event_or_404(event)
    try:
        with writing() as session:
            row = subscribing.find(session, services().mint, event, token)
            if act == "confirm":
                subscribing.confirm(session, row, now())
            else:
                subscribing.change(session, row, forms.line("rhythm", 10))
    except Invalid as refusal:
        return _own(found, token, refusal)
    flash(DONE[act])
    return redirect(f"/e/{event}/-/letters/{token}", 303)


@blueprint.post("/e/<event>/-/letters/<token>/stop")
def stop(event: str, token: str) -> ResponseReturnValue:
    """No letter any more, and the address is forgotten; also of an event that is hidden. Twice is once."""
    with writing() as session, contextlib.suppress(NotFound):
        subscribing.end(session, subscribing.find(session, services().mint, event, token))
    return _ended(event, never=False)


@blueprint.post("/e/<event>/-/letters/<token>/never")
def never(event: str, token: str) -> ResponseReturnValue:
    """It was not they who asked: nobody can ask for letters to this address again."""
    with writing() as session:
        subscribing.never_again(session, subscribing.find(session, services().mint, event, token), now())
    return _ended(event, never=True)


def _ended(slug: str, *, never: bool) -> ResponseReturnValue:
    try:
        return forms.show("letters/ended.html", event=event_or_404(slug), never=never)
    except NotFound:
        return forms.show("letters/ended.html", never=never)


def _offered(slug: str) -> Event:
    event = event_or_404(slug)
    if services().settings.mail is None or subscribing.is_offered(reading(), event.id) is None:
        raise NotFound("This event writes no letters. Its page says how else it can be followed.")
    return event


def _texts(event: Event) -> dict[str, str]:
    hidden = hidden_texts(event.id)
    texts = {draft.slug: f"Only {draft.title}" for draft in catalogue.drafts_of(event.id) if draft.id not in hidden}
    return {"": "Everything of this event", **texts}


def _text(event: Event, slug: str) -> int | None:
    if slug and slug not in _texts(event):
        raise Invalid("Choose what the letters are about.", "about")
    return next((draft.id for draft in catalogue.drafts_of(event.id) if draft.slug == slug), None)


def _form(event: Event, refusal: Refused | None = None, *, said: dict[str, str]) -> ResponseReturnValue:
    return forms.show("letters/ask.html", refusal, event=event, texts=_texts(event), rhythms=RHYTHMS, said=said)


def _own(event: Event, token: str, refusal: Refused | None = None) -> ResponseReturnValue:
    row = subscribing.find(reading(), services().mint, event.slug, token)
    opened = services().vault.open(row.sealed)
    hidden = hidden_texts(event.id)
    titles = {draft.id: draft.title for draft in catalogue.drafts_of(event.id) if draft.id not in hidden}
    title = titles.get(row.draft_id, "a text that is hidden") if row.draft_id is not None else event.title
    return forms.show(
        "letters/own.html",
        refusal,
        event=event,
        row=row,
        address=subscribing.masked(opened["address"]),
        title=title,
        token=token,
        rhythms=RHYTHMS,
        said={"rhythm": row.rhythm},
    )
