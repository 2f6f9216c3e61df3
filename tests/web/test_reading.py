"""The public reads without script and without an account: text, box, history, any version, any difference."""

import pytest

from drafting.db import now
from drafting.events import opening
from drafting.events.models import Event
from drafting.events.promising import Card
from drafting.people.models import Person
from tests.web.visitor import Visitor
from tests.web.world import World

FIRST = "# Minutes\n\nThe path is dark.\n"
SECOND = "# Minutes\n\nThe path is dark at night. **Light it.**\n"


@pytest.fixture
def ada(world: World, event: Event) -> Person:
    """An editor who shows her name, with two versions of *Minutes* published."""
    ada = world.member(event, "editor", "Ada Lovelace", shows_name=True)
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, minutes, FIRST, "What we saw.")
    world.publishes(ada, minutes, SECOND, "What we want.")
    return ada


def test_the_text_says_what_it_is_who_wrote_it_who_has_not_agreed_and_what_was_promised(ada: Person, reader: Visitor):
    page = reader.opens("/e/river/minutes")
    assert "<strong>Light it.</strong>" in page.source
    for words in (
        "Common text",
        "Version 2 , published",
        "Ada Lovelace",
        "The town council has not agreed to it.",
        "We write together, the town council decides.",
        "has promised to answer by 31 March 2031",
        "What changed in version 2: What we want.",
    ):
        assert words in page.text, words


def test_a_name_that_is_taken_back_goes_from_every_page_at_once(world: World, ada: Person, reader: Visitor):
    browser = world.signed_in(ada)
    browser.opens("/-/you")
    browser.page.forms[1].fields.pop("shows_name")
    browser.presses("Save")
    for path in ("/e/river/minutes", "/e/river/minutes/1", "/e/river/minutes/2"):
        page = reader.opens(path)
        assert "Lovelace" not in page.source
        assert "The drafting team" in page.text


def test_markdown_is_byte_for_byte_what_was_accepted(ada: Person, reader: Visitor):
    answer = reader.asks("/e/river/minutes/1.md")
    assert answer.data == FIRST.encode()
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert reader.asks("/e/river/minutes/1.md", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_a_version_is_asked_about_by_its_etag_and_an_old_one_names_the_newest(ada: Person, reader: Visitor):
    answer = reader.asks("/e/river/minutes/1")
    assert reader.asks("/e/river/minutes/1", If_None_Match=answer.headers["ETag"]).status_code == 304
    page = reader.opens("/e/river/minutes/1")
    assert "There is a newer version." in page.text
    assert page.links["Read version 2, the newest"] == "/e/river/minutes"
    assert page.links["Version 2 →"] == "/e/river/minutes/2"
    assert "There is a newer version." not in reader.opens("/e/river/minutes/2").text


def test_only_what_can_no_longer_change_is_kept_for_ever(world: World, event: Event, reader: Visitor):
    """The newest version may get a newer one, and a name may be taken back."""
    bob = world.member(event, "editor", "Bob")
    letter = world.draft(event, "Letter", slug="letter")
    world.publishes(bob, letter, "One.", "The first.")
    assert "immutable" not in reader.asks("/e/river/letter/1").headers["Cache-Control"]
    world.publishes(bob, letter, "One, two.", "The second.")
    assert "immutable" not in reader.asks("/e/river/letter/1").headers["Cache-Control"], "its commit is not written yet"
    world.writes_down(event)
    assert "immutable" in reader.asks("/e/river/letter/1").headers["Cache-Control"]
    eve = world.member(event, "editor", "Eve", shows_name=True)
    world.publishes(eve, letter, "One, two, and many words of Eve.", "The third.")
    world.publishes(eve, letter, "One, two, and many more words of Eve.", "The fourth.")
    assert "immutable" not in reader.asks("/e/river/letter/3").headers["Cache-Control"]


def test_the_difference_is_told_in_words_first_and_may_be_read_backwards(ada: Person, reader: Visitor):
    page = reader.opens("/e/river/minutes/1..2")
    assert page.text.index("What we want.") < page.text.index("In words") < page.text.index("In the text")
    assert "<ins" in page.source
    assert 'content="noindex, nofollow"' in page.source
    assert "backwards" in reader.opens("/e/river/minutes/2..1").text


def test_history_lists_versions_newest_first_and_compares_any_two(ada: Person, reader: Visitor):
    page = reader.opens("/e/river/minutes/history")
    assert page.text.index("What we want.") < page.text.index("What we saw.")
    assert reader.presses("Compare").path == "/e/river/minutes/1..2"


def test_before_the_first_version_the_page_says_so(world: World, event: Event, ada: Person, reader: Visitor):
    world.draft(event, "Letter", slug="letter")
    page = reader.opens("/e/river/letter")
    assert "Nothing published yet" in page.text
    assert "Write it with the others" not in page.links
    assert "Write it with the others" in world.signed_in(ada).opens("/e/river/letter").links


def test_the_live_text_is_not_for_strangers(world: World, ada: Person, reader: Visitor):
    page = reader.opens("/e/river/minutes/live")
    assert page.status == 401
    assert "Join with a code" in page.links
    assert "path is dark" not in page.text


def test_what_was_only_put_forward_is_not_read_by_the_public(world: World, event: Event, ada: Person, reader: Visitor):
    letter = world.draft(event, "Letter", slug="letter")
    world.writes(ada, letter, "Unagreed words.")
    world.puts_forward(ada, letter, "An unagreed sentence.")
    for path in (
        "/e/river",
        "/e/river/letter",
        "/e/river/letter/history",
        "/e/river/feed.atom",
        "/e/river/letter/feed.atom",
    ):
        assert "nagreed" not in reader.opens(path).source, path
    assert reader.opens("/e/river/letter/1").status == 404
    assert reader.opens("/e/river/letter/1.md").status == 404


def test_an_unlisted_event_is_not_on_the_front_page_nor_for_search_engines(world: World, reader: Visitor):
    world.event("A quiet meeting", slug="quiet", visibility="unlisted")
    assert "quiet" not in reader.opens("/").source
    assert '<meta name="robots" content="noindex">' in reader.opens("/e/quiet").source


def test_an_event_that_was_taken_down_answers_404_everywhere(world: World, event: Event, ada: Person, reader: Visitor):
    with world.services.database.write() as session:
        opening.hide(session, event.id, hidden=True, at=now())
    for path in ("", "/minutes", "/minutes/1", "/minutes/1.md", "/minutes/1..2", "/minutes/history", "/feed.atom"):
        assert reader.opens("/e/river" + path).status == 404, path
    for path in (
        "/record", "/record.git/info/refs?service=git-upload-pack", "/-/promise", "/-/follow", "/-/actor/river",
        "/-/actor/river.minutes", "/-/picture/minutes/1.png",
    ):  # fmt: skip
        assert reader.opens("/e/river" + path).status == 404, path
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    for path in ("/minutes/1", "/-/picture/minutes/1.png", "/-/actor/river"):
        answer = fay.asks("/e/river" + path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), path


def test_nobody_has_promised_to_answer_is_said_without_a_decision_maker(world: World, reader: Visitor):
    world.event("Meeting", slug="meeting", card=Card())
    assert "Nobody has promised to answer." in reader.opens("/e/meeting").text
    assert "Not signed yet" in reader.opens("/e/meeting").text


def test_an_empty_site_says_so(reader: Visitor):
    assert "No public event yet." in reader.opens("/").text
