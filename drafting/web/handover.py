"""When a shift of volunteers changes: what is open in the event, who does what, and handing a role over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from ..db import now
from ..drafts.models import Draft
from ..errors import Invalid, NotFound, Refused
from ..events.models import Event
from ..people import joining
from ..people.models import Membership
from ..people.rights import Role, as_role
from ..record import history
from ..record.models import Revision
from ..review import remarks
from ..review.models import Looked
from . import catalogue, forms, standings
from .guard import event_or_404
from .identity import actor, signed_in
from .services import reading, services, writing
from .standings import Standing
from .words import ROLES

blueprint = Blueprint("handover", __name__)

HANDED: tuple[Role, ...] = ("facilitator", "editor")
"""Roles that somebody has to have, so that they are handed over."""


@dataclass(frozen=True)
class Open:
    """What is open in one draft. `counts` as in `remarks.open_counts`."""

    draft: Draft
    state: str
    put_forward: Sequence[Standing]
    counts: dict[str, int]
    unreleased: Sequence[Revision]

    @property
    def nothing(self) -> bool:
        return not (self.put_forward or self.unreleased or any(self.counts.values()))


@dataclass(frozen=True)
class Here:
    """Somebody in the event. `seen`: when they last had one of its texts before their eyes."""

    person_id: int
    name: str
    role: Role
    seen: datetime | None


@blueprint.get("/e/<event>/-/handover")
def show(event: str) -> ResponseReturnValue:
    """On one page, also on paper."""
    return _page(event_or_404(event, "see_room"))


@blueprint.post("/e/<event>/-/handover")
def hand_over(event: str) -> ResponseReturnValue:
    found = event_or_404(event, "manage_event")
    try:
        giver, taker = forms.whole("giver"), forms.whole("taker")
        if giver is None or taker is None:
            raise Invalid("Please choose who hands over, and to whom.", field="taker" if giver else "giver")
        with writing() as session:
            role = joining.hand_over(
                session,
                event_id=found.id,
                giver_id=giver,
                taker_id=taker,
                becomes=forms.line("becomes", 20),
                by=signed_in().id,
                at=now(),
            )
    except (Invalid, NotFound) as refusal:
        return _page(event_or_404(event, "manage_event"), refusal)
    for person in (giver, taker):
        services().rooms.ask_again(person)
    flash(f"Handed over: {ROLES[role].a} has changed.")
    return redirect(f"/e/{event}/-/handover", 303)


def _page(event: Event, refusal: Refused | None = None) -> ResponseReturnValue:
    people = _people(event)
    holders = [one for one in people if one.role in HANDED]
    return forms.show(
        "events/handover.html",
        refusal,
        event=event,
        drafts=[_open(event, entry) for entry in catalogue.entries(event.id)],
        people=people,
        runs=actor().may("manage_event", event.id),
        unseen=len(remarks.waiting(reading(), event.id)) if actor().may("moderate", event.id) else 0,
        givers={str(one.person_id): f"{one.name}, {ROLES[one.role].name}" for one in holders},
        takers={"": "choose", **{str(one.person_id): f"{one.name}, {ROLES[one.role].name}" for one in people}},
        rests={role: ROLES[role].a for role in ("drafter", "editor", "contributor", "reader")},
        said=forms.said() if refusal else {"giver": str(actor().id), "becomes": "drafter"},
        now=now(),
    )


def _open(event: Event, entry: catalogue.Entry) -> Open:
    return Open(
        entry.draft,
        entry.state,
        [standings.of(proposal, event) for proposal in entry.put_forward],
        remarks.open_counts(reading(), entry.draft.id),
        history.awaiting(reading(), entry.draft.id),
    )


def _people(event: Event) -> list[Here]:
    """Everybody but mere readers; whoever runs the event reads every name, the others those that are shown."""
    runs = actor().may("manage_event", event.id)
    rows = reading().execute(
        sa.select(Looked.person_id, sa.func.max(Looked.at))
        .join(Draft, Draft.id == Looked.draft_id)
        .where(Draft.event_id == event.id)
        .group_by(Looked.person_id)
    )
    seen = {person_id: at for person_id, at in rows}
    members = [member for member in joining.members(reading(), event.id) if member.role != "reader"]
    return [
        Here(member.person_id, _name(member, runs), as_role(member.role) or "reader", seen.get(member.person_id))
        for member in members
    ]


def _name(member: Membership, runs: bool) -> str:
    name = member.person.name if runs else member.person.public_name
    return f"{name or 'a writer'} (you)" if member.person_id == signed_in().id else name or "a writer"
