"""What every template can say: dates, kinds, promises, who is looking, where style sheets are."""

import hashlib
from functools import lru_cache

from flask import Flask, Response, request, url_for

from .. import paths
from ..events.models import Event
from ..people.models import Person
from ..publishing.fediverse.addresses import Handle
from ..record import history
from ..review.rules import lasts
from ..wording import standing
from ..wording.graphemes import clip
from . import words
from .headers import FOR_EVER_S
from .identity import actor
from .renderings import renderer
from .scripts import NAMED_BY_CONTENT
from .services import reading, services


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        day=words.day, clock=words.clock, span=words.span, lasts=lasts, opening=clip, within=standing.within
    )
    app.jinja_env.globals.update(
        KINDS=words.KINDS,
        ROLES=words.ROLES,
        promised=words.promised,
        standing_of=words.standing_of,
        local=words.local,
        frozen_in_words=words.frozen_in_words,
        actor_of=lambda event, draft=None: Handle(event, draft).path,
        asset=asset,
        tip_of=tip_of,
        you=you,
    )
    app.after_request(keep_files)
    app.context_processor(lambda: {"base_url": services().settings.base_url, "only_here": only_here()})


def only_here() -> bool:
    """Whether the address of this installation can be opened on this computer only."""
    return services().settings.host in ("localhost", "127.0.0.1", "::1")


def you() -> Person | None:
    """Who is signed in."""
    return actor().person


def tip_of(event: Event) -> str | None:
    """Where the event's public history ends now: on every page, so that many people hold it."""
    return history.tip(reading(), event.id)


def asset(name: str) -> str:
    """Address of a file in `static/` that changes with its content, so that it may be kept for ever."""
    if NAMED_BY_CONTENT.fullmatch(name):
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=_fingerprint(name))


def keep_files(response: Response) -> Response:
    """A file that was asked for by its fingerprint may be kept for ever; one with another fingerprint may not."""
    if request.endpoint == "static" and response.status_code in (200, 304):
        asked, name = request.args.get("v"), (request.view_args or {})["filename"]
        if NAMED_BY_CONTENT.fullmatch(name) or (asked is not None and asked == _fingerprint(name)):
            response.headers["Cache-Control"] = f"public, max-age={FOR_EVER_S}, immutable"
    return response


@lru_cache(maxsize=1)
def edition() -> str:
    """Changes with whatever a page is made of besides what it is about: templates, looks, and the code for texts."""
    told = hashlib.sha256(renderer().encode())
    for file in sorted([*paths.folder("templates").rglob("*.html"), *(paths.folder("static") / "css").glob("*.css")]):
        told.update(file.read_bytes())
    return told.hexdigest()[:16]


@lru_cache(maxsize=256)
def _fingerprint(name: str) -> str | None:
    """None for a file that is not there: a page without its script is still a page."""
    path = paths.folder("static") / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None
