"""What changed between two texts, for a page: in sentences, and as stretches of the text with what came and went.

Worked out in the pool; drawn by the macro `difference`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ..wording import markdown, prose, sentences
from ..wording.prose import Comparison, Piece
from .services import services

CONTEXT = 1
"""Unchanged pieces that are shown on each side of a change."""
FOLDED_FROM = 3
SHAPES = {"li": "list", "tr": "table"}


@dataclass(frozen=True)
class Stretch:
    """Pieces one after another, in groups of one shape (list, table, plain). Unchanged ones are folded away."""

    folded: bool
    groups: list[tuple[str, list[Piece]]]
    count: int


@dataclass(frozen=True)
class Changes:
    words: list[str]
    stretches: list[Stretch]


def between(old: str, new: str) -> Changes:
    """From the old Markdown to the new."""
    compared, words = services().pool.run(_work_out, old, new)
    return Changes(words, list(stretches(compared.blocks)))


def laid_out(text: str) -> Markup:
    """A whole Markdown text as safe HTML."""
    return Markup(services().pool.run(markdown.render, text))


def _work_out(old: str, new: str) -> tuple[Comparison, list[str]]:
    compared = prose.compare(old, new)
    return compared, sentences.in_words(compared)


def stretches(pieces: Sequence[Piece]) -> Iterator[Stretch]:
    """Changes with a little around them, and between them what stayed, to be unfolded."""
    changed = [at for at, piece in enumerate(pieces) if piece.op != "same"]
    near = {at + step for at in changed for step in range(-CONTEXT, CONTEXT + 1)}
    for shown, run in groupby(range(len(pieces)), key=near.__contains__):
        found = [pieces[at] for at in run]
        groups = [(shape, list(group)) for shape, group in groupby(found, key=lambda p: SHAPES.get(p.kind, "plain"))]
        yield Stretch(not shown and len(found) >= FOLDED_FROM, groups, len(found))
