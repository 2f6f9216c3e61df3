"""Somebody whose browser runs no script writes, too, and loses nothing."""

import pytest

from drafting.db import now
from drafting.drafts import journal, plain
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from tests.web.visitor import Page, Visitor
from tests.web.world import World

TEXT = "# Minutes\n\nThe path is dark.\n\nThe benches are broken.\n"


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, draft, TEXT)
    return draft


def typed(page: Page) -> str:
    return page.forms[-1].fields["text"]


def on_disk(world: World, draft: Draft) -> str:
    with world.services.database.read() as session:
        return plain.read(journal.past(session, draft.id))[0]


@pytest.mark.usefixtures("open_rooms")
def test_what_two_people_typed_at_once_is_both_in_the_text(world: World, event: Event, bob: Person, minutes: Draft):
    one, two = world.signed_in(bob), world.signed_in(world.member(event, "drafter", "Kim"))
    one.opens("/e/river/-/write/minutes")
    two.opens("/e/river/-/write/minutes")
    page = one.presses("Save", text=typed(one.page).replace("dark", "dark and wet"))
    assert "Saved on the server" in page.text
    assert "Others have changed the text" not in page.text
    page = two.presses("Save", text=typed(two.page).replace("broken", "broken or gone"))
    assert "Others have changed the text" in page.text
    both = TEXT.replace("dark", "dark and wet").replace("broken", "broken or gone")
    assert typed(page) == on_disk(world, minutes) == both


@pytest.mark.usefixtures("open_rooms")
def test_saving_again_without_a_change_changes_nothing(world: World, bob: Person, minutes: Draft):
    writer = world.signed_in(bob)
    writer.opens("/e/river/-/write/minutes")
    writer.presses("Save", text=TEXT.replace("\n", "\r\n"))
    assert on_disk(world, minutes) == TEXT


def test_when_it_cannot_be_saved_the_page_says_so_and_keeps_every_word(world: World, bob: Person, minutes: Draft):
    writer = world.signed_in(bob)
    writer.opens("/e/river/-/write/minutes")
    page = writer.presses("Save", text=TEXT + "A long thought.\n")  # the rooms are not open: the server is starting
    assert page.status == 503
    assert "Saved on the server" not in page.text
    assert typed(page) == TEXT + "A long thought.\n"
    assert on_disk(world, minutes) == TEXT


def test_a_closed_text_takes_no_more_words(world: World, bob: Person, minutes: Draft):
    writer = world.signed_in(bob)
    writer.opens("/e/river/-/write/minutes")
    with world.services.database.write() as session:
        session.get_one(Draft, minutes.id).frozen = now()
    page = writer.presses("Save", text=TEXT + "More.\n")
    assert page.status == 403
    assert "Copy your words before you leave." in page.text
    assert typed(page) == TEXT + "More.\n"


def test_only_the_drafting_team_writes(world: World, event: Event, minutes: Draft):
    anybody: Visitor = world.signed_in(world.member(event, "contributor"))
    assert anybody.opens("/e/river/-/write/minutes").status == 403
    assert world.visitor().opens("/e/river/-/write/minutes").status == 401
