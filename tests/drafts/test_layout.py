"""Remarks stay on their words: against a model in which every character is written only once."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from drafting.drafts.layout import Layout, Place
from drafting.drafts.past import rebuilt

ALPHABETS = (0x4E00, 0x20000, 0x41)  # Chinese characters, some of two UTF-16 units, and a little Latin
EDITS = 10_000


class Writers:
    """People who write at once in copies that are sometimes behind. No character is ever written twice."""

    def __init__(self, seed: int, people: int = 3) -> None:
        self.dice = random.Random(seed)
        self.docs: list[Doc[Text]] = [rebuilt([], client_id=n + 1) for n in range(people)]
        self._next = [*ALPHABETS[:2]]

    @property
    def state(self) -> bytes:
        """After everybody heard of everything."""
        for _ in range(2):
            for doc in self.docs:
                self.docs[0].apply_update(doc.get_update(self.docs[0].get_state()))
                doc.apply_update(self.docs[0].get_update(doc.get_state()))
        assert len({str(doc.get("content", type=Text)) for doc in self.docs}) == 1
        return self.docs[0].get_update()

    def edit(self) -> None:
        doc = self.dice.choice(self.docs)
        if self.dice.random() < 0.3:
            doc.apply_update(self.dice.choice(self.docs).get_update(doc.get_state()))
        body = doc.get("content", type=Text)
        text = str(body)
        here = self.dice.randrange(len(text) + 1)
        if len(text) > 300 or (text and self.dice.random() < 0.45):
            stop = min(len(text), here + self.dice.randrange(1, 9))
            del body[len(text[:here].encode()) : len(text[:stop].encode())]
        else:
            body.insert(len(text[:here].encode()), self._fresh(self.dice.randrange(1, 7)))

    def _fresh(self, count: int) -> str:
        plane = self.dice.random() < 0.3
        first = self._next[plane]
        self._next[plane] += count
        return "".join(map(chr, range(first, first + count)))


def expected(words: str, text: str) -> Place | None:
    here = [at for at, character in enumerate(text) if character in words]
    return Place(here[0], here[-1] + 1) if here else None


def test_every_anchor_is_on_its_words_or_declared_lost_after_ten_thousand_edits():
    writers = Writers(4)
    anchors: list[tuple[str, list[tuple[int, int, int]]]] = []
    lost = moved = 0
    for n in range(EDITS):
        writers.edit()
        if n % 100 == 99:
            layout = Layout(writers.state)
            assert layout.text == str(writers.docs[0].get("content", type=Text))
            for words, ids in anchors:
                place = layout.place(ids)
                assert place == expected(words, layout.text)
                lost += place is None
                moved += place is not None
            start = writers.dice.randrange(len(layout.text))
            end = min(len(layout.text), start + writers.dice.randrange(1, 12))
            anchors.append((layout.text[start:end], layout.ids(start, end)))
            assert layout.place(anchors[-1][1]) == Place(start, end)
    assert lost > 100 and moved > 100


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.data())
def test_a_point_stays_beside_whichever_neighbour_is_left(seed, data):
    writers = Writers(seed)
    for _ in range(30):
        writers.edit()
    layout = Layout(writers.state)
    at = data.draw(st.integers(0, len(layout.text)))
    left, right = layout.text[:at][-1:], layout.text[at:][:1]
    before = layout.ids(at - 1, at)[0] if left else None
    after = layout.ids(at, at + 1)[0] if right else None
    assert layout.point(before, after) == at
    for _ in range(60):
        writers.edit()
    later = Layout(writers.state)
    found = later.point(before, after)
    if left and left in later.text:
        assert found == later.text.index(left) + 1
    elif right and right in later.text:
        assert found == later.text.index(right)
    elif left or right:
        assert found is None or later.text == ""


@pytest.mark.parametrize("ids", [[], [(1, 0, 5)], [(99, 0, 5)], [(1, 2**31, 3)]])
def test_ids_that_are_not_here_have_no_place(ids):
    assert Layout(rebuilt([]).get_update()).place(ids) is None


def test_half_a_character_counts_as_the_whole():
    doc = rebuilt([], client_id=7)
    doc.get("content", type=Text).insert(0, "a😀b")
    layout = Layout(doc.get_update())
    assert layout.ids(1, 2) == [(7, 1, 2)]
    assert layout.place([(7, 2, 1)]) in (Place(1, 2), Place(2, 2))


def test_more_blocks_than_there_are_marks(monkeypatch):
    monkeypatch.setattr("drafting.drafts.layout.MARKS", 5)
    writers = Writers(8)
    for _ in range(300):
        writers.edit()
    layout = Layout(writers.state)
    assert layout.text == str(writers.docs[0].get("content", type=Text))
    place = Place(3, 9)
    assert layout.place(layout.ids(3, 9)) == place
