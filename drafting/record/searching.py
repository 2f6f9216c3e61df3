"""Finding passages: what an event's texts say and said."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..wording.searching import Question
from . import index
from .models import Passage

PAGE = 50
TEXTS = 20


@dataclass(frozen=True)
class Found:
    """Passages, those that came last first; `more`: there are others."""

    passages: list[Passage]
    more: bool


@dataclass(frozen=True)
class Shelf:
    """Where to search: an event's texts, but for the drafts with ids in `without`."""

    event_id: int
    without: Sequence[int] = ()


def current(session: Session, shelf: Shelf, question: Question, *, before: int | None = None) -> Found:
    """Passages that stand in the texts now and have everything that is asked for."""
    return _newest_first(session, shelf, question, before, now=True)


def past(session: Session, shelf: Shelf, question: Question, *, before: int | None = None) -> Found:
    """Passages that stood in them once."""
    return _newest_first(session, shelf, question, before, now=False)


def spread(session: Session, shelf: Shelf, question: Question) -> list[Passage]:
    """Texts that have all that is asked for, though no single passage has: a passage of each for every term."""
    texts: dict[int, list[Passage]] = {}
    for number, term in enumerate(question.terms):
        begun = question.begun and number == len(question.terms) - 1
        having = _within(session, shelf, Question((term,), begun), now=True)
        first = having.with_only_columns(sa.func.min(Passage.id)).group_by(Passage.draft_id).scalar_subquery()
        found = {p.draft_id: p for p in session.scalars(sa.select(Passage).where(Passage.id.in_(first)))}
        texts = {d: [*texts.get(d, []), p] for d, p in found.items() if number == 0 or d in texts}
    return [passage for passages in list(texts.values())[:TEXTS] for passage in dict.fromkeys(passages)]


def _within(session: Session, shelf: Shelf, question: Question, *, now: bool) -> sa.Select[Passage]:
    having = index.having(question, session.get_bind().dialect.name, now=now)
    there = having.where(Passage.event_id == shelf.event_id)
    return there.where(Passage.draft_id.not_in(shelf.without)) if shelf.without else there


def _newest_first(session: Session, shelf: Shelf, question: Question, before: int | None, *, now: bool) -> Found:
    having, number = _within(session, shelf, question, now=now), index.number(session.get_bind().dialect.name, now=now)
    if before is not None:
        having = having.where(number < before)
    passages = list(session.scalars(having.order_by(number.desc()).limit(PAGE + 1)))
    return Found(passages[:PAGE], len(passages) > PAGE)
