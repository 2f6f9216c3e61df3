"""The front page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..events import opening
from . import catalogue
from .identity import actor
from .services import reading

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Events, newest first, and the way in."""
    person = actor().person
    return render_template(
        "home/index.html",
        events=opening.listed(reading()),
        mine=[event for event, _ in catalogue.events_of(person.id)] if person else [],
        may_open=person is not None and person.operator,
    )
