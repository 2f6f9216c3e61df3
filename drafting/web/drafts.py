"""A draft's page for everybody, and starting drafts."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts.starting import start_draft
from ..errors import Invalid, NotAllowed, Taken
from ..events import promising
from ..people.rights import may
from ..record import history
from ..review import proposing, remarks
from . import catalogue, changes, forms, since, standings
from .guard import draft_or_404, event_or_404
from .identity import actor
from .services import reading, writing
from .words import KINDS

blueprint = Blueprint("drafts", __name__)

TEMPLATES = {
    "empty": ("An empty page", ""),
    "common-text": ("Headings for a common text", "What we ask for, why, and what is still open."),
    "session-report": (
        "The session report form",
        "How many were there, what you talked about, what you want to happen, where you disagreed. Six minutes.",
    ),
}
CHOICES: dict[str, Any] = {
    "kinds": {name: (KINDS[name].name, KINDS[name].meaning) for name in ("common", "notes")},
    "templates": TEMPLATES,
}


@blueprint.get("/e/<event>/<draft>")
def show(event: str, draft: str) -> ResponseReturnValue:
    """The published text, what awaits, and the ways on."""
    found_event, found = draft_or_404(event, draft)
    role, reads_live = actor().role_in(found_event.id), actor().may("read_live", found_event.id)
    revision = history.latest(reading(), found.id)
    promise = promising.current(reading(), found_event.id)
    return render_template(
        "drafts/draft.html",
        news=since.opened(found_event, found),
        event=found_event,
        draft=found,
        revision=revision,
        text=changes.version_laid_out(revision.text) if revision else "",
        credits=catalogue.credits_of(revision) if revision else None,
        promise=promise,
        newer_promise=revision is not None and promise.number != revision.promise["number"],
        put_forward=[standings.of(proposal, found_event) for proposal in proposing.open_ones(reading(), [found.id])],
        now=now(),
        next=history.next_number(reading(), found.id),
        unreleased=history.awaiting(reading(), found.id) if may(role, "stop_release") else [],
        writes=may(role, "write") and found_event.state == "open" and found.frozen is None,
        puts_forward=may(role, "put_forward") and found.journal_destroyed is None,
        reads_live=reads_live and found.journal_destroyed is None,
        joined=role != "reader",
        decides=may(role, "accept"),
        remarks_open=sum(remarks.open_counts(reading(), found.id).values()) if reads_live else 0,
        struck=catalogue.struck(found.id) if may(role, "read_live") else [],
        moderates=may(role, "moderate"),
        freezes=may(role, "freeze") and found_event.state == "open" and found.journal_destroyed is None,
        sees_room=may(role, "see_room") and found.journal_destroyed is None,
        team=may(role, "write") and found.journal_destroyed is None,
        strikes=may(role, "strike") and found.journal_destroyed is None,
    )


@blueprint.route("/e/<event>/-/new-draft", methods=["GET", "POST"])
def new(event: str) -> ResponseReturnValue:
    """Start a text of one of the kinds, empty or from a template."""
    found = event_or_404(event, "start_draft")
    if found.state != "open":
        raise NotAllowed("The event is closed: no new text can be started.")
    if request.method == "GET":
        said = {"kind": "common", "template": "empty"}
        return forms.show("drafts/new.html", event=found, said=said, **CHOICES)
    try:
        if forms.line("kind", 20) not in CHOICES["kinds"]:
            raise Invalid("Please choose what kind of text it is.", field="kind")
        with writing() as session:
            made = start_draft(
                session,
                event_id=found.id,
                title=forms.line("title", 120),
                kind=forms.line("kind", 20),
                slug=forms.line("slug", 60) or None,
                template=forms.line("template", 40) or "empty",
                by=actor().id,
                at=now(),
            )
    except (Invalid, Taken) as refusal:
        return forms.show("drafts/new.html", refusal, event=found, said=forms.said(), **CHOICES)
    return redirect(f"/e/{event}/{made.slug}/live", 303)
