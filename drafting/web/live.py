"""The live text: the editor for those who may write, a view for others in the event, a friendly word for the rest."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from ..drafts.models import Draft
from ..events import promising
from ..events.models import Event
from ..record import history
from . import changes, livetext, seats
from .guard import draft_or_404, still_live
from .headers import nonce
from .identity import actor, signed_in
from .services import reading

blueprint = Blueprint("live", __name__)


@blueprint.get("/e/<event>/<draft>/live")
def show(event: str, draft: str) -> ResponseReturnValue:
    found_event, found = draft_or_404(event, draft)
    if not actor().may("read_live", found_event.id):
        status = 403 if actor().person else 401
        return render_template("drafts/live_closed.html", event=found_event, draft=found, person=actor().person), status
    still_live(found)
    revision = history.latest(reading(), found.id)
    urls = _urls(found_event, found, revision.number if revision else None)
    return render_template(
        "live/editor.html",
        event=found_event,
        draft=found,
        promise=promising.current(reading(), found_event.id),
        html=changes.laid_out(livetext.read(found.id).text),
        published=revision.number if revision else None,
        urls=urls,
        settings=_settings(found_event, found, urls),
    )


def _urls(event: Event, draft: Draft, published: int | None) -> dict[str, str | None]:
    here = f"/e/{event.slug}/{draft.slug}"
    return {
        "put_forward": f"/e/{event.slug}/-/put-forward/{draft.slug}",
        "plain": f"/e/{event.slug}/-/write/{draft.slug}",
        "published": here if published else None,
        "history": f"{here}/history",
        "event": f"/e/{event.slug}",
    }


def _settings(event: Event, draft: Draft, urls: dict[str, str | None]) -> dict[str, object]:
    """What the page's script works with."""
    person = signed_in()
    seat = seats.seat_for(person, event, draft, may_write=actor().may("write", event.id))
    return {
        "event": event.slug,
        "draft": draft.slug,
        "draftId": draft.id,
        "epoch": draft.epoch,
        "csrf": generate_csrf(),
        "person": seat.user,
        "mayWrite": seat.may_write,
        "keep": seats.keeps_copy(),
        "nonce": nonce(),
        "lang": event.language,
        "urls": {("putForward" if name == "put_forward" else name): url for name, url in urls.items()},
    }
