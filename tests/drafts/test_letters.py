"""What is read at a glance is what would have been read step by step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text

from drafting.drafts import letters, yencode, yupdate
from drafting.drafts.refusals import BadFrame
from drafting.drafts.yupdate import Block, Id, Kind, Update

CLIENT = st.integers(0, 2**53 - 1)
CLOCK = st.integers(0, 2**31 - 300)
PLACE = st.none() | st.builds(Id, CLIENT, CLOCK)
WORDS = st.text(st.characters(codec="ascii"), min_size=1, max_size=127)


def written(client: int, block: Block) -> bytes:
    return yencode.encode(Update({client: [block]}))


def said_by(few: letters.Letters) -> Update:
    block = Block(few.clock, few.size, Kind.STRING, few.origin, few.right)
    return Update({few.client: [block]})


def without_text(update: Update) -> Update:
    return Update(
        {client: [block._replace(text=None) for block in blocks] for client, blocks in update.blocks.items()},
        update.deletes,
    )


def test_a_letter_that_is_typed_after_another_is_read_at_a_glance():
    doc: Doc[Text] = Doc(client_id=2**52 + 3)
    text = doc.get("content", type=Text)
    text += "plain"
    before = doc.get_state()
    text.insert(2, "x")
    few = letters.read(doc.get_update(before))
    assert few == (2**52 + 3, 5, 1, Id(2**52 + 3, 1), Id(2**52 + 3, 2)) and few.end == 6


@given(CLIENT, CLOCK, PLACE, PLACE, WORDS)
def test_every_run_of_plain_letters_beside_a_character_is_read(client, clock, origin, right, words):
    block = Block(clock, len(words), Kind.STRING, origin, right, words)
    data = written(client, block)
    few = letters.read(data)
    assert (few is None) is (origin == right)
    if few is not None:
        assert said_by(few) == without_text(yupdate.decode(data))


def test_a_letter_before_and_after_the_same_character_is_refused():
    data = written(1, Block(5, 1, Kind.STRING, Id(7, 9), Id(7, 9), "x"))
    assert letters.read(data) is None
    with pytest.raises(BadFrame):
        yupdate.decode(data)


@given(CLIENT, CLOCK, PLACE, st.text(min_size=1, max_size=200), st.integers(0, 300), st.integers(0, 255))
def test_whatever_is_read_at_a_glance_means_the_same_step_by_step(client, clock, origin, words, at, byte):
    block = Block(clock, yupdate.utf16_length(words), Kind.STRING, origin, Id(7, 9), words)
    data = bytearray(written(client, block))
    data[at % len(data)] = byte
    few = letters.read(bytes(data))
    if few is not None and few.client < 2**53 and few.end <= yupdate.LAST_CLOCK:
        try:
            found = yupdate.decode(bytes(data))
        except BadFrame:
            raise AssertionError(f"read at a glance, and refused: {data.hex()}") from None
        assert said_by(few) == without_text(found)
