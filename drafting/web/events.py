"""The event's page, opening and changing events, and the promise."""

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Invalid, NotAllowed, Taken
from ..events import opening, promising
from ..events.models import Event, Promise
from ..events.opening import Particulars
from ..events.promising import Card
from ..people import joining
from ..people.models import Person
from ..people.rights import may
from ..publishing import connecting, outbox
from ..record import history, watching
from ..record.models import Revision
from ..review import concerns, declaring, remarks
from . import catalogue, closing, forms, previews
from .guard import event_or_404, hidden_texts
from .identity import actor, signed_in
from .services import reading, writing

blueprint = Blueprint("events", __name__)

NEWEST = 10
LEVELS = {
    "consult": ("We listen, somebody else decides", "People say what they think; who decides takes it into account."),
    "engage": ("We write together, somebody else decides", "People write the text; who decides answers to it."),
    "decide": ("We decide here", "What is agreed here is done."),
}
FIELDS: dict[str, Any] = {"licences": opening.LICENCES, "visibilities": opening.VISIBILITIES, "levels": LEVELS}


@blueprint.get("/e/<event>")
def show(event: str) -> ResponseReturnValue:
    """What is happening, what can I do, what is new; then the promise and how to check."""
    found = event_or_404(event)
    role = actor().role_in(found.id)
    entries = catalogue.entries(found.id)
    newest = history.newest_of_event(reading(), found.id, NEWEST, without=hidden_texts(found.id))
    pending: list[Revision] = []
    if may(role, "stop_release"):
        pending = [revision for entry in entries for revision in history.awaiting(reading(), entry.draft.id)]
    return render_template(
        "events/event.html",
        event=found,
        role=role,
        person=actor().person,
        runs=may(role, "manage_event"),
        looks=may(role, "read_live"),
        drafts=entries,
        concerns=concerns.open_ones(reading(), found.id) if may(role, "moderate") else [],
        attention=connecting.needing_attention(reading(), found.id) if may(role, "publish") else [],
        now=now(),
        readers_wait=len(remarks.waiting(reading(), found.id)) if may(role, "moderate") else 0,
        newest=newest,
        hidden=len(hidden_texts(found.id)),
        waiting=[revision for revision in pending if not revision.held],
        stopped=[revision for revision in pending if revision.held],
        promise=promising.current(reading(), found.id),
        rule=declaring.rule_of(declaring.in_force(reading(), found.id), found),
        licence=opening.LICENCES[found.licence],
        happening=_happening(found, entries),
        held=previews.held(found),
        rest=closing.rest_of(found) if may(role, "read_live") else None,
        acts=_acts(found, newest),
        alarm=watching.alarm_of(reading(), found.id) if may(role, "manage_event") else None,
    )


def _happening(event: Event, entries: list[catalogue.Entry]) -> list[str]:
    """What is going on, in sentences."""
    if event.state != "open":
        return ["The event is over. What was published stays here to read and to check."]
    if not entries:
        return ["Nothing is being written yet."]
    texts = "One text is" if len(entries) == 1 else f"{len(entries)} texts are"
    sentences = [f"{texts} being written here."]
    waiting = [entry.draft.title for entry in entries if entry.put_forward]
    if waiting:
        names = " and ".join(f"“{title}”" for title in waiting) if len(waiting) < 3 else f"{len(waiting)} of them"
        sentences.append(f"A new version of {names} is put forward. How it is decided stands with it.")
    hands = outbox.waiting_for_hands(reading(), event.id) if may(actor().role_in(event.id), "publish") else 0
    if hands:
        posts = "A post waits" if hands == 1 else f"{hands} posts wait"
        sentences.append(f"{posts} to be put up by hand and ticked off under “Where it is announced”.")
    return sentences


def _acts(event: Event, newest: list[Revision]) -> list[tuple[str, str]]:
    """What who asks can do here: words and addresses, the most likely first."""
    here, person, role = f"/e/{event.slug}", actor().person, actor().role_in(event.id)
    writes = person is not None and may(role, "write") and event.state == "open"
    task = catalogue.task_of(event.id, person.id) if person and writes else None
    acts = []
    if task:
        acts.append((f"Write “{task.title}”", f"{here}/{task.slug}/live"))
    elif newest:
        acts.append((f"Read “{newest[0].title}”", f"{here}/{newest[0].draft_slug}"))
    if may(role, "start_draft") and event.state == "open":
        acts.append(("Start a text", f"{here}/-/new-draft"))
    if may(role, "invite"):
        acts.append(("Let people join", f"{here}/-/people"))
    if role == "reader":
        acts.append(("Join with a code", "/join"))
    return [*acts, ("Follow with a feed reader", f"{here}/feed.atom")]


