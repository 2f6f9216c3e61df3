"""Frames that are read at a glance, and where those end that are not."""

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from drafting.web.shortframes import HEAD_BYTES, Edges, short
from tests.web_live.raw import BINARY, CONT, PING, TEXT, frame

FRAMES = st.lists(st.tuples(st.sampled_from([BINARY, TEXT, CONT, PING]), st.integers(0, 70_000)), max_size=6)


@given(st.binary(max_size=125), st.binary(max_size=20))
def test_a_short_masked_frame_says_what_it_said(said, before):
    data = before + Frame(Opcode.BINARY, said).serialize(mask=True) + b"more"
    assert short(data, len(before)) == said
    assert all(short(data[:end], len(before)) is None for end in range(len(before), len(data) - len(b"more")))


def test_every_other_frame_is_left_to_the_library():
    others = [
        frame(BINARY, b"x", masked=False), frame(BINARY, b"x", fin=False), frame(BINARY, b"x", bits=4),
        frame(TEXT, b"x"), frame(CONT, b"x"), frame(PING), frame(BINARY, b"x" * 126), b"",
    ]  # fmt: skip
    assert [short(data, 0) for data in others] == [None] * len(others)


@given(FRAMES, st.lists(st.integers(1, 5000), min_size=1, max_size=40), st.booleans())
def test_edges_are_found_however_the_bytes_come(frames, cuts, masked):
    whole = b"".join(frame(opcode, b"x" * size, masked=masked) for opcode, size in frames)
    ends = {0}
    for opcode, size in frames:
        ends.add(max(ends) + len(frame(opcode, b"x" * size, masked=masked)))
    edges, at = Edges(), 0
    for size in [*cuts, len(whole)]:
        edges.follow(whole[at : at + size])
        at = min(len(whole), at + size)
        assert edges.between is (at in ends), at
    assert HEAD_BYTES == len(frame(BINARY))
