"""A stranger searches what an event's published texts say, and what they said."""

from urllib.parse import urlencode

import pytest

from drafting.drafts.models import Draft
from drafting.events import opening
from drafting.events.models import Event
from drafting.people.models import Person
from tests.web.visitor import Visitor
from tests.web.world import World


@pytest.fixture
def texts(world: World, event: Event, bob: Person) -> list[Draft]:
    """Lamps in two versions, benches in one; and what is not published."""
    ada = world.member(event, "editor", "Ada")
    lamps, benches, live = (world.draft(event, name) for name in ("Lamps", "Benches", "Live"))
    world.publishes(ada, lamps, "The path is dark. We want light.\n", "What we saw.")
    world.publishes(ada, lamps, "The path is dim. We want light.\n", "It is not that bad.")
    world.publishes(ada, benches, "# Oak\n\nBenches of oak.\n", "Benches.")
    world.writes(bob, live, "A secret path.\n")
    other = world.event("Another event", slug="other")
    world.publishes(ada, world.draft(other, "Paths"), "A path elsewhere.\n", "Elsewhere.")
    world.worker_follows()
    return [lamps, benches]


def test_words_are_found_and_marked_with_the_version_that_brought_them_in(texts: list[Draft], reader: Visitor):
    reader.opens("/e/river")
    page = reader.presses("Search", words="PATH")
    assert page.status == 200
    assert "The <mark>path</mark> is dim." in page.source
    assert "Brought in by version 1 in other words, in these by version 2" in page.text
    for unwanted in ("secret", "elsewhere", "dark"):
        assert unwanted not in page.text


def test_what_a_text_said_once_is_found_apart(texts: list[Draft], reader: Visitor):
    page = reader.opens("/e/river/-/search?words=dark")
    assert "No published text says this now." in page.text
    page = reader.opens(page.links["see what they said"])
    assert "The path is <mark>dark</mark>." in page.source
    assert "Version 2 has it no more" in page.text


def test_words_in_different_sentences_of_a_text_are_found(texts: list[Draft], reader: Visitor):
    page = reader.opens("/e/river/-/search?words=dim+light")
    assert "Texts that have all the words, in different places" in page.text
    assert "<mark>dim</mark>" in page.source and "<mark>light</mark>" in page.source


def test_more_than_a_page_is_shown_in_pages(world: World, event: Event, reader: Visitor):
    ada = world.member(event, "editor", "Ada")
    world.publishes(ada, world.draft(event, "Points"), "".join(f"- Point {n}.\n" for n in range(60)), "Many.")
    world.worker_follows()
    page = reader.opens("/e/river/-/search?words=point")
    assert page.source.count("<mark>Point</mark>") == 50
    page = reader.opens("/e/river/-/search" + page.links["Show more"].partition("/-/search")[2])
    assert page.source.count("<mark>Point</mark>") == 10 and "Point 0." in page.text


@pytest.mark.parametrize(
    ("words", "status"), [("", 200), ("!?", 422), ("x" * 201, 422), ('"<script>', 200), ("\x00", 422)]
)
def test_what_is_no_question_gets_an_answer(texts: list[Draft], reader: Visitor, words: str, status: int):
    answer = reader.asks("/e/river/-/search?" + urlencode({"words": words}))
    assert answer.status_code == status
    assert "<script>alert" not in answer.get_data(as_text=True)


def test_an_event_that_was_taken_down_cannot_be_searched(world: World, texts: list[Draft], reader: Visitor):
    with world.services.database.write() as session:
        opening.find(session, "river").hidden = texts[0].created
    assert reader.opens("/e/river/-/search?words=path").status == 404


@pytest.mark.parametrize("number", ["99999999999999999999", "-99999999999999999999", "9223372036854775807", "x"])
def test_no_number_is_too_large(texts: list[Draft], reader: Visitor, number: str):
    for path in (
        f"-/search?words=path&before={number}",
        f"lamps/blame?version={number}",
        f"lamps/history?before={number}",
    ):
        assert reader.opens(f"/e/river/{path}").status in (200, 404), path


def test_of_a_long_paragraph_what_is_around_the_words_is_shown(world: World, event: Event, reader: Visitor):
    ada = world.member(event, "editor", "Ada")
    long = "word " * 700 + "here it is " + "word " * 40_000
    world.publishes(ada, world.draft(event, "Long"), long, "Long.")
    world.worker_follows()
    page = reader.opens("/e/river/-/search?words=here+it")
    assert "<mark>here</mark> <mark>it</mark> is" in page.source and "… word" in page.text
    assert len(page.source) < 20_000
