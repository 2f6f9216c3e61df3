"""Putting texts forward, and taking published versions back."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from .. import announcing
from ..db import clock as time_of
from ..db import now
from ..drafts.forms import prompts_in
from ..drafts.models import Draft
from ..errors import Invalid, NotFound, Refused, Stale
from ..events import promising
from ..events.models import Event
from ..review import clock, declaring, proposing, remarks, withdrawing
from ..review.rules import Kind
from ..wording.graphemes import clip
from . import catalogue, changes, forms, snapshots
from .guard import draft_or_404
from .identity import actor, signed_in
from .services import reading, services, writing

blueprint = Blueprint("review", __name__)

WHAT_NOW: dict[Kind, str] = {
    "one": "An editor decides.",
    "several": "The editors decide.",
    "unless": "Its time to object begins now.",
    "hand_in": "A second person looks whether it could hurt anybody.",
}


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
                at=time_of(session),
            )
    except Invalid as refusal:
        return _put_forward_page(found_event, found, refusal)
    flash(f"Put forward. {WHAT_NOW[clock.rule_of(made).kind]}")
    return redirect(f"/e/{event}/-/proposals/{made.id}", 303)


def _put_forward_page(event: Event, draft: Draft, refusal: Refused | None = None) -> ResponseReturnValue:
    base = proposing.latest_number(reading(), draft.id)
    old, live = catalogue.accepted_text(draft.id, base), snapshots.take(draft.id).text
    same = old == live or not live.strip()
    mine = proposing.mine(reading(), draft.id, actor().id)
    return forms.show(
        "review/put_forward.html",
        refusal,
        event=event,
        draft=draft,
        base=base,
        said=forms.said() or {"summary": "" if same else _made_for_you(old, live)},
        same=same,
        promise=promising.current(reading(), event.id),
        prompts=prompts_in(live),
        undescribed=changes.undescribed(live),
        counts=remarks.open_counts(reading(), draft.id),
        again=catalogue.taken_back_with(draft.id, live),
        rule=declaring.rule_for(reading(), draft),
        mine=mine,
        objections=clock.objections(reading(), mine.id) if mine else [],
        **changes.shown(old, live, base),
    )


def _made_for_you(old: str, live: str) -> str:
    """What changed, in words, to begin with."""
    return clip(services().pool.run(announcing.changed, old, live).what(), proposing.SUMMARY_LIMIT)


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
