"""A shift of volunteers changes: what is open is on one page, and a role goes from one to another."""

import pytest
import sqlalchemy as sa

from drafting.db import now
from drafting.drafts import freezing
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.facts import FactRow
from drafting.people import joining
from drafting.people.models import Person
from tests.web.test_minutes import says, suggests
from tests.web.test_remarks import sends
from tests.web.visitor import Visitor
from tests.web.world import World

TEXT = "The path is dark and wet.\n"
PAGE = "/e/river/-/handover"


@pytest.fixture
def fay(world: World, event: Event) -> Person:
    return world.member(event, "facilitator", "Fay")


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, draft, TEXT)
    return draft


def role(world: World, event: Event, person: Person) -> str:
    with world.services.database.read() as session:
        return joining.role_in(session, person.id, event.id)


def test_all_that_is_open_is_on_one_page_and_who_does_what(
    world: World, event: Event, fay: Person, bob: Person, minutes: Draft
):
    notes = world.draft(event, "Session 7", kind="notes", slug="s7")
    world.draft(event, "Letter", slug="letter")
    world.writes(bob, notes, "Nine people.")
    world.accepts(fay, world.puts_forward(bob, notes, "What nine people said."))
    suggests(world, bob, minutes, "dark", "dim")
    says(world, bob, minutes, "challenge", "No.")
    world.puts_forward(bob, minutes, "All of it.")
    with world.services.database.write() as session:
        freezing.freeze(session, session.get_one(Draft, minutes.id), because="We read it.", by=fay.id, at=now())
    world.signed_in(bob).opens("/e/river/minutes")
    page = world.signed_in(fay).opens(PAGE)
    for words in (
        "Put forward as version 1: All of it.",
        "Open beside the text: 1 challenge, 1 suggestion",
        "Version 1 waits to become public: What nine people said.",
        ": We read it. You can read it",
        "Nothing is open here.",
        "Fay (you) , facilitator",
        "Bob , drafter Last had a text open",
    ):
        assert words in page.text, words
    page = world.signed_in(bob).opens(PAGE)
    assert "a writer , facilitator Has not opened a text yet" in page.text and "Fay" not in page.text
    assert "Hand it over" not in page.text


def test_a_role_goes_from_one_to_another_in_one_go(world: World, event: Event, fay: Person, bob: Person):
    runs = world.signed_in(fay)
    runs.opens(PAGE)
    page = runs.presses("Hand it over", taker=str(bob.id))
    assert page.path == PAGE and "Handed over" in page.text and "Bob" not in page.text
    assert (role(world, event, fay), role(world, event, bob)) == ("drafter", "facilitator")
    with world.services.database.read() as session:
        fact = session.scalars(sa.select(FactRow).where(FactRow.kind == "RoleHandedOver")).one()
    assert fact.body == {
        "event_id": event.id, "giver_id": fay.id, "taker_id": bob.id, "role": "facilitator", "person_id": fay.id,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"giver": "", "taker": ""}, 422),
        ({"giver": "x"}, 422),
        ({"becomes": "king"}, 422),
        ({"becomes": "facilitator"}, 422),
        ({"taker": "99999"}, 404),
        ({"taker": "fay"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    world: World, event: Event, fay: Person, bob: Person, typed: dict[str, str], status: int
):
    said = {"giver": str(fay.id), "taker": str(bob.id), "becomes": "drafter", **typed}
    said["taker"] = str(fay.id) if said["taker"] == "fay" else said["taker"]
    runs = world.signed_in(fay)
    runs.opens(PAGE)
    assert runs.presses("Hand it over", **said).status == status
    assert (role(world, event, fay), role(world, event, bob)) == ("facilitator", "drafter")


def test_only_who_runs_the_event_hands_over(world: World, event: Event, fay: Person, minutes: Draft, reader: Visitor):
    assert reader.opens(PAGE).status == 401
    eve = world.member(event, "editor", "Eve")
    page = sends(world.signed_in(eve), PAGE, giver=str(fay.id), taker=str(eve.id), becomes="drafter")
    assert page.status == 403 and role(world, event, eve) == "editor"
    assert world.signed_in(world.person("Zoe")).opens(PAGE).status == 403
