"""From a cookie or a token to a seat at a draft's table. Called in native threads: it reads the database."""

from typing import Any

from flask import Flask, g, session
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from ..drafts.models import Draft
from ..drafts.seat import Seat
from ..errors import NotAllowed, NotFound, NotSignedIn, Stale
from ..events.models import Event
from ..people.models import Person
from .guard import draft_or_404, still_live
from .identity import actor, on_shared_computer, token_holder

COLOURS = ("#0b6e4f", "#9a3412", "#6d28d9", "#b4235a", "#0a5fb4", "#7a5c00", "#00707a", "#8a1c7c")
"""Dark enough for white words on them (4.5 : 1)."""


class CookieMismatch(NotSignedIn):
    reason = "csrf"


class OtherEpoch(Stale):
    reason = "other_epoch"


class Seats:
    """Gives seats to whoever may sit there."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def by_cookie(self, environ: dict[str, Any], auth: Any) -> Seat:
        """A seat for our own page. `auth` is what the client sent: {csrf, event, draft, epoch}.

        Raises Refused; its `reason` is one of those in docs/protocol.md.
        """
        said = auth if isinstance(auth, dict) else {}
        event, draft, epoch, csrf = (said.get(name) for name in ("event", "draft", "epoch", "csrf"))
        with self._app.request_context({**environ, "REQUEST_METHOD": "GET"}):
            try:
                validate_csrf(_legible(csrf))
            except ValidationError as error:
                raise CookieMismatch("Please reload the page: it has been open too long.") from error
            found = self._seat(_legible(event), _legible(draft))
            if epoch is not None and epoch != found.epoch:
                raise OtherEpoch("This draft was restarted; the copy in this browser is of the old one.")
            return found

    def by_token(self, event: str, draft: str, token: str) -> Seat:
        """A seat for any Yjs client. Raises Refused."""
        with self._app.test_request_context("/yjs/"):
            g.actor = token_holder(_legible(token))
            return self._seat(_legible(event), _legible(draft))

    def _seat(self, event_slug: str, draft_slug: str) -> Seat:
        who = actor()
        if who.person is None:
            raise NotSignedIn("You are signed out. Please join again with your link or code.")
        event, draft = draft_or_404(event_slug, draft_slug)
        if not who.may("read_live", event.id):
            raise NotAllowed("Only people in the event see the live text.")
        still_live(draft)
        return _seat(who.person, event, draft, may_write=who.may("write", event.id))


def _legible(said: object) -> str:
    """What a client sent, if it can be a name or a token; else a word that is neither.

    Half characters and control characters can be neither encoded nor asked for in a database.
    """
    return said if isinstance(said, str) and said.isprintable() else ""


def seat_for(person: Person, event: Event, draft: Draft, *, may_write: bool) -> Seat:
    """The seat of somebody whose rights were checked."""
    return _seat(person, event, draft, may_write=may_write)


def keeps_copy() -> bool:
    """Whether this browser may keep a copy of the text."""
    return session.get("person") is not None and not on_shared_computer()


def _seat(person: Person, event: Event, draft: Draft, *, may_write: bool) -> Seat:
    if event.id != draft.event_id:
        raise NotFound("There is no text at this address.")
    return Seat(
        person_id=person.id,
        name=person.public_name,
        colour=COLOURS[person.id % len(COLOURS)],
        draft_id=draft.id,
        epoch=draft.epoch,
        may_write=may_write and draft.frozen is None and event.state == "open",
    )
