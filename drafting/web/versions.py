"""Versions: the history of a draft, one version for ever, its Markdown, and what changed between any two."""

import hashlib
from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..drafts.models import Draft
from ..errors import NotFound
from ..events import promising
from ..events.models import Event
from ..record import history, redacting
from ..record.models import Revision
from ..review import thread
from ..review.models import Proposal
from ..wording.thread import in_words
from . import catalogue, changes, pages, standings
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
    revision = version_or_404(found, number)
    earlier, later = history.neighbours(reading(), found.id, number)
    newest = history.page_of(reading(), found.id, limit=1)[0]
    credits = catalogue.credits_of(revision)
    proposal = thread.proposal_of(reading(), revision)
    page = make_response(
        render_template(
            "versions/version.html",
            event=found_event,
            draft=found,
            revision=revision,
            text=changes.version_laid_out(revision.text),
            credits=credits,
            redactions=redacting.of_version(reading(), found.id, number),
            came_about=in_words(thread.to(reading(), revision, proposal)) if proposal else [],
            proposal=proposal if proposal and _shows(found_event, proposal) else None,
            reads_live=actor().may("read_live", found_event.id) and found.journal_destroyed is None,
            newest=newest.number,
            taken_back=catalogue.taken_back_by(found.id, number),
            newer_promise=promising.current(reading(), found_event.id).number != revision.promise["number"],
            earlier=earlier,
            later=later,
        )
    )
    keep_for_ever(page, hashlib.sha256(page.get_data()).hexdigest()[:32], personal=actor().person is not None)
    changes_yet = newest.number == number or credits.names_somebody or revision.commit_id is None
    if actor().person is None and changes_yet:
        page.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    return page


@blueprint.get("/e/<event>/<draft>/<int(max=9999999):number>.md")
def markdown(event: str, draft: str, number: int) -> ResponseReturnValue:
    """The version's Markdown, byte for byte what is in the record."""
    _, found = draft_or_404(event, draft)
    text = version_or_404(found, number).text.encode()
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
    """What changed between any two versions: in words, and as a difference. Nothing of it changes later.

    Only of neighbours the difference is kept: of all pairs there are too many.
    """
    found_event, found = draft_or_404(event, draft)
    before, after = version_or_404(found, old), version_or_404(found, new)
    steps = history.page_of(reading(), found.id, before=new + 1, limit=min(history.PAGE, max(new - old, 1)))
    steps = [step for step in steps if step.number > old]
    page = Response(content_type="text/html; charset=utf-8")
    if actor().person is None:
        _keep_difference(
            page, _etag(found_event, found, before, after, steps), whole=len(steps) >= min(new - old, history.PAGE)
        )
    if page.status_code == HTTPStatus.NOT_MODIFIED:
        return page
    told = (changes.between_versions if new - old == 1 else changes.between)(before.text, after.text)
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    page.set_data(
        render_template(
            "versions/compare.html",
            event=found_event,
            draft=found,
            old=before,
            new=after,
            backwards=old > new,
            steps=steps,
            words=told.words,
            html=told.difference,
        )
    )
    return page


def _keep_difference(page: Response, etag: str, *, whole: bool) -> None:
    """For as long as it cannot change: a version between the two may be held back, and come later."""
    keep_for_ever(page, etag, personal=False)
    if not whole:
        page.headers["Cache-Control"] = f"public, max-age={FRESH_S}"


def _etag(event: Event, draft: Draft, old: Revision, new: Revision, steps: Sequence[Revision]) -> str:
    """Of all that the page of a difference is made from; a version changes only when words are taken out of it."""
    versions = (old.id, old.replaces, new.id, new.replaces)
    made_from = (pages.edition(), versions, event.title, event.state, event.language, draft.title)
    return hashlib.sha256(repr((made_from, [step.id for step in steps])).encode()).hexdigest()[:32]


def _shows(event: Event, proposal: Proposal) -> bool:
    """Whether who asks may see how the version was put forward."""
    return standings.is_public(event, proposal) or actor().may("read_live", event.id)


def version_or_404(draft: Draft, number: int) -> Revision:
    """A public version. Raises NotFound."""
    revision = history.one(reading(), draft.id, number)
    if revision is None:
        raise NotFound("There is no such version of this text.")
    return revision
