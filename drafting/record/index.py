"""The index by which passages are searched: SQLite's FTS5, PostgreSQL's text search. Words are folded before."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ..wording.searching import Question
from .models import Passage

NAME = "passage_index"
"""What begins like this belongs to the index; no model names it."""
NOW, ONCE = f"{NAME}_now", f"{NAME}_once"
"""Two, so that a search in the texts as they stand never meets what a long history has of the same words."""
TABLES = {now: sa.table(name, sa.column("rowid", sa.Integer)) for now, name in ((True, NOW), (False, ONCE))}
# `ascii` parts words at spaces only, which is how they come
_LAID = "content='passage', content_rowid='id', tokenize='ascii'"
_MOVED = "UPDATE OF until ON passage WHEN"
_VECTOR = "gin (array_to_tsvector(string_to_array(folded, ' ')))"


def _put(name: str) -> str:
    return f"INSERT INTO {name}(rowid, folded) VALUES (new.id, new.folded);"


def _out(name: str) -> str:
    return f"INSERT INTO {name}({name}, rowid, folded) VALUES ('delete', old.id, old.folded);"


def _trigger(name: str, when: str, act: str) -> str:
    return f"CREATE TRIGGER {NAME}_{name} AFTER {when} BEGIN {act} END"


MAKE = {
    "sqlite": (
        *(f"CREATE VIRTUAL TABLE {name} USING fts5(folded, {_LAID})" for name in (NOW, ONCE)),
        _trigger("put_now", "INSERT ON passage WHEN new.until IS NULL", _put(NOW)),
        _trigger("put_once", "INSERT ON passage WHEN new.until IS NOT NULL", _put(ONCE)),
        _trigger("went", f"{_MOVED} old.until IS NULL AND new.until IS NOT NULL", _out(NOW) + _put(ONCE)),
        _trigger("came_back", f"{_MOVED} old.until IS NOT NULL AND new.until IS NULL", _out(ONCE) + _put(NOW)),
        _trigger("out_now", "DELETE ON passage WHEN old.until IS NULL", _out(NOW)),
        _trigger("out_once", "DELETE ON passage WHEN old.until IS NOT NULL", _out(ONCE)),
    ),
    "postgresql": (
        f"CREATE INDEX {NAME} ON passage USING {_VECTOR}",
        f"CREATE INDEX {NOW} ON passage USING {_VECTOR} WHERE until IS NULL",
    ),
}  # fmt: skip


def make(_table: object, connection: sa.Connection, **_: Any) -> None:
    """Make the index of a table that was just created."""
    for statement in MAKE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


sa.event.listen(Passage.__table__, "after_create", make)


def purge(connection: sa.Connection) -> None:
    """Leave no word in the index that no passage has any more: SQLite's only marks what was deleted."""
    if connection.dialect.name == "sqlite":
        for name in (NOW, ONCE):
            connection.exec_driver_sql(f"INSERT INTO {name}({name}) VALUES ('optimize')")


def having(question: Question, dialect: str, *, now: bool) -> sa.Select[Passage]:
    """Passages that have every term of the question, which must have one: standing in a text now, or once."""
    together = [term for term in question.terms if " " in term]
    in_a_row = [sa.literal(" ").concat(Passage.folded).concat(" ").contains(f" {term} ") for term in together]
    if question.begun and together and together[-1] == question.terms[-1]:
        in_a_row[-1] = sa.literal(" ").concat(Passage.folded).contains(f" {together[-1]}")
    return _indexed(question, dialect, now).where(*in_a_row)


def number(dialect: str, *, now: bool) -> sa.ColumnElement[int]:
    """A passage's id, as the index counts: what is found comes in its order without being sorted."""
    return TABLES[now].c.rowid if dialect == "sqlite" else sa.type_coerce(Passage.id, sa.Integer)


def _indexed(question: Question, dialect: str, now: bool) -> sa.Select[Passage]:
    if dialect == "sqlite":
        found = TABLES[now]
        wanted = " ".join(f'"{word}"' for word in question.words) + "*" * question.begun
        rows = sa.select(Passage).join(found, found.c.rowid == Passage.id)
        return rows.where(sa.literal_column(found.name).op("MATCH")(wanted))
    words = [f"'{word}'" for word in question.words]
    vector = sa.func.array_to_tsvector(sa.func.string_to_array(Passage.folded, " "))
    having_all = vector.op("@@")(sa.cast(" & ".join(words) + ":*" * question.begun, postgresql.TSQUERY))
    return sa.select(Passage).where(having_all, Passage.until.is_(None) if now else Passage.until.is_not(None))
