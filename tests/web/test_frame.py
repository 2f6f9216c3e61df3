"""What every page has: its landmarks, and when something is not possible, words and a way on."""

import pytest

from tests.web.visitor import Visitor
from tests.web.world import World


@pytest.mark.parametrize(
    ("path", "status", "words", "way_on"),
    [
        ("/nothing", 404, "There is nothing here", "All events"),
        ("/-/new-event", 401, "Please join first", "Join with a code"),
        ("/e/river/-/settings", 401, "Only whoever runs the event can change this.", "Join with a code"),
        ("/join/unknown", 404, "We do not know this link or code.", "All events"),
    ],
)
def test_what_is_not_possible_is_said_with_a_way_on(
    world: World, reader: Visitor, path: str, status: int, words: str, way_on: str
):
    world.event()
    page = reader.opens(path)
    assert page.status == status
    assert words in page.text
    assert way_on in page.links


def test_somebody_known_is_told_what_is_not_theirs(world: World):
    page = world.signed_in(world.member(world.event(), "drafter", "Ada")).opens("/e/river/-/people/poster/1")
    assert page.status == 403
    assert "You are Ada" in page.text


def test_too_much_at_once_is_refused_in_words(world: World, reader: Visitor):
    world.event()
    page = reader.posts("/join", code="x" * (world.services.settings.limits.request_bytes + 1))
    assert page.status == 413
    assert "That is too large" in page.text


def test_guessing_codes_is_slowed_down_in_words(world: World, reader: Visitor):
    reader.opens("/join")
    for _ in range(20):
        reader.presses("Go on", code="ZZZZZZ")
    page = reader.presses("Go on", code="ZZZZZZ")
    assert page.status == 429
    assert "Please wait a minute" in page.text
    assert page.headers["Retry-After"] == "60"


def test_a_broken_page_still_says_something_and_does_not_say_what_broke(world: World, reader: Visitor):
    world.event()
    with world.services.database.write() as session:
        session.connection().exec_driver_sql("DROP TABLE promise")
    page = reader.opens("/e/river")
    assert page.status == 500
    assert "What was saved is safe." in page.text
    assert "promise" not in page.source


def test_every_page_has_a_language_landmarks_and_a_title_of_its_own(world: World, reader: Visitor):
    world.event(language="cy")
    titles = set()
    for path in ("/", "/join", "/e/river", "/e/river/record", "/nothing"):
        page = reader.opens(path)
        for mark in (
            "<html lang=",
            '<main id="main"',
            "<header",
            "<footer",
            "<nav aria-label=",
            "<h1",
            'class="skip"',
        ):
            assert mark in page.source, (path, mark)
        titles.add(page.title)
    assert len(titles) == 5
    assert '<html lang="en">' in page.source
    assert '<h1 lang="cy">' in reader.opens("/e/river").source


def test_a_style_sheet_is_kept_for_ever_by_its_fingerprint_only(reader: Visitor):
    address = reader.opens("/").styles[0]
    assert "immutable" in reader.asks(address).headers["Cache-Control"]
    assert "immutable" not in reader.asks(address.partition("?")[0] + "?v=other").headers["Cache-Control"]


def test_keys_and_contact_are_where_programs_look_for_them(world: World, reader: Visitor):
    answer = reader.asks("/.well-known/allowed_signers")
    assert answer.text.startswith('record@drafts.example.org namespaces="git,file" ssh-ed25519 ')
    assert reader.asks("/.well-known/security.txt").status_code == 404  # nobody was named
