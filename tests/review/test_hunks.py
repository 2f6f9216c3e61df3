"""What belongs to one suggestion, and which suggestions are in each other's way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.drafts.layout import Place
from drafting.drafts.plain import edits
from drafting.review import hunks

OLD = "The path is dark and wet.\n\nThe benches are broken. Nobody sits there in the evening, or in the morning.\n"


def suggested(new: str) -> list[tuple[str, str]]:
    return [(OLD[start:end], words) for start, end, words in hunks.grouped(OLD, edits(OLD, new))]


def test_edits_near_each_other_are_one_suggestion():
    assert suggested(OLD.replace("dark and wet", "dim and damp")) == [("dark and wet", "dim and damp")]


def test_edits_in_two_paragraphs_are_two():
    new = OLD.replace("wet", "damp").replace("benches", "seats")
    assert suggested(new) == [("wet", "damp"), ("benches", "seats")]


def test_a_paragraph_that_is_added_near_another_change_is_a_suggestion_of_its_own():
    at, end = OLD.index("morning"), len(OLD)
    typed = [(at, at + 7, "rain"), (end, end, "\nAnd add a bench.")]
    assert hunks.grouped(OLD, typed) == typed


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("the path", "the paths", [("path", "paths")]),
        ("the path is", "the new path is", [("", "new ")]),
        ("the path", "a path", [("the", "a")]),
        ("", "all new", [("", "all new")]),
        ("gone", "", [("gone", "")]),
    ],
)
def test_whole_words_are_changed(old: str, new: str, found: list[tuple[str, str]]):
    assert [(old[a:b], words) for a, b, words in hunks.grouped(old, edits(old, new))] == found


def test_edits_far_from_each_other_are_two():
    new = OLD.replace("broken", "old").replace("morning", "rain")
    assert suggested(new) == [("broken", "old"), ("morning", "rain")]


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_however_they_are_gathered_they_make_the_new_text(old: str, new: str):
    found = hunks.grouped(old, edits(old, new))
    assert hunks.applied(old, [(Place(start, end), words) for start, end, words in found]) == new


def test_who_changes_the_same_words_collides():
    places = {1: Place(0, 10), 2: Place(5, 8), 3: Place(9, 12), 4: Place(12, 20), 5: Place(30, 31)}
    assert hunks.colliding(places) == {1: [2, 3], 2: [1], 3: [1]}


def test_what_is_put_in_at_one_point_collides():
    assert hunks.colliding({1: Place(4, 4), 2: Place(4, 4), 3: Place(4, 9)}) == {1: [2, 3], 2: [1, 3], 3: [1, 2]}


@given(st.dictionaries(st.integers(0, 50), st.tuples(st.integers(0, 40), st.integers(0, 6)), max_size=12))
def test_collisions_are_mutual_and_are_those_of_comparing_every_pair(spans: dict[int, tuple[int, int]]):
    places = {one: Place(start, start + length) for one, (start, length) in spans.items()}
    found = hunks.colliding(places)
    for a in places:
        for b in places:
            if a != b:
                x, y = sorted((places[a], places[b]), key=lambda p: (p.start, p.end))
                meet = y.start < x.end or x.start == x.end == y.start
                assert (b in found.get(a, [])) == meet


def test_of_those_in_each_others_way_the_first_fits():
    assert hunks.fitting({7: Place(5, 9), 3: Place(0, 6), 5: Place(9, 9), 4: Place(9, 12)}) == [3, 5, 4]


def test_of_colliding_suggestions_the_first_is_previewed():
    assert hunks.applied("one two three", [(Place(4, 7), "2"), (Place(0, 5), "1 t")]) == "1 two three".replace(
        "two", "two"
    )
