"""A stranger asks where a sentence comes from, and which version a quotation is of."""

from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from tests.web.test_remarks import suggests
from tests.web.visitor import Visitor
from tests.web.world import World

FIRST = "# Minutes\n\nThe path is dark and wet. People fall in winter.\n"
SECOND = FIRST.replace("People fall in winter", "Many people fall there in winter") + "\n- Warm lamps until ten.\n"


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    return world.draft(event, "Minutes", slug="minutes")


@pytest.fixture
def ada(world: World, event: Event, minutes: Draft) -> Person:
    """An editor, with two versions of *Minutes* published."""
    ada = world.member(event, "editor", "Ada Lovelace", shows_name=True)
    world.publishes(ada, minutes, FIRST, "What we saw.")
    world.publishes(ada, minutes, SECOND, "What we want.")
    return ada


@pytest.fixture
def followed(world: World, ada: Person) -> Person:
    world.worker_follows()
    return ada


def test_each_sentence_names_the_version_that_brought_it_in(followed: Person, reader: Visitor):
    page = reader.opens("/e/river/minutes/blame")
    assert page.status == 200
    for words in (
        "The path is dark and wet. from version 1",
        "Many people fall there in winter. from version 1 → and reworded in version 2",
        "Warm lamps until ten. from version 2",
        "Version 2 : What we want.",
        "2 passages here are from it.",
        "Version 1 : What we saw.",
        "The versions it comes from",
    ):
        assert words in page.text, words
    assert 'aria-label="How much of the text is from which version: version 2, ' in page.source
    assert "noindex, nofollow" in page.source


def test_an_older_version_tells_its_own_origins(followed: Person, reader: Visitor):
    page = reader.opens("/e/river/minutes/blame?version=1")
    assert "People fall in winter. from version 1" in page.text.replace("The path is dark and wet. ", "")
    assert "What we want" not in page.text
    for wrong in ("?version=3", "?version=0", "?version=-1"):
        assert reader.opens(f"/e/river/minutes/blame{wrong}").status == 404
    assert reader.opens("/e/river/minutes/blame?version=x").status == 200


def test_a_quotation_leads_to_the_version_that_brought_it_in_and_to_the_one_that_took_it_out(
    followed: Person, reader: Visitor
):
    reader.opens("/e/river/minutes/blame")
    page = reader.presses("Find these words", words="“People fall in WINTER.”")
    assert "<mark>People fall in winter</mark>" in page.source
    assert "These words stood in version 1 , and in no later one." in page.text
    assert "Brought in by version 1" in page.text and "Version 2 has it no more" in page.text
    page = reader.presses("Find these words", words="many people fall there in winter")
    assert "Brought in by version 1 in other words, in these by version 2" in page.text
    assert "It stands there now." in page.text
    assert "These words stand in version 2 , the newest. Version 2 brought them in." in page.text
    page = reader.presses("Find these words", words="The path is dark and wet. Warm lamps until ten.")
    assert "no version has them next to each other" in page.text and "Found only in parts" in page.text
    page = reader.presses("Find these words", words="The path is dark and wet. Nobody said this.")
    assert "No version has: Nobody said this." in page.text
    page = reader.presses("Find these words", words="nobody ever said this")
    assert "Not found" in page.text and "/e/river/-/search" in page.links.values()


@pytest.mark.parametrize(
    ("words", "status"), [("", 422), ("  ", 422), ("!?", 200), ("x" * 1001, 422), ("<b>&amp;", 200)]
)
def test_what_is_no_quotation_gets_an_answer(followed: Person, reader: Visitor, words: str, status: int):
    answer = reader.asks("/e/river/minutes/blame?" + urlencode({"words": words}))
    assert answer.status_code == status
    assert "<b>&amp" not in answer.get_data(as_text=True)


@pytest.mark.usefixtures("open_rooms")
def test_a_passage_from_a_suggestion_says_so_and_names_only_who_wants_it(
    world: World, event: Event, minutes: Draft, ada: Person, reader: Visitor
):
    quiet = world.signed_in(world.member(event, "contributor", "Quentin"))
    cleo = world.signed_in(world.member(event, "contributor", "Cleo Zed", shows_name=True))
    editor = world.signed_in(ada)
    for who, old, new in (
        (cleo, "dark and wet", "dim and damp after rain"),
        (quiet, "Warm lamps until ten", "Warm lamps until midnight on every bridge"),
    ):
        editor.opens(suggests(who, old, new))
        editor.presses("Accept: put it into the text")
    world.accepts(ada, world.puts_forward(ada, minutes, "What was suggested."))
    world.worker_follows()
    page = reader.opens("/e/river/minutes/blame")
    assert "The path is dim and damp after rain. from version 1 → and reworded in version 3 + , from a suggestion" in (
        page.text
    )
    assert "From a suggestion by Cleo Zed" in page.text
    assert "From a suggestion by somebody at the event" in page.text and "Quentin" not in page.source
    assert "look at it" not in page.text, "readers do not see the cards"
    assert "look at it" in editor.opens("/e/river/minutes/blame").text


def test_a_version_that_nobody_has_looked_through_yet_says_so(ada: Person, reader: Visitor):
    page = reader.opens("/e/river/minutes/blame")
    assert "it is being worked out what is new in it" in page.text
    assert "/e/river/minutes/blame?version=2" in page.links.values()


def test_a_text_without_versions_has_no_such_page(world: World, event: Event, reader: Visitor):
    world.draft(event, "Empty", slug="empty")
    assert reader.opens("/e/river/empty/blame").status == 404


def test_the_page_is_kept_for_a_minute_and_asked_about_then(followed: Person, reader: Visitor):
    answer = reader.asks("/e/river/minutes/blame")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert reader.asks("/e/river/minutes/blame", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_the_page_for_everybody_is_made_once_and_follows_what_it_says(world: World, followed: Person, reader: Visitor):
    page = reader.asks("/e/river/minutes/blame")
    kept = list((world.services.settings.kept / "blame").iterdir())
    assert len(kept) == 1
    assert reader.asks("/e/river/minutes/blame").data == page.data == kept[0].read_bytes()
    with world.services.database.write() as session:
        session.scalars(sa.select(Event)).one().title = "Another name"
    assert "Another name" in reader.opens("/e/river/minutes/blame").source
    assert "Ada Lovelace" in world.signed_in(followed).opens("/e/river/minutes/blame").source
    assert not any(b"Lovelace" in file.read_bytes() for file in (world.services.settings.kept / "blame").iterdir())
