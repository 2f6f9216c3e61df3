"""Signing in by a one-time link, one's name, and leaving."""

import re

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..people import joining, signing_in
from ..people.models import NAME_LIMIT, Person
from . import catalogue, forms, seats
from .identity import actor, forget, remember, signed_in
from .services import reading, services, writing

blueprint = Blueprint("account", __name__)

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
    said = {"name": person.name, "shows_name": person.shows_name}
    return forms.show("account/you.html", said=said, events=catalogue.events_of(person.id), keeps=seats.keeps_copy())


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
