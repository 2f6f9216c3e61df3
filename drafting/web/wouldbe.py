"""The live text as it would be with what is suggested: with all of it, with one suggestion, or with none."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from ..drafts import anchors
from ..errors import NotFound
from ..events import promising
from ..review import hunks, remarks
from ..review.models import Remark
from . import changes, forms, livetext
from .guard import draft_or_404
from .services import reading

blueprint = Blueprint("wouldbe", __name__)


@blueprint.get("/e/<event>/-/with/<draft>")
def show(event: str, draft: str) -> ResponseReturnValue:
    """`?all`, or `?only=` the number of an open suggestion, or neither."""
    found_event, found = draft_or_404(event, draft, "read_live")
    known = [
        remark
        for remark in remarks.of_draft(reading(), found.id, states=["open"])
        if remark.kind == "suggestion" and remark.hidden is None and remark.epoch == found.epoch
    ]
    placed = livetext.placed(found.id, [anchors.read(remark.anchor) for remark in known])
    here = {r.id: (r, place) for r, place in zip(known, placed.places, strict=True) if place is not None}
    wanted = _wanted(known)
    taken = hunks.fitting({one: place for one, (_, place) in here.items() if one in wanted})
    text = hunks.applied(placed.text, [(here[one][1], here[one][0].words) for one in taken])
    told = changes.between(placed.text, text) if text != placed.text else None
    return forms.show(
        "remarks/with.html",
        event=found_event,
        draft=found,
        promise=promising.current(reading(), found_event.id),
        count=len(known),
        everything="all" in request.args,
        only=next(iter(wanted)) if "all" not in request.args and wanted else None,
        left_out=[remark for remark in known if remark.id in wanted and remark.id not in taken],
        gone=[remark.id for remark in known if remark.id not in here],
        told=told,
        html=changes.laid_out(text),
    )


def _wanted(known: list[Remark]) -> set[int]:
    """Raises NotFound if the one that is asked for is not open."""
    if "all" in request.args:
        return {remark.id for remark in known}
    if "only" not in request.args:
        return set()
    only = request.args.get("only", type=int)
    if only not in {remark.id for remark in known}:
        raise NotFound("This suggestion is not open any more, or never was.")
    return {only}
