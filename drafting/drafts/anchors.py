"""Which characters of a draft a remark is about, whatever is written around them. Pure.

Words are named by the ids of all their characters, so that they are lost only when every one of them was deleted. A
point, where something is to be put in, is named by its two neighbours.
"""

from dataclasses import dataclass
from typing import Any

from ..errors import Invalid
from . import plain, varints, yupdate
from .layout import Layout, Place
from .past import Past, rebuilt
from .ranges import Range

MOST_RANGES = 2000  # that one remark may name: a page of text that many people typed


@dataclass(frozen=True)
class Anchor:
    """`ids` in the order of the text; of a point they are empty. A neighbour is None at an end of the text."""

    ids: tuple[Range, ...] = ()
    before: Range | None = None
    after: Range | None = None

    def stored(self) -> dict[str, Any]:
        if self.ids:
            return {"ids": [list(span) for span in self.ids]}
        return {"before": _listed(self.before), "after": _listed(self.after)}


def read(stored: object) -> Anchor:
    """What `stored` made, or a page says. Raises Invalid."""
    if isinstance(stored, dict):
        spans = stored.get("ids")
        if isinstance(spans, list) and 0 < len(spans) <= MOST_RANGES and stored.keys() == {"ids"}:
            return Anchor(ids=tuple(map(_span, spans)))
        if stored.keys() == {"before", "after"}:
            before, after = (None if one is None else _span(one) for one in (stored["before"], stored["after"]))
            return Anchor(before=before, after=after)
    raise Invalid("It is not clear which words are meant. Please select them again.", field="anchor")


def _span(found: object) -> Range:
    """One range of ids. Booleans are no numbers here."""
    if isinstance(found, list | tuple) and len(found) == 3 and all(type(number) is int for number in found):
        client, clock, length = found
        if 0 <= client <= varints.GREATEST and 0 <= clock and 1 <= length and clock + length <= yupdate.LAST_CLOCK:
            return client, clock, length
    raise Invalid("It is not clear which words are meant. Please select them again.", field="anchor")


def _listed(span: Range | None) -> list[int] | None:
    return None if span is None else list(span)


def made(layout: Layout, start: int, end: int) -> Anchor:
    """For the characters from `start` to before `end`; for the point between two if they are the same."""
    if start < end:
        return Anchor(ids=tuple(layout.ids(start, end)))
    before = layout.ids(start - 1, start) if start else []
    after = layout.ids(start, start + 1) if start < len(layout.text) else []
    return Anchor(before=before[-1] if before else None, after=after[0] if after else None)


def place(layout: Layout, anchor: Anchor) -> Place | None:
    """Where it is now; None if its words are gone, or never were."""
    if anchor.ids:
        return layout.place(anchor.ids)
    at = layout.point(anchor.before, anchor.after)
    return None if at is None else Place(at, at)


@dataclass(frozen=True)
class Placed:
    """A text, and where each of some anchors is in it."""

    text: str
    places: list[Place | None]


def placed(past: Past, anchors: list[Anchor]) -> Placed:
    layout = Layout(past.document().get_update())
    return Placed(layout.text, [place(layout, anchor) for anchor in anchors])


@dataclass(frozen=True)
class Named:
    """An anchor, and the words that stand there."""

    anchor: Anchor
    words: str


def named(past: Past, found: list[tuple[int, int]]) -> list[Named]:
    """Anchors for some (start, end) of the text."""
    layout = Layout(past.document().get_update())
    return [Named(made(layout, start, end), layout.text[start:end]) for start, end in found]


def replacing(past: Past, anchor: Anchor, seen: str, words: str, client_id: int) -> bytes | None:
    """The update that puts `words` where `anchor` is, by a fresh client; None if nothing would change.

    Raises Moved if other words than `seen` stand there. Only what differs is written, so that other remarks keep their
    words.
    """
    layout = Layout(past.document().get_update())
    where = place(layout, anchor)
    if where is None:
        raise Moved(None)
    there = layout.text[where.start : where.end]
    if there != seen:
        raise Moved(there)
    edits = [(start + where.start, end + where.start, put) for start, end, put in plain.edits(there, words)]
    return plain.written(rebuilt((past.state, *(row.update for row in past.rows)), client_id), edits)


class Moved(Exception):
    """Other words stand there by now; `words` are those, None if nothing is left."""

    def __init__(self, words: str | None) -> None:
        super().__init__(words)
        self.words = words
