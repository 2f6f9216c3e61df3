"""Pictures in texts: taking one in, showing it, listing those of an event, removing one."""

import logging
import re

from flask import Blueprint, Response, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Invalid, NotAllowed, NotFound, Refused, TooLarge
from ..events import images
from ..events.models import Event, Image
from ..events.stripping import strip
from . import forms, headers
from .errors import ACCEPTED
from .guard import event_or_404
from .identity import actor, signed_in
from .services import reading, services, writing

log = logging.getLogger(__name__)
blueprint = Blueprint("images", __name__)

LISTED = 200
SHOWS_LIMIT = 500
"""Characters of a description."""
SPECIAL = re.compile(r"([\\\[\]`<])")
INERT = "default-src 'none'; sandbox"


@blueprint.get("/e/<event>/-/images")
def every(event: str) -> ResponseReturnValue:
    """The event's pictures, with what to type for each, and a way to add one without script."""
    return _page(event_or_404(event, "write"))


@blueprint.post("/e/<event>/-/images")
def add(event: str) -> ResponseReturnValue:
    """Take a picture in, field `picture`. Who accepts JSON gets its `address`; a form also says what it `shows`."""
    found = event_or_404(event, "write")
    by_script = request.accept_mimetypes.best_match(ACCEPTED) == ACCEPTED[1]
    try:
        if found.state != "open":
            raise NotAllowed("This event is over and takes no more pictures.")
        shows = "" if by_script else _said()
        image = _taken_in(found)
    except (Invalid, TooLarge) as refusal:
        if by_script:
            raise
        refusal.facts.setdefault("field", "picture")
        return _page(found, refusal)
    if by_script:
        return jsonify(address=images.address(found, image), width=image.width, height=image.height), 201
    return _page(found, added=_markdown(found, image, shows))


def _said() -> str:
    shows = forms.line("shows", SHOWS_LIMIT)
    if not shows:
        raise Invalid("Please say what the picture shows, for everybody who cannot see it.", field="shows")
    return shows


def _taken_in(event: Event) -> Image:
    """The picture of this request, stored. Unfolding it happens in the pool, and writing it outside the transaction."""
    sent, limits = request.files.get("picture"), services().settings.limits
    data = sent.read(limits.image_bytes + 1) if sent else b""
    if not data:
        raise Invalid("Please choose a picture first.", field="picture")
    if len(data) > limits.image_bytes:
        raise TooLarge(f"A picture may have at most {limits.image_bytes // 1024**2} MB. Make it smaller and try again.")
    picture = services().pool.run(strip, data, limits.image_pixels)
    by = signed_in().id
    with images.laid_aside(services().settings.images, event.id, picture) as aside, writing() as session:
        return images.keep(
            session, aside, picture, event_id=event.id, by=by, at=now(), most_bytes=limits.images_bytes_per_event
        )


@blueprint.get("/e/<event>/-/images/<name>")
def show(event: str, name: str) -> ResponseReturnValue:
    """The picture itself, for whoever may read the event. It can do nothing but be looked at."""
    found = event_or_404(event)
    image = images.find(reading(), found.id, name)
    try:
        data = images.file_of(services().settings.images, image).read_bytes()
    except FileNotFoundError:
        log.error("the file of a picture is missing", extra={"event": found.id, "image": image.id})
        raise NotFound("There is no such picture. It may have been removed.") from None
    response = Response(data, content_type=f"image/{image.kind}")
    response.headers["Content-Security-Policy"] = INERT
    headers.keep_for_ever(response, image.digest, personal=found.hidden is not None)
    if found.hidden is None:
        # Browsers only: what is removed because it shows a child must not live on in a proxy.
        response.headers["Cache-Control"] = f"private, max-age={headers.FOR_EVER_S}, immutable"
    return response


@blueprint.post("/e/<event>/-/images/<name>/remove")
def remove(event: str, name: str) -> ResponseReturnValue:
    """Destroy a picture, for example because it shows somebody who did not agree."""
    found = event_or_404(event, "manage_event")
    with writing() as session:
        gone = images.remove(session, services().settings.images, found.id, name)
    log.info("a picture was removed", extra={"event": found.id, "image": gone.id, "person": actor().id})
    flash("The picture is removed. Where it stood, its description is read instead.")
    return redirect(f"/e/{event}/-/images", 303)


def _page(event: Event, refusal: Refused | None = None, added: str = "") -> ResponseReturnValue:
    kept = images.newest(reading(), event.id, LISTED)
    return forms.show(
        "images/images.html",
        refusal,
        event=event,
        said=forms.said(),
        added=added,
        pictures=[(image, images.address(event, image), _markdown(event, image, "")) for image in kept],
        takes=event.state == "open",
        most=services().settings.limits.image_bytes // 1024**2,
        runs=actor().may("manage_event", event.id),
    )


def _markdown(event: Event, image: Image, shows: str) -> str:
    """What to type into a text."""
    inert = SPECIAL.sub(r"\\\1", shows)
    return f"![{inert}]({images.address(event, image)})"
