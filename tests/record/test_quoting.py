"""A quotation is found in the versions that have it as it is quoted, and in no other."""

import pytest

from drafting.record import origins, quoting
from drafting.record.quoting import Quoted
from tests.record.shelf import Shelf

FIRST = (
    "# Lamps\n\nThe path is dark. Two broken benches stand there. Some want dogs on leads.\n\n"
    "| Where | What |\n|---|---|\n| Bridge | ice |\n"
)
SECOND = FIRST.replace("Two broken benches stand there", "Two broken benches stand there, and one in the shade")
THIRD = SECOND.replace("Some want dogs on leads.", "We want low lights with a warm colour.")


class Library:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        for text in (FIRST, SECOND, THIRD):
            shelf.publishes(text)
        origins.carry(shelf.database, shelf.draft("lamps"))

    def asks(self, words: str) -> Quoted:
        with self.shelf.database.read() as session:
            return quoting.look_up(session, self.shelf.draft("lamps"), words)


@pytest.fixture
def library(shelf: Shelf) -> Library:
    return Library(shelf)


@pytest.mark.parametrize(
    ("words", "version", "came"),
    [
        ("The path is dark", 3, 1),
        ("“the PATH is dark.”", 3, 1),
        ("two broken benches", 3, 1),
        ("one in the shade", 3, 2),
        ("some want dogs on leads", 2, 1),
        ("The path is dark. Two broken benches", 3, 1),
        ("one in the shade. Some want dogs", 2, 2),
        ("two broken benches … in the shade", 3, 2),
        ("The path is dark. […] low lights with a warm colour", 3, 3),
        ("The path is dark... warm colour", 3, 3),
        ("Bridge ice", 3, 1),
        ("Lamps. The path is dark.", 3, 1),
    ],
)
def test_it_names_the_newest_version_that_has_it_and_the_one_that_brought_it_in(
    library: Library, words: str, version: int, came: int
):
    found = library.asks(words)
    assert (found.version, found.came, found.lacking) == (version, came, [])
    assert found.passages


@pytest.mark.parametrize(
    "words",
    [
        "The path is dark. Some want dogs on leads.",
        "Some want dogs on leads. The path is dark.",
        "warm colour … The path is dark",
        "Some want dogs on leads. We want low lights with a warm colour.",
    ],
)
def test_sentences_that_never_stood_together_are_not_confirmed(library: Library, words: str):
    found = library.asks(words)
    assert (found.version, found.came, found.lacking) == (0, 0, [])
    assert len(found.passages) >= 2


def test_what_no_version_has_is_named(library: Library):
    found = library.asks("The path is dark. The moon is bright.")
    assert (found.version, found.lacking) == (0, ["The moon is bright."])
    assert library.asks("The moon is bright.").passages == []


def test_what_stands_now_comes_first(library: Library):
    assert [passage.until for passage in library.asks("two broken benches").passages] == [None, 2]


@pytest.mark.parametrize("words", ["", "…", "...", '"', "!?", "\x00", "[...] [...]", "a " * 500, "%_", "A. " * 400])
def test_any_words_get_an_answer(library: Library, words: str):
    assert library.asks(words).version in (0, 1, 2, 3)
