"""What changed between two texts, as a reader of the page would say it: piece by piece, word by word inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from . import marking, notes, sanitiser
from .align import runs
from .beneath import Look, Strike, Turn
from .blocks import Block, blocks
from .marking import Marked
from .pairing import Pairing, pair
from .sections import Both, Outline, Place, Section
from .words import Phrase

Op = Literal["same", "changed", "added", "removed", "moved here", "moved away"]


@dataclass(frozen=True)
class Piece:
    """One block of the comparison.

    `kind` and `around` are those of `Block`. `cells` is safe HTML with <ins> and <del>, of a row one per
    cell, else one. `old_section`, `new_section` are headings as they read now, empty where there is none.
    `move` joins the two places of what moved. `turns`, `strikes` and `looks` (pictures) are also told in `note`.
    `number` is that of an item of a numbered list, `renumbered` whether it was another; `relisted` says, once in each
    list, that it is of another kind now.
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
    renumbered: bool = False
    relisted: str = ""

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
    words_kept: int
    identical: bool


def compare(old: str, new: str) -> Comparison:
    """What changed from the old Markdown to the new. Takes any two strings; the time is bounded by their length."""
    both = Both(blocks(old), blocks(new))
    found = pair(both.old, both.new)
    outline = Outline.of(both.old, both.new, found.partners)
    places = _places(found, both)
    firsts = _first_relisted(found, both)
    pieces = tuple(_piece(place, found, both, outline, firsts) for place in places)
    counts = [(piece.words_added, piece.words_removed, len(piece.turns) + len(piece.looks)) for piece in pieces]
    return Comparison(
        pieces,
        tuple(outline.sections(places, counts, both)),
        sum(added for added, _, _ in counts),
        sum(removed for _, removed, _ in counts),
        sum(phrase.spoken for j in found.partners for phrase in both.new[j].phrases) - _came_within(pieces),
        old == new,
    )


def _came_within(pieces: Sequence[Piece]) -> int:
    return sum(piece.words_added for piece in pieces if piece.op != "added")


def _places(found: Pairing, both: Both) -> list[Place]:
    """In reading order."""
    stays = found.same | found.changed
    staying = set(stays.values())
    places: list[Place] = []
    come: list[int] = []
    at = 0
    for j in [*range(len(both.new)), None]:
        if j is not None and j not in stays:
            come.append(j)
            continue
        until = len(both.old) if j is None else stays[j]
        places += _gap([i for i in range(at, until) if i not in staying], come, found, both)
        if j is not None:
            places.append((until, j))
        come, at = [], until + 1
    return places


def _gap(left: list[int], come: list[int], found: Pairing, both: Both) -> list[Place]:
    """What left stands before what came, but the end of one section before sections that went or are new."""
    rest_left = next((at for at, i in enumerate(left) if both.old[i].kind == "heading"), len(left))
    rest_come = next((at for at, j in enumerate(come) if both.new[j].kind == "heading"), len(come))
    gone: list[Place] = [(i, None) for i in left]
    new: list[Place] = [(found.moved.get(j), j) for j in come]
    return gone[:rest_left] + new[:rest_come] + gone[rest_left:] + new[rest_come:]


def _first_relisted(found: Pairing, both: Both) -> frozenset[int]:
    """New positions of the items at which it is told that a list is of another kind now: the first in each."""
    firsts: dict[int, int] = {}
    for j, i in sorted((found.same | found.changed).items()):
        if notes.relisted(both.old[i], both.new[j]):
            firsts.setdefault(both.new[j].in_list, j)
    return frozenset(firsts.values())


def _piece(place: Place, found: Pairing, both: Both, outline: Outline, firsts: frozenset[int]) -> Piece:
    i, j = place
    old = both.old[i] if i is not None else None
    new = both.new[j] if j is not None else None
    op = _op(place, found, both)
    if op == "moved away":
        assert old is not None
        marked = [Marked(marking.unmarked(phrase)) for phrase in old.phrases]
    else:
        marked = _marked(op, old, new)
    block = new or old
    assert block is not None
    turns, strikes = ((), ()) if op == "moved away" else notes.beneath_the_words(old, new)
    looks = () if op == "moved away" else notes.pictures(old, new)
    relisted = notes.RELISTED["ul" if block.number is None else "ol"] if j in firsts else ""
    return Piece(
        block.kind,
        block.around,
        op,
        tuple(sanitiser.clean(cell.html) for cell in marked),
        outline.title(old.section) if old else "",
        outline.new_titles.get(new.section, "") if new else "",
        old.text if old else "",
        new.text if new else "",
        sum(cell.added for cell in marked),
        sum(cell.removed for cell in marked),
        notes.note(old, new, marked, turns, strikes, looks, relisted),
        i if op.startswith("moved") else None,
        turns,
        strikes,
        looks,
        block.number,
        bool(old and new and None not in (old.number, new.number) and old.number != new.number),
        relisted,
    )


def _op(place: Place, found: Pairing, both: Both) -> Op:
    i, j = place
    if j is None:
        return "moved away" if i in found.moved.values() else "removed"
    if j in found.moved:
        return "moved here"
    if i is None:
        return "added"
    return "same" if j in found.same and not notes.relisted(both.old[i], both.new[j]) else "changed"


def _marked(op: Op, old: Block | None, new: Block | None) -> list[Marked]:
    """HTML of each cell; of anything but a row there is one."""
    if new is None:
        return [marking.all_gone(phrase) for phrase in (old.phrases if old else ())]
    if old is None:
        return [marking.all_new(phrase) for phrase in new.phrases]
    if op == "same" or old.key == new.key:
        return [Marked(marking.unmarked(phrase)) for phrase in new.phrases]
    if len(old.phrases) == len(new.phrases):
        return [marking.difference(*cells) for cells in zip(old.phrases, new.phrases, strict=True)]
    return _cells(old.phrases, new.phrases)


def _cells(old: Sequence[Phrase], new: Sequence[Phrase]) -> list[Marked]:
    """Cells of a row in a table that got or lost columns."""
    found: list[Marked] = []
    for run in runs([_keys(cell) for cell in old], [_keys(cell) for cell in new]):
        pairs = zip_longest(old[run.old_from : run.old_to], new[run.new_from : run.new_to], fillvalue=None)
        found += [_cell(gone, come) for gone, come in pairs]
    return found


def _cell(gone: Phrase | None, come: Phrase | None) -> Marked:
    if come is None:
        return marking.all_gone(gone or Phrase(()))
    return marking.all_new(come) if gone is None else marking.difference(gone, come)


def _keys(cell: Phrase) -> tuple[str, ...]:
    return tuple(word.key for word in cell.words)
