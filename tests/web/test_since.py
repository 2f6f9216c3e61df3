"""Somebody comes back to a text and reads what is new, in words first."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.review.models import Looked
from tests.web.test_minutes import says, suggests
from tests.web.test_remarks import sends
from tests.web.visitor import Visitor
from tests.web.world import World

TEXT = "The path is dark and wet.\n"
PAGE = "/e/river/minutes"


@pytest.fixture
def ada(world: World, event: Event) -> Person:
    return world.member(event, "editor", "Ada", shows_name=True)


@pytest.fixture
def minutes(world: World, event: Event, ada: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(ada, draft, TEXT)
    return draft


@pytest.fixture
def bob(world: World, event: Event, minutes: Draft) -> Person:
    return world.member(event, "drafter", "Bob", shows_name=True)


@pytest.fixture
def them(world: World, bob: Person) -> Visitor:
    return world.signed_in(bob)


def hours_pass(world: World, hours: float = 1) -> None:
    """As if everybody had looked so long ago."""
    with world.services.database.write() as session:
        for held in session.scalars(sa.select(Looked)):
            held.at -= timedelta(hours=hours)


def test_who_comes_back_reads_who_wrote_and_what_was_decided_and_a_reload_says_the_same(
    world: World, ada: Person, bob: Person, minutes: Draft, them: Visitor
):
    assert "Since you last looked" not in them.opens(PAGE).text, "nothing is new to who comes for the first time"
    one = suggests(world, bob, minutes, "dark", "dim")
    world.publishes(ada, minutes, TEXT + "Nobody walks there.\n", "Nobody walks there.")
    editor = world.signed_in(ada)
    sends(editor, f"/e/river/-/remark/{one.id}/decline", outcome="Not now.")
    hours_pass(world)
    for _ in range(2):
        page = them.opens(PAGE)
        assert "Since you last looked" in page.text
        assert "Ada changed the text. See what changed" in page.text
        assert "Ada published version 1 ." in page.text and "suggested" not in page.text.split("aside")[0]
        assert "It was declined: your suggestion" in page.text
    page = them.opens(f"{PAGE}/live")
    assert "Since you last looked: 5 new" in page.text and "2 wait" not in page.text
    page = them.follows("See what changed")
    assert "<ins" in page.source and "Nobody walks there." in page.text
    assert "Ada declined the suggestion" in page.text
    hours_pass(world)
    page = them.opens(PAGE)
    assert "Nobody else has changed or decided anything." in page.text or "Since you last looked" not in page.text


def test_what_waits_for_an_editor_is_said_on_the_first_day(world: World, ada: Person, bob: Person, minutes: Draft):
    suggests(world, bob, minutes, "dark", "dim")
    says(world, bob, minutes, "question", "Which path?")
    world.puts_forward(bob, minutes, "All of it.")
    page = world.signed_in(ada).opens(PAGE)
    assert "What waits for you" in page.text
    assert "Version 1 was put forward : an editor decides." in page.text
    assert "Open beside the text: 1 suggestion and 1 question" in page.text
    page = world.signed_in(bob).opens(PAGE)
    assert "What waits for you" not in page.text


def test_a_page_that_is_kept_for_later_knows_nothing_of_it(world: World, them: Visitor):
    them.opens(PAGE)
    hours_pass(world)
    assert "Since you last looked" not in them.opens("/e/river/-/shell/minutes").text


def test_it_is_for_people_in_the_event(world: World, minutes: Draft, reader: Visitor):
    assert reader.opens("/e/river/-/since/minutes").status == 401
    assert "What waits for you" not in reader.opens(PAGE).text
    first = world.signed_in(world.member(world.event(slug="lake"), "drafter"))
    assert first.opens("/e/river/-/since/minutes").status == 403


def test_the_first_look_is_said_to_be_one(them: Visitor):
    assert "This is the first time that you look at this text." in them.opens("/e/river/-/since/minutes").text
