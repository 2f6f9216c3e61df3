"""Versions: the history of a draft, one version for ever, its Markdown, and what changed between any two."""

import hashlib

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..drafts.models import Draft
from ..errors import NotFound
from ..events import promising
from ..record import history
from ..record.models import Revision
from . import catalogue, changes
from .guard import draft_or_404
from .headers import keep_for_ever
from .identity import actor
from .services import reading

blueprint = Blueprint("versions", __name__)

HIGHEST = 10_000_000
"""Above every number of a version."""
FRESH_S = 60
"""How long a page may be shown without asking while something about it can change: soon it may not be the newest."""


@blueprint.get("/e/<event>/<draft>/history")
def listing(event: str, draft: str) -> ResponseReturnValue:
    """Versions, newest first, 50 a page."""
    found_event, found = draft_or_404(event, draft)
    before = max(1, min(request.args.get("before", HIGHEST, type=int), HIGHEST))
    page = history.page_of(reading(), found.id, before=before, limit=history.PAGE + 1)
    newest = page[0] if page and before == HIGHEST else history.latest(reading(), found.id)
    return render_template(
        "versions/history.html",
        event=found_event,
        draft=found,
        revisions=page[: history.PAGE],
        older=len(page) > history.PAGE,
        is_first_page=before == HIGHEST,
        newest=newest.number if newest else 0,
        promise=promising.current(reading(), found_event.id),
    )


@blueprint.get("/e/<event>/<draft>/<int(max=9999999):number>")
def show(event: str, draft: str, number: int) -> ResponseReturnValue:
    """One version. Its text never changes; whether it is the newest, and who shows their name, may."""
    found_event, found = draft_or_404(event, draft)
    revision = _version(found, number)
    earlier, later = history.neighbours(reading(), found.id, number)
    newest = history.page_of(reading(), found.id, limit=1)[0]
    credits = catalogue.credits_of(revision)
    page = make_response(
        render_template(
            "versions/version.html",
            event=found_event,
            draft=found,
            revision=revision,
            text=changes.laid_out(revision.text),
            credits=credits,
            newest=newest.number,
            taken_back=catalogue.taken_back_by(found.id, number),
            newer_promise=promising.current(reading(), found_event.id).number != revision.promise["number"],
            earlier=earlier,
            later=later,
        )
    )
    keep_for_ever(page, hashlib.sha256(page.get_data()).hexdigest()[:32], personal=actor().person is not None)
    if actor().person is None and (newest.number == number or credits.names_somebody):
        page.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    return page


@blueprint.get("/e/<event>/<draft>/<int(max=9999999):number>.md")
def markdown(event: str, draft: str, number: int) -> ResponseReturnValue:
    """The version's Markdown, byte for byte what is in the record."""
    _, found = draft_or_404(event, draft)
    text = _version(found, number).text.encode()
    response = Response(text, content_type="text/markdown; charset=utf-8")
    return keep_for_ever(response, hashlib.sha256(text).hexdigest()[:32], personal=False)


@blueprint.get("/e/<event>/-/compare/<draft>")
def choose(event: str, draft: str) -> ResponseReturnValue:
    """From the form on the history page to the address of the difference."""
    draft_or_404(event, draft)
    old, new = request.args.get("from", type=int), request.args.get("to", type=int)
    if not old or not new:
        raise NotFound("Please choose two versions.")
    return redirect(f"/e/{event}/{draft}/{old}..{new}", 303)


@blueprint.get("/e/<event>/<draft>/<int(max=9999999):old>..<int(max=9999999):new>")
def compare(event: str, draft: str, old: int, new: int) -> ResponseReturnValue:
    """What changed between any two versions: in words, and as a difference."""
    found_event, found = draft_or_404(event, draft)
    before, after = _version(found, old), _version(found, new)
    told = changes.between(before.text, after.text)
    steps = history.page_of(reading(), found.id, before=new + 1, limit=min(history.PAGE, max(new - old, 1)))
    return render_template(
        "versions/compare.html",
        event=found_event,
        draft=found,
        old=before,
        new=after,
        backwards=old > new,
        steps=[step for step in steps if step.number > old],
        words=told.words,
        html=told.difference,
    )


def _version(draft: Draft, number: int) -> Revision:
    """A public version. Raises NotFound."""
    revision = history.one(reading(), draft.id, number)
    if revision is None:
        raise NotFound("There is no such version of this text.")
    return revision
