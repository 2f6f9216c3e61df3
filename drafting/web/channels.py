"""Where an event is announced: connecting, what the next post will say, and what became of each post."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import Invalid, NotFound, Refused
from ..events.models import Event
from ..publishing import connecting, outbox
from ..publishing.models import Delivery
from ..record.models import Revision
from . import forms, previews
from .guard import event_or_404
from .identity import actor
from .services import reading, services, writing

blueprint = Blueprint("channels", __name__)

KINDS = {
    "by_hand": ("By hand", "You get a text to paste, on Facebook, in WhatsApp, in a newsletter. You tick it off."),
    "bluesky": ("Bluesky", "We post to an account of the event. Make an app password for it in Bluesky’s settings."),
    "webhook": ("Webhook", "We send a signed message to an address of yours. For people who write programs."),
}


@blueprint.get("/e/<event>/-/channels")
def show(event: str) -> ResponseReturnValue:
    return _page(event_or_404(event, "publish"))


def _page(event: Event, refusal: Refused | None = None, signing_secret: str = "") -> ResponseReturnValue:
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
        signing_secret=signing_secret,
        said=forms.said() if refusal else {"kind": "by_hand"},
    )


@blueprint.post("/e/<event>/-/channels/connect")
def connect(event: str) -> ResponseReturnValue:
    """Check what was typed, try it for real, and only then keep it."""
    found = event_or_404(event, "publish")
    settings = services().settings
    typed = {name: forms.line(name, connecting.ADDRESS_LIMIT) for name in ("handle", "app_password", "service", "url")}
    try:
        connection = connecting.read(settings, kind=forms.line("kind", 20), name=forms.line("name", 60), fields=typed)
        connecting.check(settings, connection)
        with writing() as session:
            made = connecting.save(session, services().vault, connection, event_id=found.id, at=now())
    except Invalid as refusal:
        return _page(found, refusal)
    if made.kind == "webhook":
        return _page(found, signing_secret=connecting.signing_secret(services().vault, made))
    flash(f"{made.name} is connected. What is published from now on is announced there.")
    return redirect(f"/e/{event}/-/channels", 303)


@blueprint.post("/e/<event>/-/channels/<int(max=9999999):channel_id>/<any(pause, resume, remove):act>")
def change(event: str, channel_id: int, act: str) -> ResponseReturnValue:
    """Pause a channel, go on with it, or disconnect it."""
    found = event_or_404(event, "publish")
    with writing() as session:
        if act == "pause":
            connecting.pause(session, found.id, channel_id, now())
        elif act == "resume":
            connecting.resume(session, found.id, channel_id)
        else:
            connecting.remove(session, found.id, channel_id, now())
    done = {"pause": "It is paused.", "resume": "It goes on.", "remove": "It is disconnected."}
    flash(done[act])
    return redirect(f"/e/{event}/-/channels", 303)


@blueprint.post("/e/<event>/-/posts/<int(max=9999999):number>/<any(retry, cancel, done):act>")
def post(event: str, number: int, act: str) -> ResponseReturnValue:
    """Try a post again, leave it out, or say that somebody posted it."""
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
            else:
                outbox.tick_off(session, number, forms.line("url", outbox.URL_LIMIT), actor().id, now())
    except Invalid as refusal:
        return _page(found, refusal)
    flash({"retry": "It is tried again now.", "cancel": "It is left out.", "done": "Ticked off. Thank you."}[act])
    return redirect(f"/e/{event}/-/channels", 303)
