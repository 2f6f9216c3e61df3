"""Who gets a seat: the real cookies and tokens behind the sockets' doors."""

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from drafting.config import Settings
from drafting.db import now
from drafting.errors import NotFound, NotSignedIn
from drafting.people import signing_in
from drafting.people.models import Person
from drafting.web.seats import CookieMismatch, Seats
from drafting.web.yjs import CODES
from tests.web.world import World

HALF = "\ud800"  # of a character; no UTF-8 has it
DEEP: list[object] = []
for _ in range(5000):
    DEEP = [DEEP]


@pytest.fixture
def world(settings: Settings) -> World:
    return World(settings)


@pytest.fixture
def seats(world: World) -> Seats:
    return Seats(world.app)


@pytest.fixture
def bob(world: World) -> Person:
    """A drafter in the event "river", who writes "minutes"."""
    event = world.event()
    world.draft(event, "Minutes", slug="minutes")
    return world.member(event, "drafter", "Bob")


def token_of(world: World, person: Person, *, read_only: bool = False) -> str:
    with world.services.database.write() as session:
        return signing_in.issue_token(
            session, world.services.mint, person_id=person.id, event_id=1, at=now(), read_only=read_only
        )


def handshake(cookie: str = "") -> dict[str, Any]:
    """What the server knows of a page that connects."""
    return EnvironBuilder("/socket.io/", headers={"Cookie": cookie}).get_environ()


def test_a_token_gives_its_holder_a_seat_with_the_rights_it_has(world: World, seats: Seats, bob: Person):
    writes = seats.by_token("river", "minutes", token_of(world, bob))
    reads = seats.by_token("river", "minutes", token_of(world, bob, read_only=True))
    assert (writes.person_id, writes.may_write) == (bob.id, True)
    assert (reads.person_id, reads.may_write) == (bob.id, False)


@pytest.mark.parametrize("token", ["", "nobody", "\r\nX", "\r\nX: y", HALF, "é", "a\0b"])
def test_whatever_is_sent_as_a_token_it_is_no_good(seats: Seats, bob: Person, token: str):
    with pytest.raises(NotSignedIn) as refusal:
        seats.by_token("river", "minutes", token)
    assert CODES[refusal.value.reason] == 4403


@pytest.mark.parametrize(("event", "draft"), [("river", HALF), (HALF, "minutes"), ("river", "a\0"), ("", "")])
def test_an_address_that_cannot_be_is_not_there(world: World, seats: Seats, bob: Person, event: str, draft: str):
    with pytest.raises(NotFound):
        seats.by_token(event, draft, token_of(world, bob))


@pytest.mark.parametrize("junk", [HALF, DEEP, {"a": DEEP}, 7, None, "\0"])
def test_junk_in_place_of_what_a_page_says_is_a_page_open_too_long(seats: Seats, bob: Person, junk: object):
    with pytest.raises(CookieMismatch):
        seats.by_cookie(handshake(), {"csrf": junk, "event": junk, "draft": junk})


@pytest.mark.parametrize("junk", [HALF, DEEP, 7, "\0"])
def test_a_page_that_asks_for_what_is_no_draft_is_told_so(world: World, seats: Seats, bob: Person, junk: object):
    browser = world.signed_in(bob)
    csrf = browser.opens("/e/river/-/write/minutes").forms[-1].fields["csrf_token"]
    name = world.app.config["SESSION_COOKIE_NAME"]
    cookie = f"{name}={browser._client.get_cookie(name).value}"  # type: ignore[union-attr]
    said = {"csrf": csrf, "event": "river", "draft": "minutes", "epoch": None}
    assert seats.by_cookie(handshake(cookie), said).person_id == bob.id
    for part in ("event", "draft"):
        with pytest.raises(NotFound):
            seats.by_cookie(handshake(cookie), {**said, part: junk})
