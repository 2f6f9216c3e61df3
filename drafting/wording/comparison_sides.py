"""A change as a table of two columns, before and now, for wide screens; it stands beside the marked text."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from .comparison_pieces import Container, container, shown
from .prose import Piece

CAME = re.compile(r"(?:(?<=</del>) )?<ins>.*?</ins>", re.DOTALL)
WENT = re.compile(r"<del>.*?</del>", re.DOTALL)
PREFIX = "side-"
HEAD = '<thead><tr><th scope="col">Before</th><th scope="col">Now</th></tr></thead>'


def sides(pieces: Sequence[Piece]) -> str:
    """The pieces row by row; the rows of a table of the text stay together."""
    rows = "".join(_row(list(found)) for _, found in groupby(enumerate(pieces), key=_together))
    return f'<table class="sides">\n{HEAD}\n<tbody>\n{rows}</tbody>\n</table>\n'


def _together(place: tuple[int, Piece]) -> tuple[int, Container]:
    at, piece = place
    around = container(piece)
    return (-1 if around == ("table",) else at), around


def _row(found: Sequence[tuple[int, Piece]]) -> str:
    before = shown((_before(piece) for _, piece in found if piece.op != "added"), PREFIX)
    now = shown((_now(piece) for _, piece in found if piece.op not in ("removed", "moved away")), PREFIX)
    return f"<tr><td>{before}</td><td>{now}</td></tr>\n"


def _before(piece: Piece) -> Piece:
    """As it read, without notes: they stand beside what it says now."""
    if piece.op == "moved away":
        return piece
    op = "changed" if piece.op == "moved here" else piece.op
    note = piece.note if piece.op == "removed" else ""
    cells = tuple(CAME.sub("", cell) for cell in piece.cells)
    return replace(piece, op=op, cells=cells, note=note, move=None, number=piece.old_number)


def _now(piece: Piece) -> Piece:
    return replace(piece, cells=tuple(WENT.sub("", cell) for cell in piece.cells))
