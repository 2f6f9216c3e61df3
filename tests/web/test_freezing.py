"""A text is frozen for the closing circle: everybody reads, nobody writes, and people still speak beside it."""

import pytest

from drafting.db import now
from drafting.drafts import ending
from drafting.drafts.models import Draft
from drafting.events import closing
from drafting.events.models import Event
from drafting.people.models import Person
from tests.web.test_remarks import live, sends
from tests.web.visitor import Visitor
from tests.web.world import World

TEXT = "The path is dark.\n"
WHY = "We read it in the closing circle"
FREEZE = "/e/river/-/freeze/minutes"


@pytest.fixture
def event(world: World) -> Event:
    return world.event(timezone="Europe/Berlin")


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, draft, TEXT)
    return draft


@pytest.fixture
def ada(world: World, event: Event, minutes: Draft) -> Visitor:
    return world.signed_in(world.member(event, "editor", "Ada"))


def freezes(ada: Visitor) -> None:
    ada.opens(FREEZE)
    assert "The text is frozen" in ada.presses("Freeze it", because=WHY).text


def test_an_editor_freezes_a_text_and_everybody_in_the_room_reads_why(
    world: World, ada: Visitor, bob: Person, reader: Visitor
):
    assert "Freeze the live text …" in ada.opens("/e/river/minutes").links
    freezes(ada)
    them = world.signed_in(bob)
    for address in (
        "/e/river/minutes",
        "/e/river/minutes/live",
        "/e/river/-/write/minutes",
        "/e/river/-/remarks/minutes",
    ):
        page = them.opens(address)
        assert f": {WHY}. You can read it, and nobody can write in it." in page.text, address
        assert "(Europe/Berlin)" in page.text
    assert '"mayWrite": false' in them.opens("/e/river/minutes/live").source
    assert WHY in them.opens("/e/river/-/remarks/minutes?part").text
    assert WHY not in reader.opens("/e/river/minutes").text, "the live text is the room's own matter"


@pytest.mark.usefixtures("open_rooms")
def test_nothing_goes_into_a_frozen_text_and_everything_does_when_it_is_unfrozen(
    world: World, ada: Visitor, bob: Person, minutes: Draft
):
    them = world.signed_in(bob)
    them.opens("/e/river/-/write/minutes")
    freezes(ada)
    page = them.presses("Save", text="Mine.\n")
    assert page.status == 403 and "frozen for now" in page.text and "Mine." in page.source
    assert live(world, minutes) == TEXT
    page = them.opens("/e/river/-/suggest/minutes")
    page = them.presses("Suggest it", text="The path is dim.\n")
    one = page.links["A suggestion"]
    page = ada.opens(one)
    assert WHY in page.text and not any("Accept: put it into the text" in form.buttons for form in page.forms)
    page = sends(ada, f"{one}/accept", seen="dark", words="dim")
    assert page.status == 403 and "frozen for now" in page.text
    ada.opens(FREEZE)
    assert "The team can write again." in ada.presses("Unfreeze it").text
    ada.opens(one)
    assert "It is in the text now." in ada.presses("Accept: put it into the text").text
    assert live(world, minutes) == "The path is dim.\n"
    assert WHY not in them.opens("/e/river/minutes").text


@pytest.mark.usefixtures("open_rooms")
def test_words_in_a_frozen_text_are_struck_after_it_was_unfrozen(
    world: World, event: Event, ada: Visitor, minutes: Draft
):
    freezes(ada)
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    fay.opens("/e/river/minutes/-/strike")
    fay.presses("Look for them", words="dark")
    page = fay.presses("Strike the words. This cannot be undone", reason="A test.")
    assert page.status == 409 and "Unfreeze it first" in page.text
    fay.opens(FREEZE)
    fay.presses("Unfreeze it")
    place = fay.opens("/e/river/minutes/-/strike") and fay.presses("Look for them", words="dark").forms[-1]
    page = fay.posts(place.action, **{**place.fields, "reason": "A test."})
    assert "The words were struck." in page.text
    assert live(world, minutes) == "The path is .\n"


def test_a_frozen_text_is_put_forward_as_it_is(ada: Visitor):
    freezes(ada)
    ada.follows("Put it forward as it is")
    assert ada.presses("Put forward", summary="What we agreed.").status == 200


def test_an_event_that_is_closed_and_opened_again_leaves_frozen_what_was(
    world: World, event: Event, ada: Visitor, bob: Person
):
    freezes(ada)
    with world.services.database.write() as session:
        closing.close(session, event.id, by=bob.id, at=now())
    page = sends(ada, "/e/river/-/unfreeze/minutes")
    assert page.status == 409 and "What is frozen stays frozen." in page.text
    with world.services.database.write() as session:
        ending.reopen(session, event.id, by=bob.id, at=now())
    assert WHY in ada.opens("/e/river/minutes").text


def test_who_does_not_decide_freezes_nothing_and_no_reason_is_no_reason(
    world: World, ada: Visitor, bob: Person, reader: Visitor, minutes: Draft
):
    them = world.signed_in(bob)
    assert them.opens(FREEZE).status == 403
    assert sends(them, FREEZE, because=WHY).status == 403
    assert sends(them, "/e/river/-/unfreeze/minutes").status == 403
    assert reader.opens(FREEZE).status == 401
    assert sends(ada, FREEZE, because=" ").status == 422
    page = sends(ada, FREEZE, because="x" * 301)
    assert page.status == 422 and "at most 300" in page.text
    freezes(ada)
    assert sends(ada, FREEZE, because="Me too.").status == 409
    assert ada.opens("/e/river/-/freeze/nothing").status == 404
