"""The plain form: what was posted is merged with what others wrote meanwhile."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from drafting.drafts import leftout, striking, yencode
from drafting.drafts.batches import Row
from drafting.drafts.past import Past, rebuilt
from drafting.drafts.plain import edits, merge, read
from tests.drafts.table import Table, seat

FRESH = 4_000_000_000


def past_of(table: Table) -> Past:
    return Past(tuple(table.journal))


class Form:
    """Somebody without script: sees the text at one moment, posts it changed at another."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.seat = seat(77)
        self.text, self.seen = read(past_of(table))

    def posts(self, text: str) -> None:
        update = merge(past_of(self.table), self.seen, text, FRESH)
        if update is not None:
            self.table.room.receive(self, 1, update)  # type: ignore[arg-type]
        batch = self.table.begins()
        batch.acks.pop(self, None)  # type: ignore[call-overload]
        self.table.ends(batch)


def test_both_changes_are_in_the_text():
    table = Table()
    ada = table.seat()
    ada.types("The river is low. We meet on Monday.")
    table.settles()
    form = Form(table)
    ada.types(" Bring boots.")
    table.settles()
    form.posts("The river is very low. We meet on Monday.")
    table.everyone_reads("The river is very low. We meet on Monday. Bring boots.")


def test_posting_it_unchanged_changes_nothing_even_with_other_line_ends():
    table = Table()
    ada = table.seat()
    ada.types("one\ntwo 😀\n")
    table.settles()
    assert merge(past_of(table), table.journal[-1].seq, "one\r\ntwo 😀\r\n", FRESH) is None


def test_what_somebody_deletes_stays_deleted_and_what_another_added_inside_stays():
    table = Table()
    ada = table.seat()
    ada.types("keep this. drop this. keep that.")
    table.settles()
    form = Form(table)
    ada.types("not ", at=15)
    table.settles()
    form.posts("keep this. keep that.")
    table.everyone_reads("keep this. not keep that.")


def test_the_first_words_of_an_empty_draft_come_from_the_form():
    table = Table()
    Form(table).posts("Hello 😀")
    table.everyone_reads("Hello 😀")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab \n😀é.", max_size=40), st.text(alphabet="ab \n😀é.", max_size=40))
def test_the_edits_turn_the_one_into_the_other(old, new):
    text = old
    for start, end, words in reversed(edits(old, new)):
        text = text[:start] + words + text[end:]
    assert text == new
    assert read(Past((*began(old), *merged(old, new))))[0] == new


def began(text: str) -> list[Row]:
    update = merge(Past(), 0, text, 1)
    return [] if update is None else [Row(1, 1, (1,), update)]


def merged(old: str, new: str) -> list[Row]:
    update = merge(Past(tuple(began(old))), 1, new, 2)
    return [] if update is None else [Row(2, 2, (2,), update)]


def test_a_long_text_turned_upside_down_is_compared_line_by_line():
    rng = random.Random(1)
    lines = [f"{rng.randrange(10**6)} water and roads\n" for _ in range(10_000)]
    assert len(edits("".join(lines), "".join(lines[5000:] + lines[:5000]))) < 5


def test_very_many_changed_lines_are_one_edit():
    old, new = "a\n" * 300_000, "b\n" * 300_000
    assert edits(f"same {old}end", f"same {new}end") == [(5, len(old) + 4, new[:-1])]


SECRET = "the man from the shop"


@pytest.mark.parametrize(
    ("seen", "typed", "kept"),
    [
        (f"by {SECRET} yesterday", f"by {SECRET} yesterday", "by  yesterday"),
        (f"by {SECRET} yesterday", f"First by {SECRET} yesterday, 😀", "First by  yesterday, 😀"),
        (f"by the {SECRET} yesterday", f"by the {SECRET} only yesterday", "by the  yesterday"),
        (f"{SECRET}", f"{SECRET}", ""),
        (f"{SECRET}\nMore\n", f"{SECRET}\nMuch more\n", "\nMuch more\n"),
        (f"a {SECRET}, b {SECRET}, c", f"a {SECRET}, b {SECRET}, c d", "a , b , c d"),
        (f"One\nby {SECRET} yesterday\nTwo", f"One!\nas {SECRET} had it\nTwo!", "One!\nby  yesterday\nTwo!"),
        (f"One\nby {SECRET} yesterday\nTwo", "One\nby somebody yesterday\nThree", "One\nby  yesterday\nThree"),
    ],
)
def test_a_form_that_still_held_struck_words_brings_everything_but_them(seen: str, typed: str, kept: str):
    doc: Doc[Text] = Doc(client_id=5)
    doc.get("content", type=Text).insert(0, seen)
    first = doc.get_update()
    places = striking.find([first], SECRET).visible
    ranges = [piece for place in places for piece in place.ranges]
    deletion = yencode.deletion(ranges)
    blanked = [update or first for update in striking.blank([first], ranges)][0]
    rows = (Row(1, 1, (5,), blanked), Row(2, 2, (), deletion))
    update, left_out = leftout.merge(Past(rows), 1, typed, 9, ranges)
    assert left_out
    after = rebuilt([blanked, deletion, *([update] if update else [])])
    assert str(after.get("content", type=Text)) == kept
    assert leftout.merge(Past(rows), 2, kept + " new", 10, ranges)[1] is False
