"""The picture of what changed in a version, as posts show it."""

import hashlib

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from .. import announcing
from ..errors import NotFound
from ..publishing.drawing import FORM
from . import kept
from .guard import draft_or_404
from .services import reading, services
from .versions import version_or_404

blueprint = Blueprint("pictures", __name__)

FRESH_S = 300


@blueprint.get("/e/<event>/-/picture/<draft>/<int(max=9999999):number>.png")
def show(event: str, draft: str, number: int) -> ResponseReturnValue:
    _, found = draft_or_404(event, draft)
    scene = announcing.scene(reading(), version_or_404(found, number))
    name = hashlib.sha256(repr((FORM, scene)).encode()).hexdigest()
    png = kept.once(services().settings.kept / "scenes", f"{name}.png", lambda: services().pool.run(_drawn, scene))
    if not png:
        raise NotFound("There is no picture of this version.")
    response = Response(png, content_type="image/png")
    response.set_etag(name[:32])
    response.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    return response.make_conditional(request)


def _drawn(scene: announcing.Scene) -> bytes:
    return announcing.pictured(scene)[0]
