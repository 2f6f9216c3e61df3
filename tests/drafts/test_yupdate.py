"""What is read as an update, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text

from drafting.drafts import frames, varints, yupdate
from drafting.drafts.refusals import BadFrame
from drafting.drafts.yupdate import Id, Kind
from tests import work


def test_a_real_update_is_read_with_lengths_in_utf_16_units():
    doc: Doc[Text] = Doc(client_id=5)
    text = doc.get("content", type=Text)
    text.insert(0, "a😀b")
    text.insert(1, "é")
    del text[0:1]
    update = yupdate.decode(doc.get_update())
    blocks = update.blocks[5]
    assert [(block.clock, block.length, block.kind, block.text) for block in blocks] == [
        (0, 1, Kind.DELETED, None),
        (1, 3, Kind.STRING, "😀b"),
        (4, 1, Kind.STRING, "é"),
    ]
    assert blocks[1].origin == Id(5, 0) and blocks[2].right == Id(5, 1)
    assert list(blocks[1].low_halves()) == [2]
    assert update.deletes == {5: [(0, 1)]}


HEAD = bytes([1, 1, 9, 0])  # one client with one struct: client 9, clock 0
ROOT = b"\x01\x07content"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\0\0\0",
        HEAD + b"\x04" + ROOT + b"\x01x",
        HEAD + b"\x04" + ROOT + b"\x00\x00",
        HEAD + b"\x04" + ROOT + b"\x01\xff\x00",
        HEAD + b"\x04\x01\x05title\x01x\x00",
        HEAD + b"\x04\x00\x09\x00\x01x\x00",
        HEAD + b"\x24" + ROOT + b"\x01k\x01x\x00",
        HEAD + b"\x0a\x05\x00",
        HEAD + b"\x00\x05\x00",
        HEAD + b"\x80\x05\x00",
        HEAD + b"\x01" + ROOT + b"\x00\x00",
        HEAD + b"\x01" + ROOT + b"\xff\xff\xff\xff\x7f\x00",
        HEAD + b"\x00" + b"\xff" * 20,
        bytes([2, 0, 9, 0, 0, 9, 0, 0]),
        bytes([0, 2, 9, 0, 9, 0]),
        bytes([0, 1, 9, 0]),
        bytes([2, 0, 9, 0, 1, 5, 0, 4]) + ROOT + b"\x01x\x00",
        bytes([0, 1, 9, 1, 0, 0]),
        b"\0\1\xff\xff\xff\xff\xff\xff\xff\xff\x7f\0",
        *(HEAD + bytes([kind]) + ROOT + b"\x01x\x00" for kind in (2, 3, 5, 6, 7, 8, 9, 11)),
    ],
)
def test_anything_else_is_not_read(data):
    with pytest.raises(BadFrame):
        yupdate.decode(data)


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff\x7f", b"\x01\xff\xff\xff\x7f\x01\x00", b"\0\1\1\xff\xff\xff\x7f"])
def test_a_short_frame_cannot_claim_much(data):
    def is_read() -> None:
        with pytest.raises(BadFrame):
            yupdate.decode(data)

    assert work.calls(is_read) < 500 and work.peak_bytes(is_read) < 100_000


def test_many_tiny_pieces_are_refused_soon():
    data = b"\x01" + varints.encode(500_000) + b"\x09\x00" + b"\x00\x01" * 500_000 + b"\x00"
    with pytest.raises(BadFrame, match="read"):
        yupdate.decode(data)


@given(st.binary(max_size=200))
def test_bytes_at_random_are_refused_in_words_and_never_otherwise(data):
    for read in (yupdate.decode, yupdate.decode_state, frames.parse, frames.parse_awareness):
        try:
            read(data)  # type: ignore[operator]
        except BadFrame as refusal:
            assert refusal.detail


@given(st.dictionaries(st.integers(0, varints.GREATEST), st.integers(0, varints.GREATEST)))
def test_a_state_vector_survives_being_written(state):
    assert yupdate.decode_state(yupdate.encode_state(state)) == state


def test_messages_are_read_as_they_are_written():
    assert frames.parse(frames.step_1(b"\0")) == frames.Message(frames.Kind.STEP_1, b"\0")
    assert frames.parse(frames.step_2(b"ab")) == frames.Message(frames.Kind.STEP_2, b"ab")
    assert frames.parse(frames.update(b"ab")) == frames.Message(frames.Kind.UPDATE, b"ab")
    assert frames.parse(b"\3") == frames.Message(frames.Kind.ASK)
    with pytest.raises(BadFrame):
        frames.parse(frames.denied("no"))  # only the server says so
