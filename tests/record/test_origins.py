"""Each passage of a published text names the version that brought it in."""

import contextlib
import itertools
import os
import signal
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.db import Database, prepare
from drafting.record import index, origins
from drafting.record.models import Lineage, Passage, Revision
from tests.record.shelf import Shelf

LAMPS = "# Lamps\n\nThe path is dark. People fall in winter.\n"


class Reader:
    """Reads where passages come from."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def origin(self, draft: str = "lamps", number: int | None = None) -> list[tuple[str, int, int]]:
        """Words, the version they are of, and the one that brought them in, of each passage in reading order."""
        with self._shelf.database.read() as session:
            laid = sa.select(Lineage.places).join(Revision, Revision.id == Lineage.revision_id)
            laid = laid.where(Revision.draft_slug == draft).order_by(Revision.number.desc())
            chosen = laid if number is None else laid.where(Revision.number == number)
            ids = origins.ids_of(session.scalars(chosen).first() or [])
            passages = [session.get_one(Passage, each) for each in ids]
            return [(passage.words, passage.since, passage.first) for passage in passages]

    def until(self, words: str) -> list[tuple[int, int | None]]:
        with self._shelf.database.read() as session:
            found = session.scalars(sa.select(Passage).where(Passage.words == words).order_by(Passage.id))
            return [(passage.since, passage.until) for passage in found]


@pytest.fixture
def reader(shelf: Shelf) -> Reader:
    return Reader(shelf)


def publish(shelf: Shelf, *texts: str, draft: str = "lamps") -> None:
    for text in texts:
        shelf.publishes(text, draft=draft)
    origins.carry(shelf.database, shelf.draft(draft))


def test_the_first_version_brings_everything_in(shelf: Shelf, reader: Reader):
    publish(shelf, LAMPS)
    assert reader.origin() == [("Lamps", 1, 1), ("The path is dark.", 1, 1), ("People fall in winter.", 1, 1)]


def test_what_stays_keeps_its_origin_and_what_comes_has_its_own(shelf: Shelf, reader: Reader):
    publish(shelf, LAMPS, LAMPS + "\nWe want warm light.\n", LAMPS + "\nWe want warm light. By autumn.\n")
    assert [(since, first) for _, since, first in reader.origin()] == [(1, 1), (1, 1), (1, 1), (2, 2), (3, 3)]


def test_what_is_reworded_names_both_versions(shelf: Shelf, reader: Reader):
    publish(shelf, LAMPS, LAMPS.replace("People fall in winter", "Many people fall there in winter"))
    assert reader.origin()[-1] == ("Many people fall there in winter.", 2, 1)
    assert reader.until("People fall in winter.") == [(1, 2)]


def test_what_moves_or_is_only_marked_up_keeps_its_origin(shelf: Shelf, reader: Reader):
    publish(shelf, LAMPS, "People **fall** in winter.\n\n- The path is [dark](https://example.org).\n\n# Lamps\n")
    assert [since for _, since, _ in reader.origin()] == [1, 1, 1]


def test_a_paragraph_that_is_split_in_the_middle_of_a_sentence_came_with_the_first_version(
    shelf: Shelf, reader: Reader
):
    publish(
        shelf,
        "We want lamps along the whole path and benches of oak under the trees.\n",
        "We want lamps along the whole path.\n\nBenches of oak under the trees.\n",
    )
    assert [(since, first) for _, since, first in reader.origin()] == [(2, 1), (2, 1)]


def test_what_went_and_comes_back_has_come_twice(shelf: Shelf, reader: Reader):
    publish(shelf, LAMPS, "# Lamps\n", LAMPS)
    assert reader.until("The path is dark.") == [(1, 2), (3, None)]


def test_the_same_words_twice_are_two_passages(shelf: Shelf, reader: Reader):
    publish(shelf, "Yes.\n", "Yes.\n\nYes.\n")
    assert [since for _, since, _ in reader.origin()] == [1, 2]


def test_texts_of_one_event_are_apart(shelf: Shelf, reader: Reader):
    publish(shelf, "Oak.\n", draft="benches")
    publish(shelf, "Other.\n", "Oak.\n")
    assert reader.origin("lamps") == [("Oak.", 2, 2)]


def test_a_version_that_was_held_back_brings_nothing_in(shelf: Shelf, reader: Reader):
    publish(shelf, "One.\n")
    shelf.accepts("Harm.\n", held=shelf.rows()[0].accepted)
    publish(shelf, "One.\n\nHarm.\n")
    assert reader.origin() == [("One.", 1, 1), ("Harm.", 3, 3)]


def test_carrying_again_changes_nothing_and_goes_on_from_where_it_was(shelf: Shelf, reader: Reader):
    publish(shelf, LAMPS)
    before = reader.origin()
    publish(shelf)
    assert reader.origin() == before
    publish(shelf, "Something else.\n", "And another.\n")
    assert reader.origin(number=1) == before
    assert reader.origin(number=2) == [("Something else.", 2, 2)]
    assert reader.origin() == [("And another.", 3, 3)]


@pytest.mark.parametrize("text", ["", "\n\n", "\x00\ud7ff\u202e", "[" * 3000, "| a |\n|---|\n" * 50, "a. " * 5000])
def test_any_text_has_a_lineage(shelf: Shelf, reader: Reader, text: str):
    publish(shelf, LAMPS, text.replace("\x00", ""), LAMPS)
    assert reader.origin(number=3)[0][0] == "Lamps"


def test_killed_at_any_statement_and_run_again_it_is_as_if_nothing_had_happened(
    sqlite_shelf: Shelf, tmp_path: Path
) -> None:
    """Each time another process dies, in a copy of the database, at its n-th statement that changes something."""
    for text in (LAMPS, LAMPS + "\nWe want warm light.\n", "People fall there in winter.\n\nWe want warm light.\n"):
        sqlite_shelf.publishes(text)
    draft, killed = sqlite_shelf.draft("lamps"), 0
    undisturbed = copy_of(sqlite_shelf.database, tmp_path / "undisturbed.db")
    origins.carry(undisturbed, draft)
    wanted = laid_down(undisturbed)
    undisturbed.close()
    while True:
        database = copy_of(sqlite_shelf.database, tmp_path / f"{killed}.db")
        pid = os.fork()
        if pid == 0:
            with contextlib.suppress(BaseException):
                die_at(database, killed + 1)
                origins.carry(database, draft)
                os._exit(0)
            os._exit(1)
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        origins.carry(database, draft)
        rows = laid_down(database)
        database.close()
        assert rows == wanted
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        killed += 1
    assert killed > 6


def copy_of(database: Database, file: Path) -> Database:
    with contextlib.closing(sqlite3.connect(database.engine.url.database)) as plain:
        plain.execute("VACUUM INTO ?", [str(file)])
    return Database(prepare(sa.create_engine(f"sqlite:///{file}")))


def die_at(database: Database, statement: int) -> None:
    left = itertools.count(1 - statement)

    @sa.event.listens_for(database.engine, "before_cursor_execute")
    def look(_connection: object, _cursor: object, said: str, *_: object) -> None:
        if said.startswith(("INSERT", "UPDATE", "DELETE")) and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def laid_down(database: Database) -> list[list[tuple[object, ...]]]:
    """Every row there is of passages, of where they stand, and of what is found by one of their words."""
    with database.read() as session:
        rows = [session.execute(sa.select(table)).all() for table in (Passage.__table__, Lineage.__table__)]
        found = [session.execute(sa.text(f"SELECT rowid FROM {name} WHERE {name} MATCH 'winter'")).all()
                 for name in (index.NOW, index.ONCE)]  # fmt: skip
        return [[tuple(row) for row in each] for each in (*rows, *found)]
