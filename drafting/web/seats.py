"""From a cookie or a token to a seat at a draft's table. Called in native threads: it reads the database.

A room of people who come back at once asks all of this at once, so each takes a single statement.
"""

from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, session
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from ..db import now
from ..drafts import strikes
from ..drafts.models import Draft, Strike
from ..drafts.seat import Seat
from ..errors import NotAllowed, NotFound, NotSignedIn, Stale
from ..events.models import Event
from ..people import signing_in
from ..people.models import ApiToken, Membership, Person
from ..people.rights import as_role
from ..record.models import Revision
from .guard import check_readable, check_shown, still_live
from .identity import Actor, on_shared_computer
from .services import NAME, Services, reading

COLOURS = ("#0b6e4f", "#9a3412", "#6d28d9", "#b4235a", "#0a5fb4", "#7a5c00", "#00707a", "#8a1c7c")
"""Dark enough for white words on them (4.5 : 1)."""


_PLACE = (
    Person.id, Person.name, Person.shows_name, Person.session_key, Membership.role,
    Event.id.label("event_id"), Event.hidden, Event.state, Event.readers_remark,
    Draft.id.label("draft_id"), Draft.epoch, Draft.frozen, Draft.journal_destroyed,
    Draft.hidden.label("text_hidden"), Draft.hidden_because,
    sa.select(sa.func.count()).where(Strike.draft_id == Draft.id, Strike.epoch == Draft.epoch)
    .correlate(Draft).scalar_subquery().label("strikes"),
    sa.select(sa.func.max(Revision.number)).where(Revision.draft_id == Draft.id, Revision.released.is_not(None))
    .correlate(Draft).scalar_subquery().label("version"),
)  # fmt: skip


def _at_the_draft(found: sa.Select[Any]) -> sa.Select[Any]:
    """With the event and the draft at the addresses `event` and `draft`, where they are, and the person's role."""
    in_event = sa.and_(Membership.person_id == Person.id, Membership.event_id == Event.id)
    of_event = sa.and_(Draft.event_id == Event.id, Draft.slug == sa.bindparam("draft"))
    return (
        found.outerjoin(Event, Event.slug == sa.bindparam("event"))
        .outerjoin(Draft, of_event)
        .outerjoin(Membership, in_event)
    )


_BY_TOKEN = _at_the_draft(
    sa.select(ApiToken.revoked, ApiToken.expires, ApiToken.read_only, ApiToken.event_id.label("only_event"), *_PLACE)
    .select_from(ApiToken)
    .join(Person, Person.id == ApiToken.person_id)
).where(ApiToken.token_digest == sa.bindparam("digest"))
_BY_PERSON = _at_the_draft(sa.select(*_PLACE).select_from(Person)).where(Person.id == sa.bindparam("person"))


class CookieMismatch(NotSignedIn):
    reason = "csrf"


class OtherEpoch(Stale):
    reason = "other_epoch"


class Seats:
    """Gives seats to whoever may sit there."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._services: Services = app.extensions[NAME]

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
            person, key = session.get("person"), session.get("key")
        row = self._find(_BY_PERSON, event, draft, person=person if isinstance(person, int) else None)
        if row is None or row.session_key != key:
            raise NotSignedIn("You are signed out. Please join again with your link or code.")
        found = _seated(row, only_event=None, read_only=False)
        if epoch is not None and epoch != found.epoch:
            raise OtherEpoch("This draft was restarted; the copy in this browser is of the old one.")
        return found

    def by_token(self, event: str, draft: str, token: str) -> Seat:
        """A seat for any Yjs client. Raises Refused."""
        row = self._find(_BY_TOKEN, event, draft, digest=self._services.mint.digest(_legible(token)))
        signing_in.check(cast(ApiToken | None, row), now())
        assert row is not None
        return _seated(row, only_event=row.only_event, read_only=row.read_only)

    def _find(self, wanted: sa.Select[Any], event: object, draft: object, **whose: object) -> sa.Row[Any] | None:
        with self._services.database.engine.connect() as connection:
            found = connection.execute(wanted, {"event": _legible(event), "draft": _legible(draft), **whose})
            return found.one_or_none()


def _seated(row: sa.Row[Any], *, only_event: int | None, read_only: bool) -> Seat:
    """By the same rules as on pages. Raises Refused."""
    if row.event_id is None:
        raise NotFound("There is no event at this address.")
    person = Person(id=row.id, name=row.name, shows_name=row.shows_name)
    event = Event(id=row.event_id, hidden=row.hidden, state=row.state)
    role = as_role(row.role or "") or "reader"
    who = Actor(person, only_event, read_only, {event.id: role}, {event.id: bool(row.readers_remark)})
    check_readable(who, event)
    if row.draft_id is None:
        raise NotFound("There is no text at this address.")
    if not who.may("read_live", event.id):
        raise NotAllowed("Only people in the event see the live text.")
    draft = Draft(
        id=row.draft_id, event_id=event.id, epoch=row.epoch, frozen=row.frozen, journal_destroyed=row.journal_destroyed,
        hidden=row.text_hidden, hidden_because=row.hidden_because,
    )  # fmt: skip
    check_shown(who, draft)
    still_live(draft)
    seat = _seat(person, event, draft, row.strikes, may_write=who.may("write", event.id))
    return replace(seat, version=row.version or 0)


def _legible(said: object) -> str:
    """What a client sent, if it can be a name or a token; else a word that is neither.

    Half characters and control characters can be neither encoded nor asked for in a database.
    """
    return said if isinstance(said, str) and said.isprintable() else ""


def seat_for(person: Person, event: Event, draft: Draft, *, may_write: bool) -> Seat:
    """The seat of somebody whose rights were checked, for a page."""
    return _seat(person, event, draft, strikes.count(reading(), draft.id), may_write=may_write)


def keeps_copy() -> bool:
    """Whether this browser may keep a copy of the text."""
    return session.get("person") is not None and not on_shared_computer()


def _seat(person: Person, event: Event, draft: Draft, struck: int, *, may_write: bool) -> Seat:
    return Seat(
        person_id=person.id,
        name=person.public_name,
        colour=COLOURS[person.id % len(COLOURS)],
        draft_id=draft.id,
        epoch=draft.epoch,
        may_write=may_write and draft.frozen is None and event.state == "open",
        strikes=struck,
    )
