"""What the picture of a change shows, and says in words."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from drafting.wording import prose, summary
from drafting.wording.card import ALT_LIMIT, About, Card, drawn_up
from drafting.wording.graphemes import count

ABOUT = About("Charter", "River day", 2, "Common text", "The council has not agreed to it.", "drafts.example.org", "en")
BEFORE = "# Charter\n\n## Speakers\n\nEvery speaker has five minutes, as was said at the last assembly in May.\n"
AFTER = BEFORE.replace("five", "three")


def card(before: str, after: str, about: About = ABOUT) -> Card:
    comparison = prose.compare(before, after)
    return drawn_up(about, comparison, summary.summarise(comparison))


def told(made: Card) -> list[tuple[str, str]]:
    return [(run.kind, run.text) for passage in made.passages for run in passage.runs]


def test_a_word_that_went_stands_apart_from_the_one_that_came():
    made = card(BEFORE, AFTER)
    text = "".join(text for _, text in told(made))
    assert "five three" in text and ("gone", "five") in told(made) and ("new", "three") in told(made)
    assert made.passages[0].section == "Speakers"


def test_the_picture_is_told_as_before_and_after():
    assert "Under “Speakers”: Before: “Every speaker has five minutes" in card(BEFORE, AFTER).alt
    assert "After: “Every speaker has three minutes" in card(BEFORE, AFTER).alt
    assert card(BEFORE, AFTER).alt.startswith("Charter, version 2.")


def test_what_stayed_is_left_out_where_it_is_long():
    long = "word " * 80
    made = card(f"{long}five {long}\n", f"{long}three {long}\n")
    assert sum(len(text.split()) for _, text in told(made)) < 40 and "…" in made.passages[0].runs[0].text


def test_a_paragraph_that_took_the_place_of_another_is_one_passage():
    made = card("One thing was said here.\n", "Quite other words of somebody stand there today.\n")
    assert [kind for kind, _ in told(made)] == ["gone", "gap", "new"] and len(made.passages) == 1


def test_a_first_version_shows_how_it_begins_and_a_rewrite_what_it_is_now():
    first = card("", AFTER)
    assert first.counts == "First version." and {kind for kind, _ in told(first)} == {"same"}
    other = "Nothing of what was there is there any more, and every word of this is another one. " * 3
    again = card("The meadow by the river is open to all who walk there in summer and in winter. " * 3, other)
    assert again.counts.startswith("Mostly rewritten.") and {kind for kind, _ in told(again)} == {"same"}


def test_a_version_that_is_taken_back_shows_no_words_of_it():
    made = card(AFTER, BEFORE, replace(ABOUT, withdraws=1, because="A figure was wrong."))
    assert made.passages == () and made.note == "Version 1 is taken back. A figure was wrong."
    assert "three" not in made.alt and "A figure was wrong." in made.alt


def test_rows_of_tables_and_items_of_lists_are_shown_as_they_read():
    table = "| What | How much |\n|---|---|\n| Lamps | 12 |\n| Benches | 3 |\n"
    made = card(table, table.replace("| 12 |", "| 20 |"))
    assert "12" in made.alt and "20" in made.alt
    assert all("<" not in text and "removed:" not in text for _, text in told(made))


def test_pictures_that_came_are_told_where_no_word_changed():
    made = card("One.\n", "One.\n\n![A bench](/e/river/-/images/" + "0" * 64 + ".png)\n")
    assert made.passages == () and "Picture added: A bench." in made.alt


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60))
def test_any_two_texts_make_a_card_whose_words_are_not_too_many(before: str, after: str, title: str):
    made = card(before, after, replace(ABOUT, title=title, standing=title, event=title))
    assert count(made.alt) <= ALT_LIMIT and made.direction in ("ltr", "rtl")
