"""Who is in an event: links and codes, roles, and one's own tokens."""

from datetime import timedelta

import segno
from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..db import now
from ..drafts.models import Draft
from ..errors import Invalid, NotFound
from ..events import promising
from ..events.models import Event
from ..people import joining, signing_in
from ..people.models import JoinLink
from ..people.rights import may
from . import catalogue, forms
from .guard import event_or_404
from .identity import actor, signed_in
from .services import reading, services, writing
from .words import ROLES

blueprint = Blueprint("people", __name__)

LONGEST_DAYS = 365
TO_GIVE = {role: ROLES[role].a for role in ("drafter", "editor", "contributor", "facilitator")}
TO_BE = {role: place.name for role, place in ROLES.items()}


@blueprint.get("/e/<event>/-/people")
def show(event: str) -> ResponseReturnValue:
    return _page(event_or_404(event, "read_live"))


def _page(event: Event, refusal: Invalid | None = None, fresh_token: str = "") -> ResponseReturnValue:
    role, person = actor().role_in(event.id), signed_in()
    invites = may(role, "invite")
    at = now()
    links = [link for link in joining.links(reading(), event.id) if not link.revoked and link.expires > at]
    return forms.show(
        "people/people.html",
        refusal,
        event=event,
        role=role,
        me=person,
        invites=invites,
        decides=may(role, "accept"),
        links=[_shown(link) for link in links] if invites else [],
        members=joining.members(reading(), event.id) if invites else [],
        tasks={"": "the newest text", **{str(d.id): d.title for d in catalogue.drafts_of(event.id)}},
        roles_to_give=TO_GIVE,
        all_roles=TO_BE,
        tokens=signing_in.tokens_of(reading(), person.id, event.id),
        fresh_token=fresh_token,
        said=forms.said() if refusal else {"role": "drafter", "days": str(joining.DEFAULT_DAYS), "draft": ""},
    )


def _shown(link: JoinLink) -> dict[str, object]:
    """A link with what it is derived to: address, code, QR code."""
    mint = services().mint
    url = f"{services().settings.base_url}/join/{mint.link_token(link.salt)}"
    return {
        "link": link,
        "url": url,
        "code": mint.link_code(link.salt),
        "draft": reading().get(Draft, link.draft_id) if link.draft_id else None,
        "qr": Markup(
            segno.make(url, error="m").svg_inline(
                scale=8, border=2, svgclass="qr", lineclass=None, omitsize=True, title="QR code of the link"
            )
        ),
    }


@blueprint.post("/e/<event>/-/people/invite")
def invite(event: str) -> ResponseReturnValue:
    """Make a link and a code."""
    found = event_or_404(event, "invite")
    try:
        days = forms.whole("days") or joining.DEFAULT_DAYS
        if days > LONGEST_DAYS:
            raise Invalid("A link can work for a year at most.", field="days")
        with writing() as session:
            joining.make_link(
                session,
                services().mint,
                event_id=found.id,
                role=forms.line("role", 20),
                at=now(),
                expires=now() + timedelta(days=days),
                use_limit=forms.whole("use_limit"),
                draft_id=_task(found),
            )
    except Invalid as refusal:
        return _page(found, refusal)
    flash("The link and the code are ready.")
    return redirect(f"/e/{event}/-/people", 303)


def _task(event: Event) -> int | None:
    wanted = forms.whole("draft")
    if wanted is not None and all(draft.id != wanted for draft in catalogue.drafts_of(event.id)):
        raise Invalid("There is no such text in this event.", field="draft")
    return wanted


@blueprint.post("/e/<event>/-/people/close/<int(max=9999999):link_id>")
def close(event: str, link_id: int) -> ResponseReturnValue:
    """Close a link; who joined by it stays."""
    found = event_or_404(event, "invite")
    with writing() as session:
        joining.revoke(session, link_id, found.id, now())
    flash("The link and its code no longer work.")
    return redirect(f"/e/{event}/-/people", 303)


@blueprint.get("/e/<event>/-/people/poster/<int(max=9999999):link_id>")
def poster(event: str, link_id: int) -> ResponseReturnValue:
    """One link on A4, for the wall."""
    found = event_or_404(event, "invite")
    link = next((link for link in joining.links(reading(), found.id) if link.id == link_id and not link.revoked), None)
    if link is None:
        raise NotFound("There is no such link in this event.")
    return render_template(
        "people/poster.html",
        event=found,
        promise=promising.current(reading(), found.id),
        join_address=services().settings.base_url.partition("://")[2] + "/join",
        **_shown(link),
    )


@blueprint.post("/e/<event>/-/people/role/<int(max=9999999):person_id>")
def role(event: str, person_id: int) -> ResponseReturnValue:
    """Make somebody something else in the event."""
    found = event_or_404(event, "manage_event")
    try:
        with writing() as session:
            joining.change_role(session, event_id=found.id, person_id=person_id, role=forms.line("role", 20))
        services().rooms.ask_again(person_id)
    except Invalid as refusal:
        return _page(found, refusal)
    flash("The role is changed.")
    return redirect(f"/e/{event}/-/people", 303)


@blueprint.post("/e/<event>/-/people/withdraw-name/<int(max=9999999):person_id>")
def withdraw_name(event: str, person_id: int) -> ResponseReturnValue:
    """Somebody's name leaves every page, for who asked for that and cannot do it themself."""
    found = event_or_404(event, "manage_event")
    with writing() as session:
        joining.withdraw_name(session, event_id=found.id, person_id=person_id)
    services().rooms.ask_again(person_id)
    flash("The name stands on no page any more. Whoever it belongs to can show it again.")
    return redirect(f"/e/{event}/-/people", 303)


@blueprint.post("/e/<event>/-/people/tokens")
def make_token(event: str) -> ResponseReturnValue:
    """A token for a program of one's own. It is shown on this page and never again."""
    found = event_or_404(event, "read_live")
    with writing() as session:
        fresh = signing_in.issue_token(
            session,
            services().mint,
            person_id=signed_in().id,
            event_id=found.id,
            read_only=forms.ticked("read_only"),
            at=now(),
        )
    return _page(found, fresh_token=fresh)


@blueprint.post("/e/<event>/-/people/tokens/<int(max=9999999):token_id>/close")
def close_token(event: str, token_id: int) -> ResponseReturnValue:
    event_or_404(event, "read_live")
    with writing() as session:
        signing_in.revoke_token(session, token_id, signed_in().id, now())
    services().rooms.ask_again(signed_in().id)  # what is connected with it must not go on
    flash("The token no longer works.")
    return redirect(f"/e/{event}/-/people", 303)
