"""What happened to a draft, in sentences: a page that reads like minutes."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ..facts import FactRow
from . import telling
from .guard import draft_or_404
from .services import reading

blueprint = Blueprint("minutes", __name__)

PAGE = 50
HIGHEST = 2**53
"""Above every number of a fact."""


@blueprint.get("/e/<event>/-/minutes/<draft>")
def show(event: str, draft: str) -> ResponseReturnValue:
    """The newest day first, and each day from morning to evening; 50 acts a page."""
    found_event, found = draft_or_404(event, draft, "see_room")
    before = max(1, min(request.args.get("before", HIGHEST, type=int), HIGHEST))
    some = telling.of_draft(found).where(FactRow.id < before).order_by(FactRow.id.desc()).limit(PAGE + 1)
    rows = list(reading().scalars(some))
    shown = rows[:PAGE][::-1]
    told = telling.lines(found_event, shown)
    return render_template(
        "drafts/minutes.html",
        event=found_event,
        draft=found,
        days=telling.days(found_event, told),
        clock_of=telling.clock_of,
        older=shown[0].id if len(rows) > PAGE else None,
        is_first_page=before == HIGHEST,
    )
