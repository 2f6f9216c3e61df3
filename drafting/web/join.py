"""Joining: a code or a link, nothing but a name, and then one screen with one task."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Expired, NotFound
from ..events import promising
from ..events.models import Event
from ..people import joining
from ..people.models import NAME_LIMIT, JoinLink, Person
from ..people.rights import may
from . import catalogue, forms
from .guard import event_or_404
from .identity import actor, on_shared_computer, remember, signed_in
from .services import reading, services, writing

blueprint = Blueprint("join", __name__)


@blueprint.route("/join", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """Type a six-character code."""
    if request.method == "GET":
        return forms.show("join/code.html", said={})
    typed = forms.line("code", 40)
    try:
        link = joining.find_by_code(reading(), services().mint, typed, now())
    except (NotFound, Expired) as refusal:
        refusal.facts["field"] = "code"
        return forms.show("join/code.html", refusal, said={"code": typed})
    return redirect(f"/join/{services().mint.link_token(link.salt)}", 303)


@blueprint.route("/join/<token>", methods=["GET", "POST"])
def token(token: str) -> ResponseReturnValue:
    """Look at an invitation, and accept it."""
    link = joining.find_by_token(reading(), services().mint, token, now())
    event = reading().get_one(Event, link.event_id)
    if request.method == "POST":
        return _join(token, event)
    invited = reading().get(Person, link.person_id) if link.person_id else None
    return render_template(
        "join/link.html",
        link=link,
        event=event,
        promise=promising.current(reading(), event.id),
        person=actor().person,
        said={"name": invited.name} if invited else {},
        wrong=None,
    )


def _join(token: str, event: Event) -> ResponseReturnValue:
    person = actor().person
    with writing() as session:
        link: JoinLink = joining.find_by_token(session, services().mint, token, now())
        joined = joining.join(
            session,
            link,
            name=forms.line("name", NAME_LIMIT) or None,
            shows_name=forms.ticked("shows_name"),
            person=session.get(Person, person.id) if person else None,
            at=now(),
        )
        same = person is not None and joined.id == person.id
    remember(joined, shared_computer=on_shared_computer() if same else forms.ticked("shared"))
    return redirect(f"/e/{event.slug}/-/welcome", 303)


@blueprint.get("/e/<event>/-/welcome")
def welcome(event: str) -> ResponseReturnValue:
    """After joining: one task."""
    person = signed_in()
    found = event_or_404(event, "read_live")
    role = actor().role_in(found.id)
    return render_template(
        "join/welcome.html",
        event=found,
        draft=catalogue.task_of(found.id, person.id),
        writes=may(role, "write"),
        starts=may(role, "start_draft"),
    )
