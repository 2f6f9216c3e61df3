"""What an event's texts say and said is found by its words, on both databases."""

import pytest

from drafting.record import origins, searching
from drafting.record.models import Passage
from drafting.wording.searching import asked, marked, words_of
from tests.record.shelf import Shelf

LAMPS = "# Lamps\n\nThe path along the river is dark. We want **warm** light until ten.\n"
BENCHES = "Benches of oak stand by the river. A café opens in June.\n"


@pytest.fixture
def library(shelf: Shelf) -> Shelf:
    for draft, text in (
        ("lamps", LAMPS),
        ("lamps", LAMPS.replace("dark", "dark at night")),
        ("benches", BENCHES),
        ("other", "路灯太暗。我们想要更多长椅。\n\nالممر مُظلِم ليلا.\n"),
    ):
        shelf.publishes(text, draft=draft)
    for draft_id in shelf.drafts.values():
        origins.carry(shelf.database, draft_id)
    return shelf


def words(passages: list[Passage]) -> list[str]:
    return [passage.words for passage in passages]


def now(library: Shelf, typed: str) -> list[str]:
    with library.database.read() as session:
        return words(searching.current(session, searching.Shelf(library.event_id), asked(typed)).passages)


def once(library: Shelf, typed: str) -> list[str]:
    with library.database.read() as session:
        return words(searching.past(session, searching.Shelf(library.event_id), asked(typed)).passages)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("river", ["Benches of oak stand by the river.", "The path along the river is dark at night."]),
        ("RIVER oak", ["Benches of oak stand by the river."]),
        ("cafe", ["A café opens in June."]),
        ("warm li", ["We want warm light until ten."]),
        ("'warm' light!", ["We want warm light until ten."]),
        ('"warm light"', ["We want warm light until ten."]),
        ('"light warm"', []),
        ("li warm", []),
        ("lamps", ["Lamps"]),
        ("路灯", ["路灯太暗。"]),
        ("灯路", []),
        ("مظلم", ["الممر مُظلِم ليلا."]),
        ("nowhere", []),
    ],
)
def test_words_are_found_in_the_texts_as_they_stand(library: Shelf, typed: str, found: list[str]):
    assert now(library, typed) == found


def test_what_was_said_once_is_found_apart(library: Shelf):
    assert once(library, "dark") == ["The path along the river is dark."]
    assert now(library, "dark") == ["The path along the river is dark at night."]


def test_words_that_stand_in_different_sentences_of_a_text_lead_to_it(library: Shelf):
    assert now(library, "dark until") == []
    with library.database.read() as session:
        found = searching.spread(session, searching.Shelf(library.event_id), asked("dark until"))
        assert words(found) == ["The path along the river is dark at night.", "We want warm light until ten."]
        assert searching.spread(session, searching.Shelf(library.event_id), asked("dark oak")) == []


def test_pages_of_what_is_found_go_on_where_the_last_one_ended(library: Shelf):
    library.publishes("".join(f"- Point {n} of many.\n" for n in range(searching.PAGE + 10)), draft="points")
    origins.carry(library.database, library.drafts["points"])
    with library.database.read() as session:
        shelf = searching.Shelf(library.event_id)
        first = searching.current(session, shelf, asked("of many"))
        assert first.more and len(first.passages) == searching.PAGE
        rest = searching.current(session, shelf, asked("of many"), before=first.passages[-1].id)
        assert not rest.more and words(rest.passages)[-1] == "Point 0 of many."
        assert len(rest.passages) == 10


@pytest.mark.parametrize(
    "typed",
    ["", " ", '"', '""', "'", "AND OR NOT NEAR", "a* b:c (d", "x\x00y", "{}^~", "%", "_", "😀", "a " * 5000, "'; --"],
)
def test_whatever_is_typed_is_an_ordinary_question(library: Shelf, typed: str):
    question = asked(typed)
    if question.terms:
        now(library, typed)
        once(library, typed)


def test_what_was_found_is_marked_in_the_words_as_written():
    assert marked("The Café has “warm  light”.", asked('cafe "warm light"')) == [
        ("The ", False), ("Café", True), (" has “", False), ("warm  light", True), ("”.", False),
    ]  # fmt: skip
    assert marked("Lights", asked("light")) == [("Lights", True)]
    assert marked("Lights", asked('"light"')) == [("Lights", False)]


def test_words_are_searched_without_case_accents_and_apostrophes():
    assert words_of("Don’t STOP: l’été à 12,5 %") == "dont stop lete a 12 5"
    assert words_of("क्षेत्र में") == "क्षेत्र में"