@blueprint.route("/-/new-event", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Open an event: what it is, and what is promised."""
    person = signed_in()
    if not person.operator:
        raise NotAllowed("Only who looks after this site can open an event.")
    if request.method == "GET":
        return forms.show(
            "events/new.html",
            said={
                "level": "consult",
                "licence": "CC-BY-SA-4.0",
                "visibility": "public",
                "language": "en",
                "timezone": "UTC",
            },
            **FIELDS,
        )
    try:
        said, card = _particulars(), _card()
        with writing() as session:
            event = opening.open_event(session, said, slug=forms.line("slug", 60) or None, by=person.id, at=now())
            promising.make_promise(session, event.id, card, by=person.id, at=now())
            me = session.get_one(Person, person.id)
            joining.grant(session, me, event_id=event.id, role="facilitator", at=now())
    except (Invalid, Taken) as refusal:
        return forms.show("events/new.html", refusal, said=forms.said(), **FIELDS)
    return redirect(f"/e/{event.slug}", 303)


@blueprint.route("/e/<event>/-/settings", methods=["GET", "POST"])
def settings(event: str) -> ResponseReturnValue:
    """Change what is said about the event. Its address stays."""
    found = event_or_404(event, "manage_event")
    if request.method == "GET":
        said = {name: getattr(found, name) for name in Particulars.__dataclass_fields__}
        return forms.show("events/settings.html", event=found, said=said, **FIELDS)
    try:
        with writing() as session:
            opening.change_event(session, found.id, _particulars())
    except Invalid as refusal:
        return forms.show("events/settings.html", refusal, event=found, said=forms.said(), **FIELDS)
    flash("Saved.")
    return redirect(f"/e/{event}/-/settings", 303)


@blueprint.route("/e/<event>/-/promise", methods=["GET", "POST"])
def promise(event: str) -> ResponseReturnValue:
    """Every promise of the event, and a new one by who runs it."""
    found = event_or_404(event, "manage_event" if request.method == "POST" else "read")
    if request.method == "GET":
        return _promises(found, None)
    try:
        with writing() as session:
            made = promising.make_promise(session, found.id, _card(), by=actor().id, at=now())
    except Invalid as refusal:
        return _promises(found, refusal)
    flash(f"Promise {made.number} is in force.")
    return redirect(f"/e/{event}/-/promise", 303)


def _promises(event: Event, refusal: Invalid | None) -> ResponseReturnValue:
    promises = promising.all_of(reading(), event.id)
    return forms.show(
        "events/promise.html",
        refusal,
        event=event,
        promises=promises,
        runs=actor().may("manage_event", event.id),
        said=forms.said() if refusal else _as_said(promises[0]),
        levels=LEVELS,
    )


def _as_said(promise: Promise) -> dict[str, object]:
    """The promise in force, to begin the next one with; it has to be signed again."""
    return {name: getattr(promise, name) for name in Card.__dataclass_fields__ if not name.startswith("signed")}


def _particulars() -> Particulars:
    return Particulars(
        title=forms.line("title", 120),
        theme=forms.text("theme"),
        starts=forms.day("starts"),
        ends=forms.day("ends"),
        place=forms.line("place", 200),
        hashtag=forms.line("hashtag", 60).lstrip("#"),
        licence=forms.line("licence", 40),
        visibility=forms.line("visibility", 10),
        language=_language(),
        timezone=forms.line("timezone", 64) or "UTC",
        readers_remark=forms.ticked("readers_remark"),
    )


def _language() -> str:
    """A language's short form (BCP 47), which screen readers choose a voice by. Raises Invalid."""
    typed = forms.line("language", 20) or "en"
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", typed):
        raise Invalid("Please give the language in its short form, such as en, cy or pt-BR.", field="language")
    return typed


def _card() -> Card:
    return Card(
        level=forms.line("level", 10),
        open_points=forms.text("open_points"),
        closed_points=forms.text("closed_points"),
        decider_office=forms.line("decider_office", 200),
        decider_person=forms.line("decider_person", 100),
        use=forms.text("use"),
        answer_by=forms.day("answer_by"),
        signed_by=forms.line("signed_by", 100),
        signed_on=forms.day("signed_on"),
    )
