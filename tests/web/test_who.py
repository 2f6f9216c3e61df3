"""Who wrote what in a live text, told to those who write it."""

import pytest

from drafting.drafts import authorship, compaction, journal
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from tests.web.visitor import Visitor
from tests.web.world import World

PAGE = "/e/river/-/who/minutes"


@pytest.fixture
def ada(world: World, event: Event) -> Person:
    return world.member(event, "editor", "Ada <b>", shows_name=True)


@pytest.fixture
def minutes(world: World, event: Event, ada: Person, bob: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(ada, draft, "The path is dark.\n\nNobody walks there, 夜に.\n")
    world.writes(bob, draft, "The path is dark and wet.\n\nNobody walks there, 夜に.\n\nI do 🙂.\n")
    return draft


def runs(world: World, draft: Draft) -> list[tuple[int, str]]:
    with world.services.database.read() as session:
        return authorship.written(journal.past(session, draft.id, marks=True)).runs


def test_each_run_of_words_has_the_name_of_its_writer_in_text(world: World, ada: Person, bob: Person, minutes: Draft):
    page = world.signed_in(ada).opens(PAGE)
    assert "you : The path is dark writer 1 : and wet you : ." in page.text
    assert "Ada" not in page.text.split("The writers")[1] and "Bob" not in page.source
    assert "writer 1 : 4 words, 31 % of the text" in page.text
    page = world.signed_in(bob).opens(PAGE)
    assert "Ada <b> : The path is dark you : and wet" in page.text
    assert 'class="by by-0"' in page.source and 'class="by by-1"' in page.source


def test_the_runs_together_are_the_text_before_and_after_a_snapshot(
    world: World, ada: Person, bob: Person, minutes: Draft
):
    whole = "The path is dark and wet.\n\nNobody walks there, 夜に.\n\nI do 🙂.\n"
    first = runs(world, minutes)
    assert "".join(run for _, run in first) == whole
    assert {writer for writer, _ in first} == {ada.id, bob.id}
    compaction.compact(world.services.database, world.services.pool, minutes.id)
    assert runs(world, minutes) == first


def test_it_is_for_those_who_write(world: World, event: Event, minutes: Draft, reader: Visitor):
    assert reader.opens(PAGE).status == 401
    assert world.signed_in(world.member(event, "contributor")).opens(PAGE).status == 403


def test_an_empty_text_and_one_from_a_template_have_a_page(world: World, event: Event, bob: Person, minutes: Draft):
    world.draft(event, "Empty", slug="empty")
    assert "The text is still empty." in world.signed_in(bob).opens("/e/river/-/who/empty").text
