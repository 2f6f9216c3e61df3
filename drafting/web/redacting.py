"""Taking words out of published versions: look for them, say why, see what it means; and what was done, in public."""

import regex
from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts import journal, plain, striking
from ..drafts.models import Draft
from ..errors import Invalid, NotFound, Refused, Stale
from ..events.models import Event
from ..record import redacting as record
from ..record.models import Redaction, Revision
from ..review import redacting
from . import forms
from .guard import check_shown, draft_or_404, event_or_404
from .identity import actor, signed_in
from .services import reading, services, writing

blueprint = Blueprint("redacting", __name__)

AROUND = 60
"""Characters that are shown on each side of the words."""
COMMIT = "<string(length=40):commit_id>"
REASONS = {
    "name": ("A name", "Of somebody who did not agree to stand here."),
    "reach": ("An address, a number", "Anything by which somebody can be found or reached."),
    "untrue": ("Something untrue about somebody", "Or something that nobody can show to be true."),
    "hurt": ("Something else that could hurt somebody", ""),
    "rights": ("Something that others have the rights to", "A poem, a photograph’s caption, a letter."),
}
Place = tuple[Revision, str, str, str]


@blueprint.get("/e/<event>/-/redact/<draft>")
def ask(event: str, draft: str) -> ResponseReturnValue:
    """Which words?"""
    return _page(*draft_or_404(event, draft, "manage_event"))


@blueprint.post("/e/<event>/-/redact/<draft>")
def look(event: str, draft: str) -> ResponseReturnValue:
    """Every version in which they are, and what follows if they are taken out."""
    found_event, found = draft_or_404(event, draft, "manage_event")
    try:
        words = _words()
        return _page(found_event, found, places=_places(found, words))
    except Refused as refusal:
        return _page(found_event, found, refusal)


@blueprint.post("/e/<event>/-/redact/<draft>/now")
def redact(event: str, draft: str) -> ResponseReturnValue:
    """Take them out of all of these."""
    found_event, found = draft_or_404(event, draft, "manage_event")
    places: list[Place] | None = None
    try:
        words = _words()
        wanted = striking.pattern(words)
        places = _places(found, words)
        held = record.holding(reading(), found.id, wanted)
        because = record.REASONS.get(forms.line("because", 20), "")
        if _stands_live(found, wanted):
            raise Stale("The live text still has these words. Strike them there first.")
        reading().rollback()  # nobody may still be reading the old pages when they are wiped
        with writing() as session:
            made = redacting.redact(session, held, wanted, because=because, by=signed_in().id, at=now())
            number = made.number
    except Refused as refusal:
        return _page(*draft_or_404(event, draft, "manage_event"), refusal, places)
    flash("The words are taken out. The public history is being written anew; that takes a moment.")
    return redirect(f"/e/{event}/-/redactions/{number}", 303)


@blueprint.get("/e/<event>/-/redactions/<int(max=9999999):number>")
def show(event: str, number: int) -> ResponseReturnValue:
    """What was taken out when and why, and the statement that joins the old history to the new."""
    found, redaction = _redaction(event, number)
    draft = reading().get_one(Draft, redaction.draft_id)
    return render_template("record/redaction.html", event=found, draft=draft, redaction=redaction)


@blueprint.get("/e/<event>/-/redactions/<int(max=9999999):number>.<any(txt, sig):kind>")
def statement(event: str, number: int, kind: str) -> ResponseReturnValue:
    """The statement, or its signature, as files."""
    _, redaction = _redaction(event, number)
    text = redaction.statement if kind == "txt" else redaction.signature
    if text is None:
        raise NotFound("The new history is being written right now. Please try again in a minute.")
    return Response(text if kind == "txt" else text + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get(f"/e/<event>/-/commit/{COMMIT}")
def commit(event: str, commit_id: str) -> ResponseReturnValue:
    """From any commit that the history has, or had, to the version that it is of."""
    found = event_or_404(event)
    here = reading().query(Revision).filter_by(event_id=found.id, commit_id=commit_id).first()
    if here is not None:
        check_shown(actor(), reading().get_one(Draft, here.draft_id))
        return redirect(here.path, 302)
    replaced = record.successor(reading(), found.id, commit_id)
    if replaced is None:
        raise NotFound("The public history of this event has no such commit, and had none.")
    retired, revision = replaced
    check_shown(actor(), reading().get_one(Draft, revision.draft_id))
    redaction = reading().get_one(Redaction, retired.redaction_id)
    return render_template("record/replaced.html", event=found, old=commit_id, revision=revision, redaction=redaction)


def _redaction(event: str, number: int) -> tuple[Event, Redaction]:
    found = event_or_404(event)
    redaction = next((r for r in record.of_event(reading(), found.id) if r.number == number), None)
    if redaction is None:
        raise NotFound("Nothing was taken out of the public history under this number.")
    check_shown(actor(), reading().get_one(Draft, redaction.draft_id))
    return found, redaction


def _words() -> str:
    """Raises Invalid if they are none or too many."""
    words, most = request.form.get("words", ""), services().settings.limits.strike_characters
    if len(words) > most:
        raise Invalid(f"At most {most} characters can be taken out at once.", field="words")
    striking.pattern(words)
    return words


def _stands_live(draft: Draft, wanted: "regex.Pattern[str]") -> bool:
    """Whether the next version would bring the words back."""
    if draft.journal_destroyed is not None:
        return False
    return wanted.search(plain.read(journal.past(reading(), draft.id))[0]) is not None


def _places(draft: Draft, words: str) -> list[Place]:
    """The public versions that have the words, newest first, each with what stands before, the words, and after."""
    wanted = striking.pattern(words)
    versions = redacting.versions_of(reading(), record.holding(reading(), draft.id, wanted))
    return [(version, *_around(version, words)) for version in versions]


def _around(version: Revision, words: str) -> tuple[str, str, str]:
    wanted = striking.pattern(words)
    for text in (version.text, version.summary, version.title):
        if record.holds(text, wanted) and (found := wanted.search(text)) is not None:
            start, end = found.span()
            return text[max(0, start - AROUND) : start], found[0], text[end : end + AROUND]
    return "", "", ""


def _page(
    event: Event, draft: Draft, refusal: Refused | None = None, places: list[Place] | None = None
) -> ResponseReturnValue:
    most = services().settings.limits.strike_characters
    said = forms.said() if len(request.form.get("words", "")) <= most else {}
    live = bool(places) and _stands_live(draft, striking.pattern(request.form["words"]))
    return forms.show(
        "record/redact.html", refusal, event=event, draft=draft, places=places, live=live, reasons=REASONS, said=said
    )
