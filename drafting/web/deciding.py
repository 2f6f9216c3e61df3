"""What was put forward: its difference, its clock, what is said against it, and the buttons by which it is decided."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..db import clock as time_of
from ..db import now
from ..drafts.forms import prompts_in
from ..drafts.models import Draft
from ..errors import Invalid, NotAllowed, NotFound, Refused, Stale
from ..events import promising
from ..events.models import Event
from ..people.models import Person
from ..people.rights import Act
from ..publishing import connecting, outbox
from ..record.models import Revision
from ..review import clock, deciding, proposing, remarks
from ..review.models import Proposal
from . import catalogue, changes, forms, previews, standings
from .guard import check_shown, event_or_404, require
from .identity import actor, signed_in
from .services import read_anew, reading, services, writing

blueprint = Blueprint("deciding", __name__)

PRESSED_BY: dict[str, Act] = {"hand_in": "check_harm"}
"""By whom a text is published under a rule, where that is not an editor."""


def found(event: str, number: int, act: Act = "read") -> tuple[Event, Draft, Proposal]:
    """What is put forward under this number, if who asks may `act`. Raises NotFound, NotSignedIn, NotAllowed."""
    found_event = event_or_404(event, act)
    proposal = proposing.find(reading(), number)
    if proposal.event_id != found_event.id:
        raise NotFound("There is no such text put forward.")
    draft = reading().get_one(Draft, proposal.draft_id)
    check_shown(actor(), draft)
    if not standings.is_public(found_event, proposal):
        require("read_live", found_event.id)
    return found_event, draft, proposal


@blueprint.get("/e/<event>/-/proposals/<int(max=9999999):number>")
def show(event: str, number: int) -> ResponseReturnValue:
    """What was put forward, against the version that is the newest now. Somebody of the team has then seen it."""
    found_event, draft, proposal = found(event, number)
    if proposal.state == "open" and actor().may("put_forward", found_event.id) and _is_looked_at():
        me = signed_in().id
        if me != proposal.proposer_id and me not in {look.person_id for look in clock.looks(reading(), proposal)}:
            with writing() as session:
                deciding.look(session, number, by=me, at=time_of(session))
            found_event, draft, proposal = found(event, number)
    return page(found_event, draft, proposal)


def _is_looked_at() -> bool:
    """Whether the page is asked for to be shown, and not as a picture, ahead of time, or for its head alone."""
    asks_for = request.headers.get("Sec-Fetch-Dest", "document")
    return request.method == "GET" and asks_for == "document" and "Sec-Purpose" not in request.headers


@blueprint.post("/e/<event>/-/proposals/<int(max=9999999):number>/publish")
def publish(event: str, number: int) -> ResponseReturnValue:
    """Publish it as the next version, or agree to it, if the version that they saw is still the newest."""
    found_event, draft, proposal = found(event, number)
    require(PRESSED_BY.get(clock.rule_of(proposal).kind, "accept"), found_event.id)
    try:
        words = forms.line("words", outbox.WORDS_LIMIT)
        with writing() as session:
            made = deciding.press(
                session,
                services().house,
                number,
                seen_base=forms.whole("seen_base", least=0) or 0,
                by=signed_in().id,
                at=time_of(session),
            )
            if made:
                outbox.word_all(session, made.id, words)
                if forms.ticked("major"):
                    outbox.call_major(session, made.id)
            public, unreleased = (made.path, f"/e/{event}/-/versions/{made.id}") if made else ("", "")
    except (Stale, NotAllowed, Invalid) as refusal:
        return page(found_event, draft, proposal, refusal)
    if made is None:
        flash("You agreed. It is published as soon as enough editors have.")
        return redirect(f"/e/{event}/-/proposals/{number}", 303)
    if made.released:
        flash(f"Version {made.number} is published.{_by_hand(found_event)}")
    return redirect(public if made.released else unreleased, 303)


def _by_hand(event: Event) -> str:
    """What the worker is about to lay out for somebody's hands."""
    if not any(c.kind == "by_hand" and c.paused is None for c in connecting.of_event(reading(), event.id)):
        return ""
    return " A post waits to be put up by hand: see “Where it is announced”."


@blueprint.post("/e/<event>/-/proposals/<int(max=9999999):number>/take-back")
def take_back(event: str, number: int) -> ResponseReturnValue:
    """By who put it forward, or an editor, who sends it back."""
    found_event, draft, proposal = found(event, number)
    with writing() as session:
        decides = actor().may(PRESSED_BY.get(clock.rule_of(proposal).kind, "accept"), found_event.id)
        proposing.take_back(session, number, by=signed_in().id, may_decide=decides, at=now())
    flash("It was taken back. The live text stays as it is.")
    return redirect(f"/e/{event}/{draft.slug}", 303)


