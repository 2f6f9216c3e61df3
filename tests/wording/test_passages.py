"""A text is told in passages, as a reader sees them."""

from drafting.wording.passages import Place, places
from drafting.wording.searching import words_of
from drafting.wording.tracing import COMPARED, Step, trace


def test_prose_is_told_in_sentences_and_headings_rows_and_code_whole():
    prose = "# A. Lamps\n\nOne **two. Three** four.\n\n1. First. Second.\n"
    text = prose + "\n| a | b. c |\n|---|---|\n| d | |\n\n```\nx = 1\ny\n```\n"
    assert places(text) == [
        Place("heading", 1, None, ("A. Lamps",)),
        Place("p", 0, None, ("One two.", "Three four.")),
        Place("li", 0, 1, ("First.", "Second.")),
        Place("tr", 0, None, ("a · b. c",)),
        Place("tr", 0, None, ("d",)),
        Place("pre", 0, None, ("x = 1 y",)),
    ]


def test_places_without_words_are_left_out():
    assert places("\n\n---\n\n-\n") == []


def told(old: list[str], new: list[str]) -> list[Step]:
    return trace([words_of(words) for words in old], [words_of(words) for words in new])


def test_what_is_the_same_reworded_moved_or_new_is_told_apart():
    old = ["The lamps are warm.", "They go out at ten.", "Benches of oak are wanted by everybody."]
    new = ["Benches of oak are wanted by everybody!", "They go out at ten in the evening.", "Something else entirely."]
    assert told(old, new) == [Step(2), Step(1, reworded=True), Step()]


def test_short_passages_are_alike_by_chance_only():
    assert told(["Yes, all."], ["Yes, both."]) == [Step()]


def test_where_everything_is_another_only_neighbours_are_compared():
    old = [f"Sentence number {n} about the river and its lamps." for n in range(700)]
    new = [words.replace("river", "stream") for words in old]
    assert len(old) * len(new) > COMPARED
    assert [step.old for step in told(old, new)] == list(range(700))
