"""Somebody is mentioned beside a text by the name that they show, and finds it where they are told what waits."""

import pytest

from drafting.events.models import Event
from drafting.people import joining
from drafting.people.models import Person
from tests.web.test_remarks import sends
from tests.web.visitor import Visitor
from tests.web.world import World

COMMENT = "/e/river/-/comment/minutes"


@pytest.fixture
def zoe(world: World, event: Event) -> Person:
    return world.member(event, "drafter", "Zoë van Dam", shows_name=True)


@pytest.fixture
def bob(world: World, event: Event, zoe: Person) -> Visitor:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(zoe, draft, "The path is dark.\n")
    return world.signed_in(world.member(event, "contributor", "Bob", shows_name=True))


def asks(bob: Visitor, words: str) -> str:
    page = bob.opens(COMMENT)
    assert "write @ and the name that they show here" in page.text
    return bob.presses("Put it beside the text", kind="question", words=words).path


def test_who_is_mentioned_is_shown_emphasised_and_finds_it_under_what_waits(world: World, zoe: Person, bob: Visitor):
    one = asks(bob, "@Zoë van Dam, where <exactly>?")
    assert "<b>@<bdi>Zoë van Dam</bdi></b>, where &lt;exactly&gt;?" in bob.page.source
    them = world.signed_in(zoe)
    page = them.opens("/e/river/minutes")
    assert "You are mentioned in a question" in page.text and page.links["a question"] == one
    assert "You are mentioned" in them.opens("/e/river/minutes/live").text
    assert "You are mentioned" not in bob.opens("/e/river/minutes").text
    them.opens(one)
    assert "Zoë van Dam" in them.presses("Answer", words="@Bob: at the mill.").text
    assert "<b>@<bdi>Bob</bdi></b>: at the mill." in them.page.source
    page = bob.opens("/e/river/minutes")
    assert "You are mentioned in your question" in page.text and "1 new answer to your question" in page.text
    them.opens(one)
    bob.opens(one)
    bob.presses("Mark as resolved", outcome="")
    assert "You are mentioned" not in them.opens("/e/river/minutes").text


def test_who_hides_their_name_later_is_named_nowhere(world: World, zoe: Person, bob: Visitor):
    one = asks(bob, "@Zoë van Dam?")
    with world.services.database.write() as session:
        session.get_one(Person, zoe.id).shows_name = False
    for address in (one, "/e/river/-/remarks/minutes", "/e/river/-/minutes/minutes"):
        page = bob.opens(address)
        assert "Zoë" not in page.source, address
        assert "@ somebody at the event" in page.text or "@a writer" in page.text, address


def test_who_shows_no_name_or_left_is_not_meant_and_nobody_is_told_who_is_there(
    world: World, event: Event, zoe: Person, bob: Visitor
):
    world.member(event, "drafter", "Hidden One")
    with world.services.database.write() as session:
        joining.change_role(session, event_id=event.id, person_id=zoe.id, role="reader")
    asks(bob, "@Hidden One and @Zoë van Dam and @Nobody")
    assert "<b>@" not in bob.page.source
    assert "@Hidden One and @Zoë van Dam and @Nobody" in bob.page.text


def test_of_two_who_share_a_name_both_are_told(world: World, event: Event, bob: Visitor):
    first, second = (world.member(event, "drafter", "Kim", shows_name=True) for _ in range(2))
    asks(bob, "@kim, please.")
    assert bob.page.source.count("<b>@") == 1
    for person in (first, second):
        assert "You are mentioned" in world.signed_in(person).opens("/e/river/minutes").text


def test_a_thousand_signs_are_just_signs(bob: Visitor):
    page = sends(bob, COMMENT, kind="comment", words="@" * 4000 + "@Bob " * 100)
    assert page.status == 200
