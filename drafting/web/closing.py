"""Closing an event and opening it again, and how long its live texts are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts import ending
from ..errors import Invalid, Refused, Removed, Stale
from ..events import closing
from ..events.models import Event
from ..record import history
from . import catalogue, errors, forms
from .guard import draft_or_404, event_or_404
from .identity import API, signed_in
from .services import reading, services, writing

blueprint = Blueprint("closing", __name__)


@dataclass(frozen=True)
class Rest:
    """What becomes of the live texts of a closed event. `removal` is None where none is to come."""

    removed: datetime | None
    removal: datetime | None
    soon: bool
    kept_because: str


def rest_of(event: Event) -> Rest | None:
    """None while the event is open, and where it has no live text."""
    drafts = catalogue.drafts_of(event.id)
    if event.state == "open" or not drafts:
        return None
    gone = [draft.journal_destroyed for draft in drafts if draft.journal_destroyed]
    if len(gone) == len(drafts):
        return Rest(max(gone), None, False, "")
    removal = closing.destroyed_from(event, lasts())
    soon = removal is not None and now() >= removal - closing.WARNING
    return Rest(None, removal, soon, event.journals_kept_because)


def lasts() -> timedelta:
    return timedelta(days=services().settings.limits.journal_days_after_close)


@blueprint.get("/e/<event>/-/close")
def show(event: str) -> ResponseReturnValue:
    """What closing means, or what can still be done about a closed event."""
    return _page(event_or_404(event, "manage_event"))


@blueprint.post("/e/<event>/-/close")
def close(event: str) -> ResponseReturnValue:
    found = event_or_404(event, "manage_event")
    try:
        with writing() as session:
            closing.close(session, found.id, by=signed_in().id, at=now())
    except Stale as refusal:
        return _page(found, refusal)
    flash("The event is closed. Nobody can write in its live texts any more.")
    return redirect(f"/e/{event}/-/close", 303)


@blueprint.post("/e/<event>/-/reopen")
def reopen(event: str) -> ResponseReturnValue:
    found = event_or_404(event, "manage_event")
    try:
        with writing() as session:
            ending.reopen(session, found.id, by=signed_in().id, at=now())
    except Stale as refusal:
        return _page(found, refusal)
    flash("The event is open again.")
    return redirect(f"/e/{event}", 303)


@blueprint.post("/e/<event>/-/keep-live-texts")
def keep(event: str) -> ResponseReturnValue:
    """State why the live texts are kept longer."""
    found = event_or_404(event, "manage_event")
    try:
        because = closing.reasoned(forms.line("because", closing.REASON_LIMIT))
        with writing() as session:
            closing.keep_journals(session, found.id, because=because, by=signed_in().id, at=now())
    except (Invalid, Stale) as refusal:
        return _page(found, refusal)
    flash("The live texts are kept. The team can read why.")
    return redirect(f"/e/{event}/-/close", 303)


@blueprint.post("/e/<event>/-/let-live-texts-go")
def let_go(event: str) -> ResponseReturnValue:
    """Take the reason back."""
    found = event_or_404(event, "manage_event")
    try:
        with writing() as session:
            closing.keep_journals(session, found.id, because="", by=signed_in().id, at=now())
    except Stale as refusal:
        return _page(found, refusal)
    flash("The reason was taken back.")
    return redirect(f"/e/{event}/-/close", 303)


@blueprint.app_errorhandler(Removed)
def removed(error: Removed) -> ResponseReturnValue:
    """Wherever a live text is asked for that was destroyed: when, and what is left."""
    if request.path.startswith(API):
        return errors.refused(error)
    asked_for = request.view_args or {}
    event, draft = draft_or_404(asked_for["event"], asked_for["draft"])
    newest = history.latest(reading(), draft.id)
    number = newest.number if newest else None
    return render_template("drafts/live_removed.html", event=event, draft=draft, published=number), 410


def _page(event: Event, refusal: Refused | None = None) -> ResponseReturnValue:
    return forms.show(
        "events/close.html",
        refusal,
        event=event,
        rest=rest_of(event),
        days=lasts().days,
        said=forms.said(),
    )
