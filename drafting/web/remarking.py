"""Suggesting and commenting without script: forms from which cards are made."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from ..db import LOCK, now
from ..drafts import anchors
from ..drafts.anchors import Named
from ..drafts.models import Draft
from ..drafts.plain import plain_ends
from ..errors import Invalid, Refused
from ..events import promising
from ..events.models import Event
from ..review import commenting, remarks, suggesting
from ..wording.names import clean_line, clean_text
from . import forms, livetext, readers
from .guard import draft_or_404
from .remarks import KINDS, must_be_open, takes_more
from .services import reading, writing

blueprint = Blueprint("remarking", __name__)

WAITS = "Thank you. Others see it as soon as somebody who runs the event has looked at it."
MOST_AT_ONCE = 30  # suggestions that one form may make
MOST_SENT = 100  # suggestions that the live page may send at once
BATCH_LIMIT = 40  # characters that a page may call them by


@blueprint.route("/e/<event>/-/comment/<draft>", methods=["GET", "POST"])
def comment(event: str, draft: str) -> ResponseReturnValue:
    """Say something about words of the text, or about all of it."""
    found_event, found = draft_or_404(event, draft, "remark")
    if request.method == "GET":
        return _comment_page(found_event, found)
    try:
        must_be_open(found_event)
        kind, words = forms.line("kind", 20), forms.text("words")
        commenting.check(kind, words)
        named = _meant(found)
        waits, me = readers.waits(found_event.id), readers.somebody().id
        with writing() as session:
            fresh = session.get_one(Draft, found.id)
            made = commenting.say(session, fresh, kind, named, words=words, by=me, at=now(), waits=waits)
    except Refused as refusal:
        return _comment_page(found_event, found, refusal)
    flash(WAITS if waits else "It stands beside the text now.")
    return redirect(f"/e/{event}/-/remark/{made.id}", 303)


def _meant(draft: Draft) -> Named | None:
    """The words that were copied into the form, or chosen from several places. Raises Invalid."""
    quote = clean_text(request.form.get("quote", "")).strip("\n")
    if not quote.strip():
        return None
    places = livetext.pointed_at(draft.id, quote)
    if not places:
        raise Invalid("These words do not stand in the text. Please copy them exactly.", field="quote")
    chosen = forms.whole("place") or (1 if len(places) == 1 else 0)
    if not 1 <= chosen <= len(places):
        raise Invalid(f"These words stand in {len(places)} places. Which one do you mean?", field="place")
    return places[chosen - 1]


def _comment_page(event: Event, draft: Draft, refusal: Refused | None = None) -> ResponseReturnValue:
    return forms.show(
        "remarks/comment.html",
        refusal,
        event=event,
        draft=draft,
        promise=promising.current(reading(), event.id),
        kinds=KINDS,
        said=forms.said() or {"kind": "comment"},
        text=livetext.read(draft.id).text,
        asks_place=getattr(refusal, "field", None) == "place",
        closed=not takes_more(event, draft),
    )


@blueprint.post("/e/<event>/-/beside/<draft>")
def beside(event: str, draft: str) -> ResponseReturnValue:
    """What the live page's script sends: {kind, anchor, words, reason}; the anchor as in docs/protocol.md, or null."""
    found_event, found = draft_or_404(event, draft, "remark")
    must_be_open(found_event)
    said = _sent()
    limit = suggesting.TEXT_LIMIT if said.get("kind") == "suggestion" else remarks.WORDS_LIMIT
    kind, words, reason = (_string(said, name, limit) for name in ("kind", "words", "reason"))
    if kind != "suggestion":
        commenting.check(kind, words.strip())
    named = None if said.get("anchor") is None else livetext.named_by(found.id, anchors.read(said["anchor"]))
    waits, me = readers.waits(found_event.id), readers.somebody().id
    with writing() as session:
        fresh = session.get_one(Draft, found.id)
        if kind == "suggestion":
            if named is None:
                raise Invalid("Please select the words first.", field="anchor")
            reason = clean_line(reason, remarks.SENTENCE_LIMIT)
            made = suggesting.suggest(session, fresh, named, words=words, reason=reason, by=me, at=now(), waits=waits)
        else:
            made = commenting.say(session, fresh, kind, named, words=words.strip(), by=me, at=now(), waits=waits)
    return jsonify(id=made.id, url=f"/e/{event}/-/remark/{made.id}"), 201


