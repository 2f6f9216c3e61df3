"""Credit goes to whoever wrote the words that survive."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from drafting.drafts import authorship
from drafting.drafts.authorship import MOST_SEARCHED_BYTES, WORD, weigh
from drafting.drafts.batches import Row
from drafting.drafts.past import Past
from tests import work

ADA, BOB = 1, 2
SENTENCE = "The council should meet in public, once a month. "


class Manuscript:
    """One document whose every change is a row of the journal."""

    def __init__(self, template: str = "") -> None:
        self.doc: Doc[Text] = Doc(client_id=9)
        self.body = self.doc.get("content", type=Text)
        self.rows: list[tuple[int | None, bytes]] = []
        self._who: int | None = None
        self._listening = self.doc.observe(lambda event: self.rows.append((self._who, event.update)))
        if template:
            self.write(None, template)

    @property
    def past(self) -> Past:
        return Past(tuple(Row(n, who, (), update) for n, (who, update) in enumerate(self.rows, 1)))

    def write(self, who: int | None, words: str, at: int | None = None) -> None:
        self._who = who
        self.body.insert(len(str(self.body)[:at].encode()), words)

    def delete(self, who: int, start: int, length: int) -> None:
        self._who = who
        text = str(self.body)
        del self.body[len(text[:start].encode()) : len(text[: start + length].encode())]

    @property
    def words_by(self) -> dict[str, int]:
        weighed = weigh(self.past)
        assert weighed.text == str(self.body)
        assert weighed.state_vector == self.doc.get_state()
        return weighed.words_by


def test_each_is_credited_with_the_words_that_survive():
    page = Manuscript()
    page.write(ADA, "one two three ")
    page.write(BOB, "four five ")
    page.delete(BOB, 0, 4)
    assert page.words_by == {"1": 2, "2": 2}


def test_a_template_is_nobodys():
    page = Manuscript("# Report\n\nWhat did you talk about?\n")
    page.write(ADA, "Water")
    assert page.words_by == {"1": 1}


def test_a_word_belongs_to_whoever_wrote_most_of_it():
    page = Manuscript()
    page.write(ADA, "counc")
    page.write(BOB, "il 😀")
    assert page.words_by == {"1": 1}


def test_cutting_and_pasting_makes_nobody_a_writer():
    page = Manuscript()
    page.write(ADA, SENTENCE)
    page.write(BOB, "Bob wrote this. ")
    page.delete(BOB, 0, len(SENTENCE))
    page.write(BOB, SENTENCE)
    assert page.words_by == {"1": 9, "2": 3}


def test_copying_makes_nobody_a_writer_even_with_words_of_their_own_around():
    page = Manuscript()
    page.write(ADA, SENTENCE)
    page.write(BOB, f"\nHear this:\n{SENTENCE}\nWell said.\n")
    assert page.words_by == {"1": 18, "2": 4}


def test_undoing_a_deletion_made_key_by_key_gives_the_words_back_to_their_writer():
    page = Manuscript()
    page.write(ADA, SENTENCE)
    for end in range(len(SENTENCE), 0, -1):
        page.delete(BOB, end - 1, 1)
    page.write(BOB, "x")
    page.delete(BOB, 0, 1)
    page.write(BOB, SENTENCE)
    assert page.words_by == {"1": 9}


def test_moving_in_one_step_keeps_the_writer():
    page = Manuscript()
    page.write(ADA, SENTENCE + "And so on. ")
    page._who = BOB
    with page.doc.transaction():
        page.body.insert(len(str(page.body)), SENTENCE)
        del page.body[0 : len(SENTENCE)]
    assert page.words_by == {"1": 12}


def test_short_words_typed_again_are_ones_own():
    page = Manuscript()
    page.write(ADA, "and so on ")
    page.write(BOB, "and so on")
    assert page.words_by == {"1": 3, "2": 3}


WORDS = st.text(alphabet="ab é😀日-'\n", min_size=1, max_size=12)  # too short to be carried over
STEPS = st.lists(
    st.tuples(st.sampled_from([None, ADA, BOB]), st.integers(0, 60), st.one_of(WORDS, st.integers(1, 9))), max_size=40
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_the_replay_agrees_with_a_list_of_characters_and_their_writers(steps):
    page = Manuscript()
    naive: list[tuple[str, int]] = []
    for who, at, act in steps:
        at = min(at, len(naive))
        if isinstance(act, str):
            page.write(who, act, at)
            naive[at:at] = [(character, who or 0) for character in act]
        elif at < len(naive):
            page.delete(who, at, act)  # type: ignore[arg-type]
            del naive[at : at + act]
    counted, ties = {"0": 0, "1": 0, "2": 0}, 0
    text = "".join(character for character, _ in naive)
    for word in WORD.finditer(text):
        bytes_of = [0, 0, 0]
        for character, who in naive[word.start() : word.end()]:
            bytes_of[who] += len(character.encode())
        winners = [str(n) for n in range(3) if bytes_of[n] == max(bytes_of)]
        counted[winners[0]] += len(winners) == 1
        ties += len(winners) > 1
    for who in ("1", "2"):
        assert counted[who] <= page.words_by.get(who, 0) <= counted[who] + ties


@pytest.mark.parametrize(
    ("text", "words"), [("don’t stop-me now", 4), ("日本語", 3), ("# - *", 0), ("", 0), ("a\u0301b", 1)]
)
def test_words_are_counted_as_people_count_them(text, words):
    assert len(WORD.findall(text)) == words


def a_day(edits: int) -> tuple[Manuscript, int]:
    """Five people write and delete all over the text; how long it is in the end."""
    rng = random.Random(3)
    page = Manuscript()
    length = at = 0
    for n in range(edits):
        at = rng.randrange(length + 1) if n % 12 == 0 else min(at + 3, length)
        page._who = n % 5 + 1
        if length > 50_000 or rng.random() < 0.15 and at > 4:
            del page.body[at - 2 : at]
            length -= 2
        else:
            page.body.insert(at, rng.choice(("ab ", "and", " to")))
            length += 3
    return page, length


def test_a_long_day_is_weighed_by_work_that_grows_with_it():
    (short, _), (long, length) = a_day(5_000), a_day(20_000)
    assert len(weigh(long.past).text) == length
    assert work.calls(lambda: weigh(long.past)) < 6 * work.calls(lambda: weigh(short.past))


def test_looking_for_the_writers_of_copied_words_has_an_end(monkeypatch):
    searched: list[int] = []
    find = authorship._Marked.find
    monkeypatch.setattr(authorship._Marked, "find", lambda self, it: searched.append(len(self.bytes)) or find(self, it))
    page = Manuscript()
    for _ in range(3):
        page.write(ADA, "a" * 1_000_000)
    page.write(BOB, "".join(f"\n{'a' * 19}b{n}" for n in range(8000)))
    assert page.words_by == {"1": 1, "2": 8000}
    assert MOST_SEARCHED_BYTES / 2 < sum(searched) <= MOST_SEARCHED_BYTES


def test_after_too_many_searches_whoever_sent_it_is_credited(monkeypatch):
    page = Manuscript()
    page.write(ADA, SENTENCE)
    page.write(BOB, "\n" + SENTENCE)
    assert page.words_by == {"1": 18}
    monkeypatch.setattr(authorship, "MOST_SEARCHED_BYTES", 10)
    assert weigh(page.past).words_by == {"1": 9, "2": 9}
