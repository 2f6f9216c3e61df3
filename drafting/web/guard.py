"""May they: the one way from an address to an event or a draft."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import g, has_request_context

from ..drafts.models import Draft
from ..errors import Hidden, NotAllowed, NotFound, NotSignedIn, Removed
from ..events import opening
from ..events.models import Event
from ..people.rights import Act, may_read
from . import timekeeper, words
from .identity import Actor, actor
from .services import reading, services

NO_RIGHT: dict[Act, str] = {
    "see_room": "Only people at the event see this.",
    "write": "Only the drafting team writes here.",
    "put_forward": "Only the drafting team can put a text forward.",
    "accept": "Only an editor can publish a version.",
    "check_harm": "Only the drafting team looks whether notes could hurt somebody.",
    "object": "Only people at the event can object.",
    "answer": "Only an editor, or who put the text forward, can answer an objection.",
    "start_draft": "Only an editor can start a new text.",
    "manage_event": "Only whoever runs the event can change this.",
    "invite": "Only whoever runs the event can invite people.",
    "publish": "Only whoever runs the event can change where it is announced.",
    "strike": "Only whoever runs the event can strike words.",
    "freeze": "Only an editor, or whoever runs the event, can freeze a text.",
    "remark": "Only people at the event suggest and comment here.",
    "settle": "Only an editor can accept or decline this.",
    "moderate": "Only whoever runs the event can hide this.",
}
ON_LIVE_TEXTS: frozenset[Act] = frozenset(
    {"read_live", "see_room", "write", "put_forward", "strike", "freeze", "remark"}
)


def event_or_404(slug: str, act: Act = "read") -> Event:
    """The event at `slug`, if who asks may do `act` there. Raises NotFound, NotSignedIn, NotAllowed."""
    event = opening.find(reading(), slug)
    check_readable(actor(), event)
    require(act, event.id)
    timekeeper.settle_due(services(), event.id)
    return event


def check_readable(who: Actor, event: Event) -> None:
    """Raises NotFound unless `who` may read the event."""
    if not may_read(who.role_in(event.id), hidden=event.hidden is not None):
        raise NotFound("This event has been taken down for now.")
    if event.hidden is not None and has_request_context():
        g.withheld = True


def draft_or_404(event_slug: str, draft_slug: str, act: Act = "read") -> tuple[Event, Draft]:
    """The event and its draft, if who asks may do `act` there. Raises NotFound, Removed, NotSignedIn, NotAllowed."""
    event = event_or_404(event_slug, act)
    draft = reading().scalar(sa.select(Draft).where(Draft.event_id == event.id, Draft.slug == draft_slug))
    if draft is None:
        raise NotFound("There is no text at this address.")
    check_shown(actor(), draft)
    if act in ON_LIVE_TEXTS:
        still_live(draft)
    return event, draft


def check_shown(who: Actor, draft: Draft) -> None:
    """Raises Hidden if the draft is, while something in it is looked into, for whoever is not in the event."""
    if draft.hidden is None:
        return
    if not who.may("see_room", draft.event_id):
        raise Hidden(draft.hidden_because)
    if has_request_context():
        g.withheld = True


def hidden_texts(event_id: int) -> Sequence[int]:
    """Drafts of an event of which who asks sees nothing, because something in them is looked into: ids."""
    if actor().may("see_room", event_id):
        return ()
    hidden = sa.select(Draft.id).where(Draft.event_id == event_id, Draft.hidden.is_not(None))
    return reading().scalars(hidden).all()


def still_live(draft: Draft) -> None:
    """Raises Removed if the live text was destroyed."""
    if draft.journal_destroyed is not None:
        when = words.day(draft.journal_destroyed)
        raise Removed(f"The live text was removed on {when}, as had been announced. What was published stays.")


def require(act: Act, event_id: int) -> None:
    """Raises NotSignedIn or NotAllowed unless who asks may do `act` in this event."""
    who = actor()
    if who.may(act, event_id):
        return
    why = NO_RIGHT.get(act, "This is not open to you.")
    if who.person is None:
        raise NotSignedIn(f"{why} Have you joined? Use your link or code.")
    raise NotAllowed(why)
