"""Who asks: the person of the session cookie, or the holder of a bearer token."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import g, request, session

from ..db import now
from ..errors import NotSignedIn
from ..events.models import Event
from ..people import joining, signing_in
from ..people.models import Person
from ..people.rights import Act, Role, may
from .services import reading, services

API = "/api/"
"""A token is good below this address only; pages know the cookie and nothing else."""


@dataclass
class Actor:
    """Somebody, or nobody yet. Roles are looked up once per request."""

    person: Person | None
    only_event: int | None = None
    """A token is good in one event only; elsewhere its holder is a reader."""
    read_only: bool = False
    _roles: dict[int, Role] = field(default_factory=dict)
    _readers_remark: dict[int, bool] = field(default_factory=dict)

    @property
    def id(self) -> int | None:
        return self.person.id if self.person else None

    def role_in(self, event_id: int) -> Role:
        if self.only_event not in (None, event_id):
            return "reader"
        if event_id not in self._roles:
            self._roles[event_id] = joining.role_in(reading(), self.id, event_id)
        return self._roles[event_id]

    def may(self, act: Act, event_id: int) -> bool:
        if self.read_only and act not in ("read", "read_live"):
            return False
        role = self.role_in(event_id)
        return may(role, act, readers_remark=role == "reader" and self._reader_remarks(event_id))

    def _reader_remarks(self, event_id: int) -> bool:
        """Whether the event lets readers suggest and comment; looked up once per request."""
        if event_id not in self._readers_remark:
            asked = sa.select(Event.readers_remark).where(Event.id == event_id)
            self._readers_remark[event_id] = bool(reading().scalar(asked))
        return self._readers_remark[event_id]


def actor() -> Actor:
    """Who makes this request: by the cookie on pages, by the token in the API. Raises NotSignedIn for a bad token."""
    if "actor" not in g:
        g.actor = _by_token() if request.path.startswith(API) else _by_cookie()
    found = g.actor
    assert isinstance(found, Actor)
    return found


def signed_in() -> Person:
    """The person who makes this request. Raises NotSignedIn."""
    person = actor().person
    if person is None:
        raise NotSignedIn("Please join with a link or a code first.")
    return person


def remember(person: Person, *, shared_computer: bool = False) -> None:
    """Let the browser come back as `person`; on a shared computer only until it is closed, and without a copy of the
    text.
    """
    session.clear()
    session.permanent = not shared_computer
    session["person"], session["key"], session["shared"] = person.id, person.session_key, shared_computer
    session["day"] = now().date().isoformat()
    g.pop("actor", None)


def forget() -> None:
    session.clear()
    g.pop("actor", None)


def on_shared_computer() -> bool:
    return bool(session.get("shared"))


def token_holder(token: str) -> Actor:
    """Who holds a token, with what it allows. Raises NotSignedIn."""
    row = signing_in.holder(reading(), services().mint, token, now())
    return Actor(reading().get_one(Person, row.person_id), only_event=row.event_id, read_only=row.read_only)


def _by_token() -> Actor:
    """Programs have tokens and never the cookie: a page of ours must not act through a browser's session by API."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token_holder(token.strip()) if scheme.lower() == "bearer" else Actor(None)


def _by_cookie() -> Actor:
    person = reading().get(Person, session["person"]) if isinstance(session.get("person"), int) else None
    if person is None or person.session_key != session.get("key"):
        return Actor(None)
    _renew()
    return Actor(person)


def _renew() -> None:
    """Let the browser be known for the whole time again, once a day: an answer that carries the cookie without need
    could arrive after another one's and undo what that kept, such as the sentence that says what was done.
    """
    today = now().date().isoformat()
    if session.permanent and session.get("day") != today:
        session["day"] = today
