"""Writing without script: the whole text in a form, merged with what others wrote in the meantime."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts.models import Draft
from ..errors import NotAllowed, Refused
from ..events import promising
from ..events.models import Event
from ..wording.names import clean_text
from . import forms, livetext
from .guard import draft_or_404
from .identity import signed_in
from .services import reading

blueprint = Blueprint("plainform", __name__)


@blueprint.route("/e/<event>/-/write/<draft>", methods=["GET", "POST"])
def write(event: str, draft: str) -> ResponseReturnValue:
    """The text on disk; after *Save* with both in it, one's own changes and those of others."""
    found_event, found = draft_or_404(event, draft, "write")
    if request.method == "GET":
        return _page(found_event, found)
    typed = clean_text(request.form.get("text", ""))
    try:
        if _is_closed(found_event, found):
            state = "frozen for now" if found.frozen and found_event.state == "open" else "closed"
            raise NotAllowed(f"This text is {state} and takes no changes. Copy your words before you leave.")
        left_out = livetext.save(found.id, signed_in().id, seen=_seen(), text=typed)
    except Refused as refusal:
        refusal.facts["field"] = "text"
        return _page(found_event, found, refusal, typed)
    reading().rollback()  # what the room wrote a moment ago is read in a transaction of its own
    return _page(found_event, found, saved_as=typed, left_out=left_out)


def _is_closed(event: Event, draft: Draft) -> bool:
    return event.state != "open" or draft.frozen is not None


def _seen() -> int:
    """Number of the journal's row after which this browser saw the text."""
    digits = request.form.get("seen", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else 0


def _page(
    event: Event,
    draft: Draft,
    refusal: Refused | None = None,
    typed: str = "",
    saved_as: str | None = None,
    left_out: bool = False,
) -> ResponseReturnValue:
    """The form. After a refusal it holds what was typed, still based on what was seen then: nothing is lost."""
    live = livetext.read(draft.id)
    return forms.show(
        "plainform/write.html",
        refusal,
        event=event,
        draft=draft,
        promise=promising.current(reading(), event.id),
        said={"text": typed if refusal else live.text},
        seen=_seen() if refusal else live.seq,
        saved=now() if saved_as is not None else None,
        others=saved_as is not None and saved_as != live.text,
        left_out=left_out,
        closed=_is_closed(event, draft),
    )
