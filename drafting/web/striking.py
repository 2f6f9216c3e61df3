"""Strike: a facilitator destroys words that could hurt someone. The words are never in an address, a log or a fact."""

import base64
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, Response, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts import journal, strikes, striking, yencode
from ..drafts.models import Draft
from ..drafts.ranges import Range
from ..drafts.refusals import NotTaken
from ..drafts.strikes import Blanked
from ..drafts.striking import Found
from ..errors import Invalid, Refused, Stale
from ..events.models import Event
from ..record.models import Revision
from ..review import blanking
from . import forms
from .guard import draft_or_404
from .identity import signed_in
from .livetext import MEANINGS
from .services import reading, services, writing

blueprint = Blueprint("striking", __name__)


@dataclass(frozen=True)
class Elsewhere:
    """Where else the words are."""

    put_forward: int
    spoken: int
    """Suggestions, comments and answers."""
    unreleased: list[Revision]
    published: list[Revision]


@blueprint.route("/e/<event>/<draft>/-/strike", methods=["GET", "POST"])
def look(event: str, draft: str) -> ResponseReturnValue:
    """Which words, and then every place where they are."""
    found_event, found = draft_or_404(event, draft, "strike")
    if not request.form.get("words", "").strip():
        return _page(found_event, found)
    try:
        return _page(found_event, found, places=_find(found, _words()))
    except Refused as refusal:
        return _page(found_event, found, refusal)


@blueprint.post("/e/<event>/<draft>/-/strike/now")
def strike(event: str, draft: str) -> ResponseReturnValue:
    """Destroy them, in the ticked places and wherever they had been deleted before."""
    found_event, found = draft_or_404(event, draft, "strike")
    places: Found | None = None
    try:
        words = _words()
        places = _find(found, words)
        if found.frozen is not None:
            raise Stale("This text is frozen. Unfreeze it first; then the words can be struck.")
        reason = _reason(words)
        ticked = request.form.getlist("place")
        chosen = [place for place in places.visible if place.key in ticked]
        visible = [piece for place in chosen for piece in place.ranges]
        struck = [*visible, *(piece for place in places.deleted for piece in place)]
        elsewhere = _holding(found, words)
        if not (struck or elsewhere.put_forward or elsewhere.spoken):
            raise Stale("There is nothing to strike: no place is ticked, and the words were deleted nowhere.")
        _strike(found, words, visible, struck, len(places.deleted) + len(chosen), reason)
    except Refused as refusal:
        return _page(found_event, found, refusal, places)
    flash("The words were struck. They leave other people's devices when those next connect.")
    return redirect(f"/e/{event}/{draft}", 303)


@blueprint.get("/e/<event>/<draft>/-/strikes.json")
def deletions(event: str, draft: str) -> Response:
    """What a browser deletes in the copies and texts that it kept. For everybody who has joined anything: who was sent
    away holds copies, too.
    """
    signed_in()
    _, found = draft_or_404(event, draft)
    updates = strikes.deletions(reading(), found.id)
    epochs = {epoch: base64.b64encode(update).decode() for epoch, update in updates.items()}
    return jsonify({"epoch": found.epoch, "strikes": strikes.count(reading(), found.id), "deletions": epochs})


def _strike(draft: Draft, words: str, visible: list[Range], struck: list[Range], places: int, reason: str) -> None:
    """First out of the open rooms, as an edit like any other; then out of the journal."""
    person = signed_in()
    if visible:
        try:
            services().rooms.submit(draft.id, person.id, yencode.deletion(visible))
        except NotTaken as refusal:
            raise MEANINGS.get(refusal.reason, Invalid)(refusal.message) from refusal
    reading().rollback()
    rows = journal.read(reading(), draft.id)
    blanks = services().pool.run(striking.blank, [row.update for row in rows], struck)
    changed = {row.seq: update for row, update in zip(rows, blanks, strict=True) if update is not None}
    blanked = Blanked(rows[-1].seq if rows else 0, changed)
    reading().rollback()  # nobody may still be reading the old pages when they are wiped
    with writing() as session:
        strikes.strike(session, draft, struck, blanked, places=places, reason=reason, by=person.id, at=now())
        blanking.blank(session, draft.id, striking.pattern(words), by=person.id, at=now())


def _words() -> str:
    """Raises Invalid if they are too many."""
    words = request.form.get("words", "")
    most = services().settings.limits.strike_characters
    if len(words) > most:
        raise Invalid(f"At most {most} characters can be struck at once.", field="words")
    return words


def _reason(words: str) -> str:
    reason = forms.line("reason", strikes.REASON_LIMIT)
    if not reason:
        raise Invalid("Please say in one sentence why. The team can read it.", field="reason")
    if striking.pattern(words).search(reason):
        raise Invalid("The reason has the words in it that are struck. Please say it without them.", field="reason")
    return reason


def _find(draft: Draft, words: str) -> Found:
    updates = [row.update for row in journal.read(reading(), draft.id)]
    return services().pool.run(striking.find, updates, words)


def _holding(draft: Draft, words: str) -> Elsewhere:
    proposals = blanking.unpublished(reading(), draft.id)
    mine = sa.select(Revision).where(Revision.draft_id == draft.id).order_by(Revision.number.desc())
    revisions = list(reading().scalars(mine))
    texts = [f"{proposal.text}\n{proposal.summary}" for proposal in proposals]
    texts += [f"{revision.text}\n{revision.summary}" for revision in revisions]
    texts += [blanking.text_of(said) for said in blanking.spoken(reading(), draft.id)]
    holds = services().pool.run(striking.holding, texts, words)
    beside = len(proposals) + len(revisions)
    held = [revision for revision, it in zip(revisions, holds[len(proposals) : beside], strict=True) if it]
    return Elsewhere(
        sum(holds[: len(proposals)]),
        sum(holds[beside:]),
        [revision for revision in held if revision.released is None],
        [revision for revision in held if revision.released is not None],
    )


def _page(
    event: Event, draft: Draft, refusal: Refused | None = None, places: Found | None = None
) -> ResponseReturnValue:
    words = request.form.get("words", "")
    return forms.show(
        "drafts/strike.html",
        refusal,
        event=event,
        draft=draft,
        found=places,
        elsewhere=_holding(draft, words) if places else None,
        ticked=request.form.getlist("place") if request.endpoint == "striking.strike" else None,
        said=forms.said() if len(words) <= services().settings.limits.strike_characters else {},
    )
