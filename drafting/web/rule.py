"""By what rule an event decides: for everybody to read, and for who runs it to declare another."""

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Invalid
from ..events.models import Event
from ..review import declaring
from ..review.declaring import Wanted
from ..review.models import DeclaredRule
from . import forms
from .guard import event_or_404
from .identity import actor, signed_in
from .services import reading, writing

blueprint = Blueprint("rule", __name__)

CHOICES = {
    "one": ("One editor publishes", "The quickest. Good while a few people trust each other."),
    "several": (
        "Several editors have to agree",
        "It is published when as many as you say have pressed “I agree”.",
    ),
    "unless": (
        "Agreed unless someone objects",
        "A clock runs, for everybody to see. Whoever objects says in one sentence why, and the clock stands still until"
        " that is answered.",
    ),
}


@blueprint.route("/e/<event>/-/rule", methods=["GET", "POST"])
def show(event: str) -> ResponseReturnValue:
    """Every rule of the event, newest first."""
    found = event_or_404(event, "manage_event" if request.method == "POST" else "read")
    if request.method == "GET":
        return _page(found, None)
    try:
        with writing() as session:
            declaring.declare(session, found.id, _wanted(), by=signed_in().id, at=now())
    except Invalid as refusal:
        return _page(found, refusal)
    flash("Declared. It holds for what is put forward from now on.")
    return redirect(f"/e/{event}/-/rule", 303)


def _wanted() -> Wanted:
    kind = forms.line("kind", 10)
    several = kind == "several"
    return Wanted(
        kind=kind,
        people=forms.whole("editors" if several else "people", least=0),
        minutes=forms.whole("minutes"),
        opens=forms.hour("opens"),
        closes=forms.hour("closes"),
    )


def _page(event: Event, refusal: Invalid | None) -> ResponseReturnValue:
    declared = declaring.all_of(reading(), event.id)
    return forms.show(
        "events/rule.html",
        refusal,
        event=event,
        declared=[(one, declaring.rule_of(one, event)) for one in declared],
        rule=declaring.rule_of(declared[0] if declared else None, event),
        runs=actor().may("manage_event", event.id),
        choices=CHOICES,
        said=forms.said() if refusal else _as_said(declared[0] if declared else None),
    )


def _as_said(declared: DeclaredRule | None) -> dict[str, object]:
    """The rule in force, to begin with."""
    if declared is None:
        return {"kind": "one", "editors": 2, "people": "2", "minutes": 30}
    hours = {name: f"{hour:%H:%M}" for name in ("opens", "closes") if (hour := getattr(declared, name))}
    several = declared.kind == "several"
    return {
        "kind": declared.kind,
        "editors": declared.people if several else 2,
        "people": str(declared.people) if declared.kind == "unless" else "2",
        "minutes": declared.minutes or 30,
        **hours,
    }
