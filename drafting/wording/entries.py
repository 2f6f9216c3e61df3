"""What happened at one change, in a line."""

from collections.abc import Sequence

from .counting import noun, number, one, words
from .graphemes import clip
from .prose import Piece
from .sentences import titles
from .standing import capital

SAID = 3
"""So many pieces of a change are told one by one."""
GLIMPSE = 60


def entry(pieces: Sequence[Piece]) -> str:
    """`A paragraph changed: 2 words went, 3 came. A list item is new: “Tea”.`"""
    changed = [piece for piece in pieces if piece.op != "same"]
    told = [f"{capital(_happened(piece)).rstrip('.…')}." for piece in changed[:SAID]]
    if len(changed) > SAID:
        told.append(f"And {number(len(changed) - SAID)} more.")
    return " ".join(told)


def _happened(piece: Piece) -> str:
    what = one(piece.kind)
    match piece.op:
        case "added":
            return f"{what} is new: “{clip(piece.new_words, GLIMPSE)}”"
        case "removed":
            return f"{what} was removed: “{clip(piece.old_words, GLIMPSE)}”"
        case "moved away":
            return f"{what} moved away: “{clip(piece.old_words, GLIMPSE)}”"
        case "moved here":
            return f"{what} moved here from {titles([piece.old_section])}{_counted(piece, ', and changed: ')}"
    if piece.part[1] > 1:
        whole = one(piece.old_kind)
        return f"part {piece.part[0]} of {piece.part[1]} of what was {whole}{_counted(piece, ', which changed: ')}"
    if piece.joined > 1:
        which = f"{number(piece.joined)} {noun(piece.old_kind, piece.joined)} became {what}"
        return which + _counted(piece, ", which changed: ")
    return f"{what} changed{_counted(piece, ': ') or _noted(piece)}"


def _counted(piece: Piece, before: str) -> str:
    went, came = piece.words_removed, piece.words_added
    if went and came:
        return f"{before}{words(went)} went, {came:,} came"
    return f"{before}{words(went)} went" if went else f"{before}{words(came)} came" if came else ""


def _noted(piece: Piece) -> str:
    return f": {piece.note}" if piece.note else ""
