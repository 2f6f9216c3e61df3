"""Passages that were found, as pages show them: with their text, their versions, and the words that were asked for."""

from dataclasses import dataclass

import sqlalchemy as sa

from ..drafts.models import Draft
from ..record import history
from ..record.models import Passage, Revision
from ..wording.searching import Question, marked
from .services import reading


@dataclass(frozen=True)
class Shown:
    """`stretches`: the words, each part with whether it was asked for. `came` and `went` are versions; `went` is None
    while it still stands there.
    """

    passage: Passage
    draft: Draft
    stretches: list[tuple[str, bool]]
    came: Revision
    went: Revision | None


def shown(passages: list[Passage], question: Question) -> list[Shown]:
    """In the order given."""
    numbers = {n for passage in passages for n in (passage.since, passage.until) if n is not None}
    drafts = {passage.draft_id for passage in passages}
    rows = sa.select(Revision).where(Revision.draft_id.in_(drafts), Revision.number.in_(numbers))
    versions = {(row.draft_id, row.number): row for row in reading().scalars(rows.options(*history.WITHOUT_TEXT))}
    texts = {draft.id: draft for draft in reading().scalars(sa.select(Draft).where(Draft.id.in_(drafts)))}
    return [
        Shown(
            passage,
            texts[passage.draft_id],
            marked(passage.words, question),
            versions[passage.draft_id, passage.since],
            None if passage.until is None else versions[passage.draft_id, passage.until],
        )
        for passage in passages
    ]
