"""The sentences about a text that stand on every page."""

import pytest

from drafting.wording.credits import credits_line
from drafting.wording.standing import KINDS, disclaimer, kind_words, promise_words


@pytest.mark.parametrize(
    ("level", "who", "words"),
    [
        ("consult", "the council", "We listen, the council decides."),
        ("engage", "the council", "We write together, the council decides."),
        ("decide", "the council", "We decide here."),
        ("consult", None, "We listen. Nobody has promised to answer."),
        ("engage", "", "We write together. Nobody has promised to answer."),
        ("decide", None, "We decide here."),
    ],
)
def test_the_promise_says_who_decides_or_that_nobody_promised(level: str, who: str | None, words: str) -> None:
    assert promise_words(level, who) == words


def test_every_kind_is_explained_in_one_sentence() -> None:
    for kind in KINDS:
        name, _, sentence = kind_words(kind).partition(". ")
        assert name and sentence.endswith(".") and sentence.count(".") == 1


@pytest.mark.parametrize(
    ("who", "kind", "words"),
    [
        ("the council", "common", "Written by people at the event. The council has not agreed to it."),
        (
            None,
            "notes",
            "Written by people at the event. No organisation has agreed to it. Nobody has promised to answer.",
        ),
        ("the council", "reflection", "Written by one person. The council has not agreed to it."),
        ("the council", "response", "Written by the organisation, not by the people at the event."),
    ],
)
def test_every_text_says_who_has_not_agreed(who: str | None, kind: str, words: str) -> None:
    assert disclaimer(who, kind) == words


@pytest.mark.parametrize(
    ("named", "others", "line"),
    [
        (["Ada", "Bob"], True, "Ada, Bob and the drafting team"),
        (["Ada", "Bob"], False, "Ada and Bob"),
        (["Ada"], False, "Ada"),
        (["Ada"], True, "Ada and the drafting team"),
        ([], True, "The drafting team"),
        ([], False, "The drafting team"),
    ],
)
def test_credit_names_those_who_chose_it_and_the_team_for_the_rest(named: list[str], others: bool, line: str) -> None:
    assert credits_line(named, others=others, team="the drafting team") == line
