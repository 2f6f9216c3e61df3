"""Versions that are not public yet: read by people in the event, stopped by any of them, let go by who runs it."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts.models import Draft
from ..errors import Invalid, NotFound, Refused, Stale
from ..events.models import Event
from ..record.models import Revision
from ..review import waiting
from ..review.proposing import SUMMARY_LIMIT
from . import changes, forms
from .guard import event_or_404
from .identity import actor, signed_in
from .services import reading, writing

blueprint = Blueprint("unreleased", __name__)


@blueprint.get("/e/<event>/-/versions/<int(max=9999999):number>")
def show(event: str, number: int) -> ResponseReturnValue:
    """A version that is not public yet, for people in the event."""
    return _page(*_find(event, number))


@blueprint.post("/e/<event>/-/versions/<int(max=9999999):number>/stop")
def stop(event: str, number: int) -> ResponseReturnValue:
    """“Stop, someone could be hurt.”"""
    found_event, revision = _find(event, number)
    try:
        with writing() as session:
            reason = forms.line("reason", SUMMARY_LIMIT)
            waiting.stop(session, number, reason=reason, by=signed_in().id, at=now())
    except (Invalid, Stale) as refusal:
        return _page(found_event, revision, refusal)
    return redirect(f"/e/{event}/-/versions/{number}", 303)


@blueprint.post("/e/<event>/-/versions/<int(max=9999999):number>/let-go")
def let_go(event: str, number: int) -> ResponseReturnValue:
    """Whoever runs the event has looked: it becomes public."""
    event_or_404(event, "manage_event")
    _, revision = _find(event, number)
    path = revision.path
    with writing() as session:
        waiting.let_go(session, number, now())
    return redirect(path, 303)


def _find(event: str, number: int) -> tuple[Event, Revision]:
    found_event = event_or_404(event, "stop_release")
    revision = reading().get(Revision, number)
    if revision is None or revision.event_id != found_event.id:
        raise NotFound("There is no such version.")
    return found_event, revision


def _page(event: Event, revision: Revision, refusal: Refused | None = None) -> ResponseReturnValue:
    if revision.released:
        return redirect(revision.path)
    return forms.show(
        "review/unreleased.html",
        refusal,
        event=event,
        draft=reading().get_one(Draft, revision.draft_id),
        revision=revision,
        text=changes.laid_out(revision.text),
        runs=actor().may("manage_event", event.id),
        stops=actor().may("stop_release", event.id),
        said=forms.said(),
    )
