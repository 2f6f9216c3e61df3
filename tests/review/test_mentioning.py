"""Who is mentioned in what somebody typed."""

import pytest

from drafting.review.mentioning import pieces, spots
from drafting.review.models import Mention

NAMES = {1: "Ada", 2: "Ada Okoro", 3: "Zoë", 4: "Łukasz 王", 5: "Bob", 6: "bob", 7: "A.(b"}


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("@Ada, look.", [(1, 0, 4)]),
        ("Ask @ada okoro!", [(2, 4, 10)]),
        ("@Ada Okorova", [(1, 0, 4)]),
        ("@Adam", []),
        ("ada@Ada.example @@Ada", []),
        ("(@Zoë) and @Zoe\u0308", [(3, 1, 4), (3, 11, 5)]),
        ("@Łukasz 王: you?", [(4, 0, 9)]),
        ("@BOB", [(5, 0, 4), (6, 0, 4)]),
        ("@A.(b @Axxb", [(7, 0, 5)]),
        ("@", []),
        ("", []),
    ],
)
def test_the_longest_name_that_fits_is_meant_and_of_two_with_one_name_both(words: str, meant: list):
    assert list(spots(words, NAMES)) == meant


def test_nobody_is_meant_where_nobody_shows_a_name():
    assert list(spots("@Ada", {})) == []


def test_words_that_were_struck_mention_nobody():
    mention = Mention(start=4, length=4, person_id=1)
    assert list(pieces("Ask @Ada.", [mention])) == [("Ask ", None), ("@Ada", 1), (".", None)]
    assert list(pieces("Words were struck here.", [mention])) == [("Words were struck here.", None)]
    assert list(pieces("", [mention])) == [("", None)]