@dataclass(frozen=True)
class Step:
    """One short transaction: `do(session, proposal_id, person_id, at)`. `done` is said afterwards."""

    act: Act
    do: Callable[[Session, int, int, datetime], object]
    done: str


STEPS = {
    "claim": Step(
        "put_forward",
        lambda session, number, me, at: deciding.claim(session, number, by=me, at=at),
        "The others see that you look at it.",
    ),
    "leave": Step(
        "put_forward",
        lambda session, number, me, at: deciding.leave(session, number, by=me, at=at),
        "Somebody else can look at it now.",
    ),
    "disagree": Step(
        "accept",
        lambda session, number, me, at: deciding.take_agreement_back(session, number, by=me, at=at),
        "You do not agree any more.",
    ),
}


@blueprint.post("/e/<event>/-/proposals/<int(max=9999999):number>/<step>")
def take_step(event: str, number: int, step: str) -> ResponseReturnValue:
    """What changes nothing in the text itself."""
    if step not in STEPS:
        raise NotFound("There is no such page.")
    chosen = STEPS[step]
    found_event, draft, proposal = found(event, number)
    require(chosen.act, found_event.id)
    try:
        with writing() as session:
            chosen.do(session, number, signed_in().id, time_of(session))
    except Stale as refusal:
        return page(found_event, draft, proposal, refusal)
    flash(chosen.done)
    return redirect(f"/e/{event}/-/proposals/{number}", 303)


def page(event: Event, draft: Draft, proposal: Proposal, refusal: Refused | None = None) -> ResponseReturnValue:
    """Everything about it, as it is now; after a refusal with its reason."""
    read_anew()
    base = proposing.latest_number(reading(), draft.id)
    old = catalogue.accepted_text(draft.id, base)
    is_open = proposal.state == "open"
    state = standings.of(proposal, event)
    presses = is_open and actor().may(PRESSED_BY.get(state.rule.kind, "accept"), event.id)
    posts = previews.of_proposal(proposal, base) if is_open and actor().may("accept", event.id) else []
    earlier = clock.objections(reading(), proposal.replaces) if proposal.replaces else []
    people = {p for o in (*state.objections, *earlier) for p in (o.person_id, o.ended_by) if p}
    return forms.show(
        "review/proposal.html",
        refusal,
        event=event,
        draft=draft,
        proposal=proposal,
        state=state,
        base=base,
        same=base > 0 and old == proposal.text,
        names=_names(people | ({proposal.claimed_by} if proposal.claimed_by else set()), proposal.proposer_id),
        mine=proposal.proposer_id is not None and proposal.proposer_id == actor().id,
        me=actor().id,
        presses=presses,
        decides=actor().may("accept", event.id),
        agreed=[a.person_id for a in clock.agreements(reading(), proposal.id, base)],
        objects=is_open and actor().may("object", event.id),
        answers=is_open and (actor().may("answer", event.id) or proposal.proposer_id == (actor().id or 0)),
        writes=is_open and actor().may("put_forward", event.id),
        reads_live=actor().may("read_live", event.id),
        moderates=actor().may("moderate", event.id),
        earlier=earlier,
        claim_over=deciding.lapsed(proposal, now()),
        said=forms.said(),
        now=now(),
        revision=reading().get(Revision, proposal.revision_id) if proposal.revision_id else None,
        promise=promising.current(reading(), event.id),
        wait=services().settings.limits.notes_wait_minutes,
        posts=posts,
        majors=any(channel.rule == "major" for channel in connecting.of_event(reading(), event.id)),
        held=previews.held(event) if posts else None,
        prompts=prompts_in(proposal.text) if is_open else [],
        undescribed=changes.undescribed(proposal.text) if is_open else [],
        counts=remarks.open_counts(reading(), draft.id),
        **changes.shown(old, proposal.text, base if is_open else 0),
    )


def _names(people: set[int], proposer_id: int | None) -> dict[int | None, str]:
    """As each chose to be called; `None` is who put a text forward that no person did."""
    rows = reading().scalars(sa.select(Person).where(Person.id.in_(people | {proposer_id or 0})))
    names: dict[int | None, str] = {p.id: p.public_name or _unnamed(p.id == proposer_id) for p in rows}
    return {None: "the drafting team", **names}


def _unnamed(proposes: bool) -> str:
    return "a writer" if proposes else "somebody at the event"
