"""Signing in by a one-time link, one's name, and leaving."""

import re

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Invalid, Refused
from ..people import joining, signing_in
from ..people.models import NAME_LIMIT, Person
from . import catalogue, forms, seats
from .identity import actor, forget, remember, signed_in
from .services import reading, services, writing

blueprint = Blueprint("account", __name__)

CREDITS = {
    "as_shown": ("As the others see me", "By your name if you show it, otherwise as part of the team."),
    "team": ("As part of the team", "Your name stands nowhere in the credits, though the others in the event see it."),
    "alias": ("By another name", "A pen name, or a name that you are known by."),
}
OUR_PATH = re.compile(r"(?:/[a-z0-9-]+)+")


@blueprint.route("/-/sign-in/<token>", methods=["GET", "POST"])
def sign_in(token: str) -> ResponseReturnValue:
    """Looking shows a button, pressing it uses the link up: previews of links fetch pages too."""
    if request.method == "GET":
        link = signing_in.look_at(reading(), services().mint, token, now())
        whose = reading().get_one(Person, link.person_id).name
        return render_template("account/sign_in.html", whose=whose)
    with writing() as session:
        person = signing_in.sign_in(session, services().mint, token, now())
    remember(person, shared_computer=forms.ticked("shared"))
    return redirect("/", 303)


@blueprint.route("/-/you", methods=["GET", "POST"])
def you() -> ResponseReturnValue:
    """One's name, and who sees it."""
    person = signed_in()
    if request.method == "POST":
        with writing() as session:
            changed = session.get_one(Person, person.id)
            changed.name = forms.line("name", NAME_LIMIT) or None
            changed.shows_name = changed.name is not None and forms.ticked("shows_name")
        flash("Saved.")
        return redirect("/-/you", 303)
    return _you(person)


@blueprint.post("/-/you/credits")
def credits() -> ResponseReturnValue:
    """How one stands in the credits of versions, those that are published already included."""
    person = signed_in()
    try:
        credit, alias = forms.line("credit", 10), forms.line("alias", NAME_LIMIT)
        if credit not in CREDITS:
            raise Invalid("Please choose how you stand in the credits.", field="credit")
        if credit == "alias" and not alias:
            raise Invalid("Please write the other name.", field="alias")
        with writing() as session:
            changed = session.get_one(Person, person.id)
            changed.credit, changed.alias = credit, alias if credit == "alias" else ""
    except Invalid as refusal:
        return _you(person, refusal)
    flash("Saved. The credits of every version follow it.")
    return redirect("/-/you", 303)


def _you(person: Person, refusal: Refused | None = None) -> ResponseReturnValue:
    held = {"name": person.name, "shows_name": person.shows_name, "credit": person.credit, "alias": person.alias}
    said = {**held, **forms.said()} if refusal else held
    return forms.show(
        "account/you.html",
        refusal,
        said=said,
        credits=CREDITS,
        events=catalogue.events_of(person.id),
        keeps=seats.keeps_copy(),
    )


@blueprint.post("/-/keeping")
def keeping() -> ResponseReturnValue:
    """Whether this browser keeps copies. One that does not counts as shared: closing it signs out."""
    remember(signed_in(), shared_computer=request.form.get("keep") != "yes")
    back = request.form.get("back", "")
    return redirect(back if OUR_PATH.fullmatch(back) else "/-/you", 303)


@blueprint.post("/-/leave")
def leave() -> ResponseReturnValue:
    """“Not you? Change”: the next person here starts fresh, at the same invitation if that is still open."""
    person = actor().person
    link = joining.way_back(reading(), person.id, now()) if person else None
    return _gone(f"/join/{services().mint.link_token(link.salt)}" if link else "/join")


@blueprint.post("/-/leave-everywhere")
def leave_everywhere() -> ResponseReturnValue:
    person = signed_in()
    with writing() as session:
        signing_in.sign_out_everywhere(session, person.id)
    services().rooms.ask_again(person.id)
    return _gone("/join")


def _gone(to: str) -> ResponseReturnValue:
    """Nobody is signed in here any more. The page's script removed what was kept; the browser makes sure of it."""
    forget()
    response = redirect(to, 303)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response