@blueprint.post("/e/<event>/-/suggestions/<draft>")
def suggestions(event: str, draft: str) -> ResponseReturnValue:
    """What was typed while suggesting: {changes: [{anchor, words}], reason, batch}; all are made, or none.

    Safe to send again with the same `batch` when no answer came: nothing is made twice, whatever became of it.
    """
    found_event, found = draft_or_404(event, draft, "remark")
    must_be_open(found_event)
    said = _sent()
    sent = said.get("changes")
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise Invalid("This could not be read.")
    if not 0 < len(sent) <= at_once(found_event.id):
        raise Invalid(f"{at_once(found_event.id)} changes are possible at once.", field="changes")
    reason = clean_line(_string(said, "reason", remarks.WORDS_LIMIT), remarks.SENTENCE_LIMIT)
    batch = _string(said, "batch", BATCH_LIMIT)
    asked = [(anchors.read(one.get("anchor")), _string(one, "words", suggesting.TEXT_LIMIT)) for one in sent]
    waits, me = readers.waits(found_event.id), readers.somebody().id
    before = suggesting.made_before(reading(), found, by=me, batch=batch)
    left = [one for one in asked if one not in before]
    named = livetext.all_named_by(found.id, [anchor for anchor, _ in left])
    with writing() as session:
        fresh = session.get_one(Draft, found.id, with_for_update=LOCK)  # the same may be sent twice at the same moment
        before = suggesting.made_before(session, fresh, by=me, batch=batch)
        for one, (anchor, put) in zip(named, left, strict=True):
            if (anchor, put) not in before:
                suggesting.suggest(
                    session, fresh, one, words=put, reason=reason, by=me, at=now(), waits=waits, batch=batch
                )
    many = f"{len(sent)} suggestions stand beside the text now."
    made = "Your suggestion stands beside the text now." if len(sent) == 1 else many
    return jsonify(said=WAITS if waits else made, url=f"/e/{event}/-/remarks/{draft}"), 201


def at_once(event_id: int) -> int:
    """How many suggestions who asks can send from the live page at once."""
    return remarks.MOST_WAITING_OF_ONE if readers.waits(event_id) else MOST_SENT


def _sent() -> dict[str, Any]:
    """What a script sent. Raises Invalid."""
    try:
        said = request.get_json(silent=True)
    except RecursionError:
        said = None
    if not isinstance(said, dict):
        raise Invalid("This could not be read.")
    return said


def _string(said: dict[str, object], name: str, limit: int) -> str:
    """Raises Invalid if it is none, or too long."""
    value = said.get(name, "")
    if not isinstance(value, str):
        raise Invalid("This could not be read.", field=name)
    if len(value) > limit:
        raise Invalid(f"This is too long: at most {limit} characters are possible.", field=name)
    return plain_ends(clean_text(value))


@blueprint.route("/e/<event>/-/suggest/<draft>", methods=["GET", "POST"])
def suggest(event: str, draft: str) -> ResponseReturnValue:
    """Change the text in a form; each change becomes a suggestion, and the text itself stays as it is."""
    found_event, found = draft_or_404(event, draft, "remark")
    if request.method == "GET":
        return _suggest_page(found_event, found)
    typed = clean_text(request.form.get("text", ""))
    try:
        must_be_open(found_event)
        reason = forms.line("reason", remarks.SENTENCE_LIMIT)
        changes = livetext.changed(found.id, seen=forms.whole("seen", least=0) or 0, text=typed)
        if not changes:
            raise Invalid("Nothing is different. Please change the text first.", field="text")
        most = min(MOST_AT_ONCE, at_once(found_event.id))
        if len(changes) > most:
            raise Invalid(
                f"These are {len(changes)} changes in different places; {most} are possible at once.",
                field="text",
            )
        waits, me = readers.waits(found_event.id), readers.somebody().id
        with writing() as session:
            fresh = session.get_one(Draft, found.id)
            for named, words in changes:
                suggesting.suggest(session, fresh, named, words=words, reason=reason, by=me, at=now(), waits=waits)
    except Refused as refusal:
        return _suggest_page(found_event, found, refusal, typed)
    one = "Your suggestion stands beside the text now."
    flash(WAITS if waits else f"{len(changes)} suggestions were made." if len(changes) > 1 else one)
    return redirect(f"/e/{event}/-/remarks/{draft}", 303)


def _suggest_page(event: Event, draft: Draft, refusal: Refused | None = None, typed: str = "") -> ResponseReturnValue:
    live = livetext.read(draft.id)
    return forms.show(
        "remarks/suggest.html",
        refusal,
        event=event,
        draft=draft,
        promise=promising.current(reading(), event.id),
        said=forms.said() | {"text": typed if refusal else live.text},
        seen=request.form.get("seen", "") if refusal else live.seq,
        closed=not takes_more(event, draft),
    )
