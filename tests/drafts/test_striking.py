"""Words that are struck are in no byte of the journal any more, and every copy of the text stays the same text."""

import random
import unicodedata
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from drafting.drafts import frames, striking, yencode, yupdate
from drafting.drafts.past import rebuilt
from drafting.drafts.striking import Found
from drafting.errors import Invalid
from tests.drafts.table import Client, Table

FREE = count(10_000)


def updates(table: Table) -> list[bytes]:
    table.settles()
    return [row.update for row in table.journal]


def strikes(table: Table, words: str, *, keep: tuple[int, ...] = ()) -> Found:
    """What a facilitator's press of the button does; `keep`: which of the visible places stay."""
    found = striking.find(updates(table), words)
    visible = [r for n, place in enumerate(found.visible) if n not in keep for r in place.ranges]
    if visible:
        facilitator = table.seat()
        facilitator.doc.apply_update(yencode.deletion(visible))
        facilitator.sends()
        table.settles()
        facilitator.leaves()
    struck = [*visible, *(r for place in found.deleted for r in place)]
    for n, blank in enumerate(striking.blank(updates(table), struck)):
        if blank is not None:
            old = table.journal[n]
            table.journal[n] = type(old)(old.seq, old.person_id, old.clients, blank)
    return found


def holding(table: Table, words: str) -> list[int]:
    return [row.seq for row in table.journal if words.encode() in row.update]


def text_of(table: Table) -> str:
    return str(rebuilt([row.update for row in table.journal]).get("content", type=Text))


def test_words_typed_letter_by_letter_into_many_rows_are_found_and_gone():
    table = Table()
    ada = table.seat()
    for letter in "call John Smith, now":
        ada.types(letter)
        table.settles()
    assert len(table.journal) > 15
    found = strikes(table, "john  smith")
    assert [(p.before, p.words, p.after) for p in found.visible] == [("call ", "John Smith", ", now")]
    table.everyone_reads("call , now")
    left = "".join(
        block.text or "" for u in updates(table) for blocks in yupdate.decode(u).blocks.values() for block in blocks
    )
    assert left == "call , now"


def test_what_was_deleted_before_is_destroyed_too():
    table = Table()
    ada, bob = table.seat(), table.seat()
    ada.types("call John Smith now")
    table.settles()
    bob.deletes(5, 11)
    table.settles()
    assert holding(table, "John Smith") != []
    found = strikes(table, "John Smith")
    assert (found.visible, len(found.deleted)) == ((), 1)
    assert holding(table, "John Smith") == []
    table.everyone_reads("call now")


def test_what_two_people_typed_together_and_somebody_deleted_is_found():
    table = Table()
    ada, bob = table.seat(), table.seat()
    ada.types("call Jon Smith")
    table.settles()
    bob.types("h", 7)
    table.settles()
    ada.deletes(0, 15)
    table.settles()
    found = strikes(table, "John Smith")
    assert len(found.deleted) == 1
    assert [holding(table, word) for word in ("Jo", "n Smith", "John")] == [[], [], []]
    assert holding(table, "call ") != []
    table.everyone_reads("")


def test_a_part_that_still_stands_in_the_text_is_left_standing():
    table = Table()
    ada = table.seat()
    ada.types("John Smith")
    table.settles()
    ada.deletes(0, 5)
    table.settles()
    strikes(table, "John Smith")
    assert holding(table, "John") == [] and holding(table, "Smith") != []
    table.everyone_reads("Smith")


def test_a_place_that_is_not_ticked_stays():
    table = Table()
    ada = table.seat()
    ada.types("Smith and smith and SMITH")
    found = strikes(table, "smith", keep=(1,))
    assert len(found.visible) == 3 and len({place.key for place in found.visible}) == 3
    table.everyone_reads(" and smith and ")
    assert holding(table, "Smith") == holding(table, "SMITH") == []


def test_the_same_place_has_the_same_key_while_others_write():
    table = Table()
    ada = table.seat()
    ada.types("Smith and Smith")
    before = striking.find(updates(table), "Smith").visible
    ada.types("Well, ", 0)
    after = striking.find(updates(table), "smith").visible
    assert [place.key for place in before] == [place.key for place in after]


def test_characters_outside_the_first_plane_are_struck_whole():
    table = Table()
    ada = table.seat()
    ada.types("a😀b Zoë😀 c")
    found = strikes(table, unicodedata.normalize("NFD", "zoë😀"))
    assert [place.words for place in found.visible] == ["Zoë😀"]
    table.everyone_reads("a😀b  c")
    assert holding(table, "Zoë") == [] and holding(table, "a😀b") != []


