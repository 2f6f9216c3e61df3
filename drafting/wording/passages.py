"""A text as the passages whose origin is told: its sentences, in the pieces of the page that they stand in."""

from dataclasses import dataclass

from .blocks import Block, blocks
from .summary import sentences
from .words import squeeze

WHOLE = frozenset(("heading", "tr", "pre"))
"""Kinds of blocks that are one passage, however many sentences stand in them."""
BETWEEN_CELLS = " · "


@dataclass(frozen=True)
class Place:
    """A block of the page and the passages in it, by their words as a reader sees them, without marks.

    `kind` is that of `Block`, `level` that of a heading, `number` that of an item of a numbered list.
    """

    kind: str
    level: int
    number: int | None
    passages: tuple[str, ...]


def places(text: str) -> list[Place]:
    """All blocks of a Markdown text that have words, in reading order."""
    found = (Place(block.kind, block.level, block.number, _passages(block)) for block in blocks(text))
    return [place for place in found if place.passages]


def _passages(block: Block) -> tuple[str, ...]:
    if not block.text:
        return ()
    if block.kind in WHOLE:
        return (BETWEEN_CELLS.join(filter(None, map(squeeze, block.texts))),)
    return tuple(sentences(block.text))
