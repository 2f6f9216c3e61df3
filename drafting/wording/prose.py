"""What changed between two texts, as a reader of the page would say it: piece by piece, word by word inside."""

from dataclasses import dataclass
from typing import Literal

from . import marking, notes, sanitiser
from .beneath import Look, Strike, Turn
from .blocks import Block, blocks
from .columns import Columns, columns
from .marking import Marked
from .pairing import pair
from .places import in_reading_order
from .regrouping import Regrouping, regroup
from .sections import Both, Outline, Place, Section
from .words import Phrase

Op = Literal["same", "changed", "added", "removed", "moved here", "moved away"]

WHOLE = (1, 1)


@dataclass(frozen=True)
class Piece:
    """One block of the comparison.

    `kind` and `around` are those of `Block`. `cells` is safe HTML with <ins> and <del>, of a row one per
    cell, else one. `old_section`, `new_section` are headings as they read now, empty where there is none.
    `move` joins the two places of what moved. `turns`, `strikes` and `looks` (pictures) are also told in `note`.
    `number` is that of an item of a numbered list, `old_number` what it was; `relisted` says, once in each
    list, that it is of another kind now. `old_kind` is what it was, if it was there. `part` is which part,
    and of how many, of what was split; `joined` of how many it was made. `deeper` is by how
    many levels of lists an item stands deeper now.
    """

    kind: str
    around: tuple[str, ...]
    op: Op
    cells: tuple[str, ...]
    old_section: str
    new_section: str
    old_words: str = ""
    new_words: str = ""
    words_added: int = 0
    words_removed: int = 0
    note: str = ""
    move: int | None = None
    turns: tuple[Turn, ...] = ()
    strikes: tuple[Strike, ...] = ()
    looks: tuple[Look, ...] = ()
    number: int | None = None
    old_number: int | None = None
    relisted: str = ""
    old_kind: str = ""
    part: tuple[int, int] = WHOLE
    joined: int = 1
    deeper: int = 0

    @property
    def renumbered(self) -> bool:
        return None not in (self.number, self.old_number) and self.number != self.old_number

    @property
    def html(self) -> str:
        return " ".join(self.cells)


@dataclass(frozen=True)
class Comparison:
    """All pieces in the order of the new text, removed ones where they were. `identical`: not a character differs."""

    blocks: tuple[Piece, ...]
    sections: tuple[Section, ...]
    words_added: int
    words_removed: int
    identical: bool


def compare(old: str, new: str) -> Comparison:
    """What changed from the old Markdown to the new. Takes any two strings; the time is bounded by their length."""
    old_blocks, new_blocks = blocks(old), blocks(new)
    found = regroup(old_blocks, new_blocks, pair(old_blocks, new_blocks))
    both = Both(found.old, new_blocks)
    outline = Outline.of(both.old, both.new, found.partners)
    context = _Context(found, both, outline, columns(both.old, both.new, found.partners), _first_relisted(found, both))
    places = in_reading_order(found, both)
    pieces = tuple(_piece(place, context) for place in places)
    counts = [(piece.words_added, piece.words_removed, len(piece.turns) + len(piece.looks)) for piece in pieces]
    return Comparison(
        pieces,
        tuple(outline.sections(places, counts, both)),
        sum(added for added, _, _ in counts),
        sum(removed for _, removed, _ in counts),
        old == new,
    )


@dataclass(frozen=True)
class _Context:
    """What is known of both texts before the first piece is made."""

    found: Regrouping
    both: Both
    outline: Outline
    columns: dict[tuple[int, int], Columns]
    firsts: frozenset[int]


def _first_relisted(found: Regrouping, both: Both) -> frozenset[int]:
    """New positions of the items at which it is told that a list is of another kind now: the first in each."""
    firsts: dict[int, int] = {}
    for j, i in sorted((found.same | found.changed).items()):
        if notes.relisted(both.old[i], both.new[j]):
            firsts.setdefault(both.new[j].in_list, j)
    return frozenset(firsts.values())


def _piece(place: Place, context: _Context) -> Piece:
    old, new = context.both.at(place)
    block = new or old
    assert block is not None
    op = _op(place, context)
    if op == "same":
        return _stayed(old, block, context)
    away = op == "moved away"
    marked = [Marked(html) for html in block.shown] if away else _marked(op, old, new, context)
    turns, strikes = ((), ()) if away else notes.beneath_the_words(old, new)
    looks = () if away else notes.pictures(old, new)
    j = -1 if place[1] is None else place[1]
    relisted = notes.relisted_to(block) if j in context.firsts else ""
    part, joins = context.found.part.get(j, WHOLE), context.found.joins.get(j, 1)
    more = [relisted and f"This list {relisted}.", notes.regrouped(old, part, joins)]
    return Piece(
        block.kind,
        block.around,
        op,
        tuple(sanitiser.clean_marked(cell.html) for cell in marked),
        context.outline.title(old.section) if old else "",
        context.outline.new_titles.get(new.section, "") if new else "",
        old.text if old else "",
        new.text if new else "",
        sum(cell.added for cell in marked),
        sum(cell.removed for cell in marked),
        notes.note(old, new, marked, turns, strikes, looks, more),
        place[0] if op.startswith("moved") else None,
        turns,
        strikes,
        looks,
        block.number,
        old.number if old else None,
        relisted,
        old.kind if old else "",
        part,
        joins,
        notes.deeper(old, new) if not away else 0,
    )


def _stayed(old: Block | None, new: Block, context: _Context) -> Piece:
    assert old is not None
    return Piece(
        new.kind,
        new.around,
        "same",
        tuple(map(sanitiser.clean_marked, new.shown)),
        context.outline.title(old.section),
        context.outline.new_titles.get(new.section, ""),
        old.text,
        new.text,
        number=new.number,
        old_number=old.number,
        old_kind=old.kind,
    )


def _op(place: Place, context: _Context) -> Op:
    i, j = place
    if j is None:
        return "moved away" if i in context.found.left_their_place else "removed"
    if j in context.found.moved:
        return "moved here"
    old, new = context.both.at(place)
    if old is None or new is None:
        return "added"
    return "same" if j in context.found.same and not notes.relisted(old, new) else "changed"


def _marked(op: Op, old: Block | None, new: Block | None, context: _Context) -> list[Marked]:
    """HTML of each cell; of anything but a row there is one."""
    if new is None:
        return [marking.all_gone(phrase) for phrase in (old.coarse_phrases if old else ())]
    if old is None:
        return [marking.all_new(phrase) for phrase in new.coarse_phrases]
    if op == "same" or old.key == new.key:
        return [Marked(html) for html in new.shown]
    if old.kind != "tr":
        return [marking.difference(old.phrases[0], new.phrases[0])]
    return [
        _cell(None if i is None else old.phrases[i], None if j is None else new.phrases[j])
        for i, j in context.columns[old.table, new.table]
    ]


def _cell(gone: Phrase | None, come: Phrase | None) -> Marked:
    if come is None:
        return marking.all_gone(gone or Phrase(()))
    return marking.all_new(come) if gone is None else marking.difference(gone, come)