def test_capitals_line_ends_and_composed_letters_do_not_hide_words():
    table = Table()
    ada = table.seat()
    ada.types("STRASSE\n  Cafe\u0301; strasse café; Straße  CAFÉ")
    strikes(table, "straße café")
    table.everyone_reads("; ; ")


def test_empty_words_and_words_that_stand_everywhere_are_refused():
    with pytest.raises(Invalid):
        striking.find([], " \n ")
    table = Table()
    table.seat().types("e " * 500)
    with pytest.raises(Invalid, match="500 places"):
        striking.find(updates(table), "E")


def test_words_that_are_not_there_change_nothing():
    table = Table()
    table.seat().types("A calm text (with brackets.*)")
    before = updates(table)
    found = strikes(table, "x.*")
    assert found == Found((), ())
    assert updates(table) == before
    assert len(strikes(table, "(WITH brackets.*)").visible) == 1


def test_who_was_away_with_the_words_comes_back_and_cannot_bring_them_back():
    table = Table()
    ada, bob = table.seat(), table.seat()
    ada.types("call John Smith now")
    table.settles()
    bob.leaves()
    bob.types("; also at night", 19)
    strikes(table, "John Smith")
    table.room = table.restored()
    for client in table.clients:
        client.table = table
    bob.returns()
    table.everyone_reads("call  now; also at night")
    assert holding(table, "John Smith") == []
    assert b"John Smith" not in bytes(table.room.step_2(b"\0").message)


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_whatever_was_typed_deleted_and_struck_nothing_of_it_is_left(data):
    """Random histories of three writers, who are cut off now and then, and a random strike."""
    table = Table()
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    people = [table.seat() for _ in range(3)]
    for _ in range(data.draw(st.integers(1, 25))):
        _something(table, chance.choice(people), chance)
    for person in people:
        if not person.connected:
            person.returns()
    table.settles()
    away = chance.choice([None, *people])
    if away:
        away.leaves()
    before = table.room.text
    words = data.draw(st.sampled_from(["xyz", "x", "xy zy", "😀x", "yzx", "zz"]))
    strikes(table, words)
    if away:
        away.types("new", 0)
        away.returns()
    table.settles()
    expected = ("new" if away else "") + striking.pattern(words).sub("", before)
    assert [client.text for client in table.clients] == [expected] * len(table.clients)
    assert table.room.text == text_of(table) == expected
    standing = {place for place in _alive(table)}
    for row in table.journal:
        for client, blocks in yupdate.decode(row.update).blocks.items():
            for block in blocks:
                for match in striking.pattern(words).finditer(block.text or "", overlapped=True):
                    start = block.clock + yupdate.utf16_length(block.text[: match.start()])
                    end = start + yupdate.utf16_length(match.group())
                    assert all((client, at) in standing for at in range(start, end)), "deleted words are in the journal"
    table.rebuilds()


def _something(table: Table, person: Client, chance: random.Random) -> None:
    match chance.randrange(8):
        case 0 | 1 | 2:
            person.types(chance.choice(["x", "y", "z", " ", "xyz", "😀", "xy zy", "yzx"]), chance.randrange(20))
        case 3 | 4:
            person.deletes(chance.randrange(12), chance.randrange(1, 5))
        case 5:
            if person.connected:
                person.leaves()
            else:
                person.returns()
        case _:
            table.settles()


def _alive(table: Table) -> set[tuple[int, int]]:
    alive, dead = set(), set()
    for row in table.journal:
        update = yupdate.decode(row.update)
        for client, blocks in update.blocks.items():
            alive |= {(client, at) for block in blocks if block.text for at in range(block.clock, block.end)}
        for client, spans in update.deletes.items():
            dead |= {(client, at) for clock, length in spans for at in range(clock, clock + length)}
    return alive - dead


@given(st.lists(st.tuples(st.text(max_size=8), st.integers(0, 30), st.booleans()), max_size=20))
def test_what_is_read_is_written_byte_for_byte(steps):
    doc: Doc[Text] = Doc(client_id=next(FREE))
    body = doc.get("content", type=Text)
    for words, at, delete in steps:
        text = str(body)
        place = len(text[:at].encode())
        if delete and text[at : at + 1]:
            del body[place : place + len(text[at : at + 1].encode())]
        elif words:
            body.insert(place, words)
    data = doc.get_update()
    assert yencode.encode(yupdate.decode(data)) == data


def test_a_frame_of_a_strike_deletes_and_nothing_else():
    data = yencode.deletion([(5, 0, 2), (5, 7, 1), (2**40, 3, 4)])
    assert yupdate.decode(data) == yupdate.Update({}, {5: [(0, 2), (7, 1)], 2**40: [(3, 4)]})
    assert frames.parse(frames.update(data)).body == data
