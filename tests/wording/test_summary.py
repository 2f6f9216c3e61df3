"""What a post says about a change."""

import pytest

from drafting.wording.prose import compare
from drafting.wording.summary import sentences, summarise
from tests.wording import gallery_report


def of(name: str):  # type: ignore[no-untyped-def]
    return summarise(compare(*gallery_report.pair(name)))


def test_sections_are_named_by_what_happened_to_them() -> None:
    summary = of("section-new-and-section-gone")
    assert (summary.added, summary.removed) == (("Childcare during assemblies",), ("Annex",))
    assert summary.what() == "New: “Childcare during assemblies”. Removed: “Annex”."
    assert summary.counts() == "16 words added, 8 removed."


def test_a_renamed_section_is_neither_new_nor_gone() -> None:
    summary = of("heading-renamed")
    assert summary.renamed == (("Speakers", "Who speaks, and for how long"),)
    assert not summary.added and not summary.removed and not summary.minor


def test_the_section_that_changed_most_comes_first() -> None:
    summary = of("notes-grow-during-the-day")
    assert summary.changed == ("What was said", "Open questions", "Session 7: the night bus")
    assert summary.what() == "“What was said”, “Open questions” and “Session 7: the night bus” changed."


def test_a_new_picture_is_worth_a_post() -> None:
    old, new = "# What we see\n\nA bridge.", "\n\n![The old bridge at dusk](/e/river/-/images/" + "a" * 64 + ".png)"
    summary = summarise(compare(old, old + new))
    assert not summary.trivial and not summary.minor
    assert summary.what() == "“What we see” changed. Picture added: The old bridge at dusk."
    assert (summary.counts(), summary.words_added) == ("", 0)


def test_a_rewrite_is_called_one() -> None:
    summary = of("mostly-rewritten")
    assert summary.rewritten and summary.what().startswith("Mostly rewritten."), summary
    assert not any(of(name).rewritten for name in gallery_report.names() if name != "mostly-rewritten")
    old = "# Lamps\n\n" + "The lamps along the path are cold and far too bright for the bats. " * 4
    new = "# Lamps\n\n" + "Benches of oak shall stand where people wait, with backs and arms. " * 4
    assert summarise(compare(old, new)).what() == "Mostly rewritten."
    assert not summarise(compare(old, old + new)).rewritten, "what is there still is not rewritten"
    assert not summarise(compare("A few words.", "Some others here.")).rewritten


def test_a_rewrite_in_a_script_without_spaces_is_called_one() -> None:
    old, new = (
        "川沿いの街灯は明るすぎて冷たい。夜の道は暗くて危ない。" * 2,
        "橋のそばに木の長椅子を置く。春までに市が費用を公表する。" * 2,
    )
    assert summarise(compare(old, new)).rewritten


def test_what_nobody_would_notice_is_trivial() -> None:
    assert of("only-typography").trivial and of("bullets-become-numbers").trivial
    assert not of("section-moved").trivial


def test_a_link_that_leads_elsewhere_is_worth_telling_and_names_its_section() -> None:
    old = "# What we see\n\nThe [surgery](https://x.example/surgery) closes."
    summary = summarise(compare(old, old.replace("/surgery", "/lobby")))
    assert not summary.trivial and summary.what() == "“What we see” changed."


def test_a_word_or_two_are_minor() -> None:
    assert of("paragraph-moved-and-edited").minor
    assert not of("words-in-a-paragraph").minor


def test_a_first_version_says_so() -> None:
    summary = of("first-version")
    assert summary.first and summary.what() == "First version." and summary.counts() == "11 words added."
    assert summarise(compare("", "")).trivial


def test_the_quotation_is_a_new_sentence_as_written() -> None:
    old = "The chair keeps the list."
    new = "The chair keeps the list. “Nobody” speaks twice before everyone has spoken once. It ends."
    assert summarise(compare(old, new)).quote == "“Nobody” speaks twice before everyone has spoken once."
    assert summarise(compare(new, old)).quote == ""


def test_sentences_end_where_readers_pause() -> None:
    assert sentences("At 9.30 we start. Dr. Who asks! Really? “Yes.” She left… then came. 市は測る。公表する。") == [
        "At 9.30 we start.",
        "Dr.",
        "Who asks!",
        "Really?",
        "“Yes.”",
        "She left… then came.",
        "市は測る。",
        "公表する。",
    ]


@pytest.mark.timeout(20)  # it once took time by the square of them
def test_a_line_of_marks_alone_holds_nobody_up() -> None:
    assert summarise(compare("Hello there.\n", "Hello there.\n\n!" + '"' * 100_000 + "x\n")).words_added == 1
