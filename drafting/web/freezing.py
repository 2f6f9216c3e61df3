"""Freezing a draft and unfreezing it."""

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts import freezing
from ..drafts.models import Draft
from ..errors import Invalid, Refused, Stale
from ..events.models import Event
from . import forms
from .guard import draft_or_404
from .identity import signed_in
from .services import services, writing

blueprint = Blueprint("freezing", __name__)


@blueprint.route("/e/<event>/-/freeze/<draft>", methods=["GET", "POST"])
def freeze(event: str, draft: str) -> ResponseReturnValue:
    """What freezing means, and why it is done; of a frozen draft, the way back."""
    found_event, found = draft_or_404(event, draft, "freeze")
    if request.method == "GET":
        return _page(found_event, found)
    try:
        _must_be_open(found_event)
        because = forms.line("because", freezing.REASON_LIMIT)
        with writing() as session:
            freezing.freeze(session, session.get_one(Draft, found.id), because=because, by=signed_in().id, at=now())
    except (Invalid, Stale) as refusal:
        return _page(*draft_or_404(event, draft), refusal)
    services().rooms.freeze(found.id, True)
    flash("The text is frozen. Everybody who has it open sees that, and why.")
    return redirect(f"/e/{event}/-/freeze/{draft}", 303)


@blueprint.post("/e/<event>/-/unfreeze/<draft>")
def unfreeze(event: str, draft: str) -> ResponseReturnValue:
    found_event, found = draft_or_404(event, draft, "freeze")
    try:
        _must_be_open(found_event)
        with writing() as session:
            freezing.unfreeze(session, session.get_one(Draft, found.id), by=signed_in().id, at=now())
    except Stale as refusal:
        return _page(*draft_or_404(event, draft), refusal)
    services().rooms.freeze(found.id, False)
    flash("The text is not frozen any more. The team can write again.")
    return redirect(f"/e/{event}/{draft}", 303)


def _must_be_open(event: Event) -> None:
    if event.state != "open":
        raise Stale("The event is closed, so nobody writes in its texts anyway. What is frozen stays frozen.")


def _page(event: Event, draft: Draft, refusal: Refused | None = None) -> ResponseReturnValue:
    return forms.show(
        "drafts/freeze.html",
        refusal,
        event=event,
        draft=draft,
        said=forms.said(),
    )
