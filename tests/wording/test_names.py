"""Names and texts that strangers send are made safe to show."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.wording.graphemes import clip, count
from drafting.wording.names import clean_line, clean_text

ANYTHING = st.text(alphabet=st.characters(), max_size=60)
FAMILY = "👩\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ada \t Lovelace\n", "Ada Lovelace"),
        ("Ada\x00\x07Love", "Ada Love"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("Cafe\u0301", "Café"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("first\u2028second", "first second"),
        ("half \ud83d pair", "half pair"),
        (FAMILY, FAMILY),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("", ""),
    ],
)
def test_a_name_is_one_line_without_tricks(typed: str, shown: str) -> None:
    assert clean_line(typed, 40) == shown


def test_a_name_is_cut_between_graphemes() -> None:
    assert clean_line(FAMILY * 3, 2) == FAMILY * 2


def test_a_pile_of_accents_cannot_cover_the_page() -> None:
    assert len(clean_line("a" + "\u0335" * 5_000, 40)) <= 24


@settings(max_examples=150, deadline=None)
@given(ANYTHING, st.integers(1, 20))
def test_a_cleaned_name_is_one_short_encodable_line_and_stays_as_it_is(typed: str, limit: int) -> None:
    line = clean_line(typed, limit)
    assert count(line) <= limit
    assert line == line.strip() and "\n" not in line
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in line)
    line.encode()
    assert clean_line(line, limit) == line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\x00b\x1bc\td\n", "abc\td\n"),
        ("half \udc00", "half \ufffd"),
        ("שלום \u200fעולם", "שלום \u200fעולם"),
    ],
)
def test_a_text_keeps_its_lines_and_loses_what_cannot_be_shown(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_a_cleaned_text_stays_as_it_is(typed: str) -> None:
    text = clean_text(typed)
    text.encode()
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("limit", "clipped"),
    [(100, "Every speaker has three minutes"), (20, "Every speaker has…"), (14, "Every speaker…"), (1, "…"), (0, "")],
)
def test_a_clipped_sentence_ends_at_a_word(limit: int, clipped: str) -> None:
    assert clip("Every speaker has three minutes", limit) == clipped


def test_a_script_without_spaces_is_clipped_between_characters() -> None:
    assert clip("市民参加の集まり", 5) == "市民参加…"
