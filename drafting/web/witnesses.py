"""Who else holds the record: its copies elsewhere and how far each is, and the time-stamps with how to check them."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from ..errors import NotFound
from ..witnesses import mirrors, stamping
from ..witnesses.authority import REPLY
from .guard import event_or_404
from .headers import keep_for_ever
from .identity import actor
from .services import reading, services

blueprint = Blueprint("witnesses", __name__)

ROOTS = "/-/timestamp-roots.pem"
SHOWN = 60
"""Time-stamps on the page. The addresses of older ones go on downwards."""


@blueprint.get("/e/<event>/-/witnesses")
def show(event: str) -> ResponseReturnValue:
    found = event_or_404(event)
    stamps = stamping.of_event(reading(), found.id)
    kept = [stamp for stamp in stamps if stamp.stamped]
    return render_template(
        "witnesses/witnesses.html",
        event=found,
        copies=mirrors.standings(reading(), found.id),
        may_change=actor().may("publish", found.id),
        authority=services().settings.timestamp_authority,
        stamps=kept[:SHOWN],
        older=len(kept[SHOWN:]),
        waiting=next((stamp for stamp in stamps if not stamp.stamped), None),
        roots_path=ROOTS,
    )


@blueprint.get("/e/<event>/-/timestamps/<int(max=9999999):number>.tsr")
def stamp(event: str, number: int) -> ResponseReturnValue:
    """A time-stamp as it came from the authority."""
    found = event_or_404(event)
    body = stamping.file_of(reading(), found.id, number)
    return keep_for_ever(Response(body, content_type=REPLY), f"{found.id}-{number}", personal=False)


@blueprint.get(ROOTS)
def roots() -> ResponseReturnValue:
    """The certificates in which the authority's end, as the operator chose them."""
    file = services().settings.timestamp_roots
    if file is None or not file.is_file():
        raise NotFound("This installation has no time-stamp authority.")
    return Response(file.read_bytes(), content_type="application/x-pem-file")
