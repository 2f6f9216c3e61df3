"""The live text: the editor for those who may write, a view for others in the event, a friendly word for the rest; and
what browsers keep of it to open it without a network.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, send_from_directory
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from .. import paths
from ..drafts.models import Draft
from ..events import promising
from ..events.models import Event
from ..record import history
from . import changes, livetext, pages, remarking, seats, since
from .guard import draft_or_404, still_live
from .headers import nonce
from .identity import actor, signed_in
from .scripts import parts_of
from .services import reading

blueprint = Blueprint("live", __name__)

SCRIPT = ("live.js", "frontend/page/desk.ts")
"""The page's script, and what it loads while it connects."""


@blueprint.get("/e/<event>/<draft>/live")
def show(event: str, draft: str) -> ResponseReturnValue:
    found_event, found = draft_or_404(event, draft)
    if not actor().may("read_live", found_event.id) or actor().person is None:
        status = 403 if actor().person else 401
        return render_template("drafts/live_closed.html", event=found_event, draft=found, person=actor().person), status
    still_live(found)
    return _page(found_event, found, changes.laid_out(livetext.read(found.id).text), _settings(found_event, found))


@blueprint.get("/e/<event>/-/shell/<draft>")
def shell(event: str, draft: str) -> ResponseReturnValue:
    """The same page to be kept by the browser: without a word of the text, and without a token, which would be old."""
    found_event, found = draft_or_404(event, draft, "read_live")
    return _page(found_event, found, Markup(""), {**_settings(found_event, found), "csrf": "", "kept": True})


@blueprint.get("/e/<event>/-/seat/<draft>")
def seat(event: str, draft: str) -> ResponseReturnValue:
    """What the page's script works with, as it is now."""
    return jsonify(_settings(*draft_or_404(event, draft, "read_live")))


@blueprint.get("/-/offline.js")
def worker() -> ResponseReturnValue:
    """The script that opens kept pages. It speaks for live pages and what they load, and asks anew at every visit."""
    response: Response = make_response(send_from_directory(paths.folder("static") / "dist", "offline.js"))
    response.headers["Service-Worker-Allowed"] = "/e/"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _page(event: Event, draft: Draft, html: Markup, settings: dict[str, Any]) -> ResponseReturnValue:
    revision = history.latest(reading(), draft.id)
    return render_template(
        "live/editor.html",
        news=None if settings["kept"] else since.opened(event, draft),
        event=event,
        draft=draft,
        promise=promising.current(reading(), event.id),
        html=html,
        published=revision.number if revision else None,
        scripts=[pages.asset(name) for name in parts_of(*SCRIPT).at_once],
        urls=settings["urls"],
        settings=settings,
        settles=actor().may("settle", event.id) and event.state == "open",
    )


def _urls(event: Event, draft: Draft) -> dict[str, str | None]:
    here, desk = f"/e/{event.slug}/{draft.slug}", f"/e/{event.slug}/-"
    remarks = actor().may("remark", event.id) and event.state == "open"
    return {
        "putForward": f"{desk}/put-forward/{draft.slug}",
        "plain": f"{desk}/write/{draft.slug}",
        "remarks": f"{desk}/remarks/{draft.slug}",
        "beside": f"{desk}/beside/{draft.slug}" if remarks else None,
        "suggestions": f"{desk}/suggestions/{draft.slug}" if remarks else None,
        "who": f"{desk}/who/{draft.slug}" if actor().may("write", event.id) else None,
        "minutes": f"{desk}/minutes/{draft.slug}" if actor().may("see_room", event.id) else None,
        "preview": f"{desk}/preview/{draft.slug}",
        "published": here if history.latest(reading(), draft.id) else None,
        "history": f"{here}/history",
        "event": f"/e/{event.slug}",
        "live": f"{here}/live",
        "seat": f"{desk}/seat/{draft.slug}",
        "shell": f"{desk}/shell/{draft.slug}",
        "strike": f"{here}/-/strike" if actor().may("strike", event.id) else None,
        "strikes": f"{here}/-/strikes.json",
        "freeze": f"{desk}/freeze/{draft.slug}" if actor().may("freeze", event.id) and event.state == "open" else None,
    }


def _settings(event: Event, draft: Draft) -> dict[str, Any]:
    """What the page's script works with."""
    person, newest = signed_in(), history.latest(reading(), draft.id)
    sits = seats.seat_for(person, event, draft, may_write=actor().may("write", event.id))
    return {
        "event": event.slug,
        "draft": draft.slug,
        "draftId": draft.id,
        "epoch": draft.epoch,
        "csrf": generate_csrf(),
        "person": sits.user,
        "mayWrite": sits.may_write,
        "keep": seats.keeps_copy(),
        "version": newest.number if newest else 0,
        "kept": False,
        "parts": [pages.asset(name) for name in parts_of(*SCRIPT).later],
        "nonce": nonce(),
        "suggestionsAtOnce": remarking.at_once(event.id),
        "lang": event.language,
        "urls": _urls(event, draft),
    }
