"""Putting texts forward, deciding on them, and taking published versions back."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts.forms import prompts_in
from ..drafts.models import Draft
from ..errors import Invalid, NotFound, Refused, Stale
from ..events import promising
from ..events.models import Event
from ..people.models import Person
from ..people.rights import may
from ..publishing import connecting
from ..record.models import Revision
from ..review import accepting, proposing, remarks, withdrawing
from ..review.models import Proposal
from . import catalogue, changes, forms, previews, snapshots
from .guard import draft_or_404, event_or_404
from .identity import actor, signed_in
from .services import reading, services, writing

blueprint = Blueprint("review", __name__)


@blueprint.get("/e/<event>/-/put-forward/<draft>")
def put_forward_form(event: str, draft: str) -> ResponseReturnValue:
    """The difference to the last version, and a sentence on what changed."""
    return _put_forward_page(*draft_or_404(event, draft, "put_forward"))


@blueprint.post("/e/<event>/-/put-forward/<draft>")
def put_forward(event: str, draft: str) -> ResponseReturnValue:
    """Offer the text as it is on disk now."""
    found_event, found = draft_or_404(event, draft, "put_forward")
    snapshot = snapshots.take(found.id)
    try:
        with writing() as session:
            made = proposing.put_forward(
                session,
                session.get_one(Draft, found.id),
                snapshot,
                summary=forms.line("summary", proposing.SUMMARY_LIMIT),
                by=actor().id,
                at=now(),
            )
    except Invalid as refusal:
        return _put_forward_page(found_event, found, refusal)
    flash("Put forward. An editor decides.")
    return redirect(f"/e/{event}/-/proposals/{made.id}", 303)


def _put_forward_page(event: Event, draft: Draft, refusal: Refused | None = None) -> ResponseReturnValue:
    base = proposing.latest_number(reading(), draft.id)
    old, live = catalogue.accepted_text(draft.id, base), snapshots.take(draft.id).text
    return forms.show(
        "review/put_forward.html",
        refusal,
        event=event,
        draft=draft,
        base=base,
        said=forms.said(),
        same=old == live or not live.strip(),
        promise=promising.current(reading(), event.id),
        prompts=prompts_in(live),
        undescribed=changes.undescribed(live),
        counts=remarks.open_counts(reading(), draft.id),
        again=catalogue.taken_back_with(draft.id, live),
        **_difference(old, live, base),
    )


def _difference(old: str, new: str, base: int) -> dict[str, object]:
    """What a page shows: the difference to version `base`, or the whole text where there is no version yet."""
    if base == 0:
        return {"text": changes.laid_out(new), "words": [], "html": ""}
    told = changes.between(old, new)
    return {"text": "", "words": told.words, "html": told.difference}


@blueprint.get("/e/<event>/-/proposals/<int(max=9999999):number>")
def proposal(event: str, number: int) -> ResponseReturnValue:
    """What was put forward, against the version that is the newest now."""
    return _proposal_page(*_proposal(event, number))


@blueprint.post("/e/<event>/-/proposals/<int(max=9999999):number>/publish")
def publish(event: str, number: int) -> ResponseReturnValue:
    """Make it the next version, if the version that the editor saw is still the newest."""
    found_event, draft, found = _proposal(event, number, "accept")
    try:
        with writing() as session:
            made = accepting.accept(
                session,
                services().house,
                found.id,
                seen_base=forms.whole("seen_base", least=0) or 0,
                by=actor().id,
                at=now(),
            )
            public, unreleased = made.path, f"/e/{event}/-/versions/{made.id}"
    except Stale as refusal:
        return _proposal_page(found_event, draft, found, refusal)
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
    found_event, draft, found = _proposal(event, number)
    with writing() as session:
        decides = may(actor().role_in(found_event.id), "accept")
        proposing.take_back(session, found.id, by=signed_in().id, may_decide=decides, at=now())
    flash("It was taken back. The live text stays as it is.")
    return redirect(f"/e/{event}/{draft.slug}", 303)


def _proposal(event: str, number: int, act: str = "put_forward") -> tuple[Event, Draft, Proposal]:
    found_event = event_or_404(event, "accept" if act == "accept" else "put_forward")
    found = proposing.find(reading(), number)
    if found.event_id != found_event.id:
        raise NotFound("There is no such text put forward.")
    return found_event, reading().get_one(Draft, found.draft_id), found


def _proposal_page(event: Event, draft: Draft, found: Proposal, refusal: Refused | None = None) -> ResponseReturnValue:
    base = proposing.latest_number(reading(), draft.id)
    old = catalogue.accepted_text(draft.id, base)
    is_open = found.state == "open"
    proposer = reading().get(Person, found.proposer_id) if found.proposer_id else None
    return forms.show(
        "review/proposal.html",
        refusal,
        event=event,
        draft=draft,
        proposal=found,
        base=base,
        same=base > 0 and old == found.text,
        proposer=proposer.public_name or "a writer" if proposer else "the drafting team",
        mine=found.proposer_id == actor().id,
        decides=actor().may("accept", event.id),
        revision=reading().get(Revision, found.revision_id) if found.revision_id else None,
        promise=promising.current(reading(), event.id),
        wait=services().settings.limits.notes_wait_minutes,
        posts=previews.of_proposal(found, base) if is_open and actor().may("accept", event.id) else [],
        prompts=prompts_in(found.text) if is_open else [],
        undescribed=changes.undescribed(found.text) if is_open else [],
        counts=remarks.open_counts(reading(), draft.id),
        **_difference(old, found.text, base if is_open else 0),
    )


@blueprint.get("/e/<event>/-/withdraw/<draft>")
def withdraw_form(event: str, draft: str) -> ResponseReturnValue:
    """Take the newest version back."""
    return _withdraw_page(*draft_or_404(event, draft, "accept"))


@blueprint.post("/e/<event>/-/withdraw/<draft>")
def withdraw(event: str, draft: str) -> ResponseReturnValue:
    """Publish a next version that takes the newest back, with the reason."""
    found_event, found = draft_or_404(event, draft, "accept")
    try:
        with writing() as session:
            made = withdrawing.withdraw(
                session,
                services().house,
                session.get_one(Draft, found.id),
                seen_base=forms.whole("seen_base", least=0) or 0,
                reason=forms.line("reason", proposing.SUMMARY_LIMIT),
                by=signed_in().id,
                at=now(),
            )
    except (Invalid, Stale) as refusal:
        return _withdraw_page(found_event, found, refusal)
    flash(f"Version {made.withdraws} was taken back by version {made.number}.")
    return redirect(f"/e/{event}/{draft}", 303)


def _withdraw_page(event: Event, draft: Draft, refusal: Refused | None = None) -> ResponseReturnValue:
    base = proposing.latest_number(reading(), draft.id)
    if base == 0:
        raise NotFound("Nothing of this text has been published yet.")
    return forms.show("review/withdraw.html", refusal, event=event, draft=draft, base=base, said=forms.said())
