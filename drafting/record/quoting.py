"""A quotation and a text: whether any version has it as it was quoted, and which brought its sentences in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..wording.searching import Question, quoted
from ..wording.summary import sentences
from . import history, index, origins
from .models import Passage, Revision

SENTENCES = 8
"""Of a quotation that are looked up."""
PASSAGES = 50
VERSIONS = 12
"""In which it is looked whether sentences stand together, the newest first."""
LEFT_OUT = re.compile(r"\[\s*(?:…|\.{3})\s*\]|…|\.{3}")


@dataclass(frozen=True)
class Part:
    """A sentence of a quotation, or a piece of one; `follows` the one before it with nothing left out between."""

    words: str
    follows: bool


@dataclass(frozen=True)
class Quoted:
    """`version` is the newest that has all of it as it was quoted, `came` the one that brought that in; 0 if none has.

    `passages` hold parts of it, those that stand now first; `lacking` are parts that no version has.
    """

    passages: list[Passage]
    version: int
    came: int
    lacking: list[str]
    question: Question
    """By which its words are found in the passages."""


def look_up(session: Session, draft_id: int, words: str) -> Quoted:
    """Where a quotation is from. Quotation marks, capitals and layout do not matter; `…` stands for words left out."""
    parts = _parts(" ".join(words.split()))
    found = [_holding(session, draft_id, part) for part in parts]
    lacking = [part.words for part, passages in zip(parts, found, strict=True) if not passages]
    every = {passage.id: passage for passages in found for passage in passages}
    version = 0 if lacking or not parts else _together(session, draft_id, parts, found)
    return Quoted(
        sorted(every.values(), key=lambda passage: (passage.until is not None, passage.id)),
        version,
        max((_since(passages, version) for passages in found), default=0) if version else 0,
        lacking,
        Question(tuple(term for part in parts for term in quoted(part.words).terms)),
    )


def _parts(words: str) -> list[Part]:
    parts = list[Part]()
    for piece in LEFT_OUT.split(words):
        some = [sentence for sentence in sentences(piece) if quoted(sentence).terms]
        parts += [Part(sentence, follows=at > 0) for at, sentence in enumerate(some)]
    return parts[:SENTENCES]


def _holding(session: Session, draft_id: int, part: Part) -> list[Passage]:
    """Passages that hold it, standing now or once, oldest first."""
    dialect, question = session.get_bind().dialect.name, quoted(part.words)
    found = list[Passage]()
    for now in (True, False):
        having = index.having(question, dialect, now=now).where(Passage.draft_id == draft_id)
        found += session.scalars(having.order_by(index.number(dialect, now=now)).limit(PASSAGES))
    return sorted(found, key=lambda passage: passage.id)


def _together(session: Session, draft_id: int, parts: Sequence[Part], found: Sequence[list[Passage]]) -> int:
    """The newest version in which the parts stand in their order, those that follow each other side by side."""
    ends = {passage.until for passages in found for passage in passages}
    for number in sorted({_last_before(session, draft_id, end) for end in ends}, reverse=True)[:VERSIONS]:
        ids = _ids(session, draft_id, number)
        places = [[at for at, one in enumerate(ids) if one in {p.id for p in passages}] for passages in found]
        if _in_order(parts, places):
            return number
    return 0


def _in_order(parts: Sequence[Part], places: Sequence[list[int]]) -> bool:
    reached = places[0]
    for part, there in zip(parts[1:], places[1:], strict=True):
        if part.follows:  # in one passage, as cells of a row, or in the next
            reached = [at for at in there if at in reached or at - 1 in reached]
        else:
            reached = [at for at in there if reached and at >= min(reached)]
    return bool(reached)


def _last_before(session: Session, draft_id: int, end: int | None) -> int:
    """Number of the newest public version, or of the newest under `end`."""
    return next((row.number for row in history.page_of(session, draft_id, before=end, limit=1)), 0)


def _ids(session: Session, draft_id: int, number: int) -> list[int]:
    revision_id = session.scalar(sa.select(Revision.id).where(Revision.draft_id == draft_id, Revision.number == number))
    return [] if revision_id is None else origins.ids_of(origins.places_of(session, revision_id) or [])


def _since(passages: Sequence[Passage], version: int) -> int:
    """Since which version, without a gap up to this one, some passage has the words."""
    came = version + 1
    for passage in sorted(passages, key=lambda passage: -passage.since):
        if passage.since < came and (passage.until is None or passage.until >= came):
            came = passage.since
    return came
