"""Where an event is announced: connecting, what the next post will say, and what became of each post."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Invalid, NotFound, Refused
from ..events.models import Event
from ..publishing import connecting, holding, outbox, trying
from ..publishing.fediverse import saying
from ..publishing.fediverse.addresses import Handle
from ..publishing.kinds import KINDS
from ..publishing.mail import editions, subscribing
from ..publishing.models import Delivery
from ..record.models import Revision
from . import forms, previews, profiles
from .guard import event_or_404
from .identity import actor
from .services import reading, services, writing

blueprint = Blueprint("channels", __name__)

CHANGED = {
    "pause": "It is paused.",
    "resume": "It goes on.",
    "remove": "It is disconnected.",
    "ask": "From now on each post there waits until somebody approves it.",
    "trust": "From now on posts there go by themselves.",
}
DONE = {
    "approve": "It is posted now.",
    "word": "The words are changed.",
    "correct": "It is corrected: in its place where the network has that, otherwise by a reply.",
    "retry": "It is tried again now.",
    "cancel": "It is left out.",
    "insist": "It is posted now.",
    "done": "Ticked off. Thank you.",
}


@blueprint.get("/e/<event>/-/channels")
def show(event: str) -> ResponseReturnValue:
    return show_all(event_or_404(event, "publish"))


def show_all(event: Event, refusal: Refused | None = None, signing_secret: str = "") -> ResponseReturnValue:
    """The whole page; after connecting a webhook with its secret, this once."""
    connected = connecting.of_event(reading(), event.id)
    entries = outbox.ledger(reading(), event.id)
    about = {entry.revision_id: reading().get_one(Revision, entry.revision_id) for entry in entries}
    return forms.show(
        "channels/channels.html",
        refusal,
        event=event,
        channels=connected,
        previews=previews.of_event(event, connected),
        ledger=entries,
        about=about,
        kinds=KINDS,
        own_address=profiles.address(Handle(event.slug)),
        followed=saying.followers(reading(), event.slug),
        texts_followed=saying.followers_of_texts(reading(), event.id, event.slug),
        carried=saying.progress(reading(), [entry.key for entry in entries if entry.kind == "fediverse"]),
        written=editions.progress(reading(), event.id, [entry.key for entry in entries if entry.kind == "mail"]),
        readers=subscribing.readers(reading(), event.id),
        ground=services().ground,
        shown=previews.of_entries(event, entries),
        words_limit=outbox.WORDS_LIMIT,
        signing_secret=signing_secret,
        held=previews.held(event),
        said=forms.said() if refusal else {},
    )


@blueprint.post("/e/<event>/-/channels/<int(max=9999999):channel_id>/<any(pause, resume, remove, ask, trust):act>")
def change(event: str, channel_id: int, act: str) -> ResponseReturnValue:
    """Pause a channel, go on with it, or disconnect it."""
    found = event_or_404(event, "publish")
    with writing() as session:
        if act == "pause":
            connecting.pause(session, found.id, channel_id, now())
        elif act == "resume":
            connecting.resume(session, found.id, channel_id)
        elif act == "remove":
            connecting.remove(session, found.id, channel_id, now())
        else:
            connecting.ask_before(session, found.id, channel_id, each=act == "ask")
    flash(CHANGED[act])
    return redirect(f"/e/{event}/-/channels", 303)


@blueprint.post("/e/<event>/-/channels/<int(max=9999999):channel_id>/test")
def try_out(event: str, channel_id: int) -> ResponseReturnValue:
    """Post a test there, now."""
    found = event_or_404(event, "publish")
    channel = connecting.one(reading(), found.id, channel_id)
    try:
        if previews.held_now(found):
            raise Invalid("Posts are held, tests too.")
        if found.hidden is not None:
            raise Invalid("The event is hidden: nothing is posted about it.")
        sent = trying.try_out(services().ground, services().vault, channel, found, now())
    except Invalid as refusal:
        return show_all(found, refusal)
    flash(f"The test is out. Delete it there when you have seen it{': ' + sent.url if sent.url else '.'}")
    return redirect(f"/e/{event}/-/channels", 303)


@blueprint.post("/e/<event>/-/channels/hold")
def hold(event: str) -> ResponseReturnValue:
    """Post nothing about the event for some days."""
    found = event_or_404(event, "publish")
    try:
        days = holding.Days(forms.day("first"), forms.day("last"))
        because = forms.line("because", holding.REASON_LIMIT)
        with writing() as session:
            holding.declare(session, found.id, days, because=because, by=actor().id, at=now())
    except Invalid as refusal:
        return show_all(found, refusal)
    flash("Posts are held. The event's page says so.")
    return redirect(f"/e/{event}/-/channels", 303)


@blueprint.post("/e/<event>/-/channels/approve")
def approve_all(event: str) -> ResponseReturnValue:
    """Post everything that waits for it."""
    found = event_or_404(event, "publish")
    with writing() as session:
        count = outbox.approve_all(session, found.id, now())
    flash(f"{count} posts go out now." if count != 1 else "One post goes out now.")
    return redirect(f"/e/{event}/-/channels", 303)


@blueprint.post("/e/<event>/-/channels/lift")
def lift(event: str) -> ResponseReturnValue:
    """Post again."""
    found = event_or_404(event, "publish")
    with writing() as session:
        holding.lift(session, found.id, now())
    flash("Posts are made again. What waited goes out now, oldest first.")
    return redirect(f"/e/{event}/-/channels", 303)


@blueprint.post(
    "/e/<event>/-/posts/<int(max=9999999):number>/<any(retry, cancel, done, insist, approve, word, correct):act>"
)
def post(event: str, number: int, act: str) -> ResponseReturnValue:
    """Try a post again, leave it out, post it after all, or say that somebody posted it."""
    found = event_or_404(event, "publish")
    delivery = reading().get(Delivery, number)
    if delivery is None or delivery.event_id != found.id:
        raise NotFound("There is no such post.")
    try:
        with writing() as session:
            if act == "retry":
                outbox.retry(session, number, now())
            elif act == "cancel":
                outbox.cancel(session, number)
            elif act == "insist":
                outbox.insist(session, number, now())
            elif act == "approve":
                outbox.approve(session, number, now())
            elif act in ("word", "correct"):
                change_words = outbox.word if act == "word" else outbox.correct
                change_words(session, number, forms.line("words", outbox.WORDS_LIMIT), now())
            else:
                outbox.tick_off(session, number, forms.line("url", outbox.URL_LIMIT), actor().id, now())
    except Invalid as refusal:
        return show_all(found, refusal)
    flash(DONE[act])
    return redirect(f"/e/{event}/-/channels", 303)
