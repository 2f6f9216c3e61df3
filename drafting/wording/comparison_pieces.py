"""Pieces of a comparison as HTML: what belongs together in one list, table or quotation, each piece with its note."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from markdown_it.common.utils import escapeHtml

from .blocks import LISTS
from .graphemes import clip
from .prose import Piece
from .sentences import titles

GLIMPSE = 60
TAGS = {"heading": "p", "p": "p", "li": "li", "dt": "dt", "dd": "dd", "pre": "pre", "typed": "pre"}
TABLE = '<div class="table" tabindex="0" role="group" aria-label="Table">'
Container = tuple[str, ...]
"""Tags, outermost first; empty for what stands by itself."""


def shown(pieces: Iterable[Piece], prefix: str = "") -> str:
    """Pieces in their order; `prefix` begins the ids of the places between which something moved."""
    return "".join(_contained(*found, prefix) for found in groupby(pieces, key=container))


def container(piece: Piece) -> Container:
    """What it stands in: a list may stand in another."""
    if piece.kind == "li":
        outer = [name for name in piece.around if name in LISTS][:-1]
        return (*outer, "ul" if piece.number is None else "ol")
    if piece.kind in ("dt", "dd"):
        return ("dl",)
    if piece.kind == "tr":
        return ("table",)
    return ("blockquote",) if "quote" in piece.around else ()


def _contained(around: Container, pieces: Iterator[Piece], prefix: str) -> str:
    inside = "".join(_piece(piece, prefix) for piece in pieces)
    if around == ("table",):
        return f"{TABLE}<table>\n<tbody>\n{inside}</tbody>\n</table></div>\n"
    if not around:
        return inside
    above = [(f'<{tag} class="above">\n<li>', f"</li>\n</{tag}>\n") for tag in around[:-1]]
    opened, closed = "".join(start for start, _ in above), "".join(end for _, end in reversed(above))
    return f"{opened}<{around[-1]}>\n{inside}</{around[-1]}>\n{closed}"


def _piece(piece: Piece, prefix: str) -> str:
    name = "" if piece.op == "same" else f' class="{piece.op.replace(" ", "-")}"'
    place = "" if piece.move is None else f' id="{prefix}{_place(piece)}"'
    before = "" if piece.move is None else _moved(piece, prefix)
    after = f' <span class="note" dir="ltr">{escapeHtml(piece.note)}</span>' if piece.note else ""
    cells = list(piece.cells) or [""]
    if piece.op == "moved away":
        cells = [escapeHtml(clip(piece.old_words, GLIMPSE))]
    if piece.kind == "tr":
        inside = "".join(f'<td dir="auto">{cell}</td>' for cell in [before + cells[0], *cells[1:]])
        note = f"<td>{after}</td>" if after else ""
        return f"<tr{name}{place}>{inside}{note}</tr>\n"
    if piece.kind == "heading":
        name = f' class="heading{" " + piece.op.replace(" ", "-") if name else ""}"'
    tag = TAGS[piece.kind]
    value = "" if piece.number is None else f' value="{piece.number}"'
    return f'<{tag}{name}{place}{value} dir="auto">{before}{cells[0]}{after}</{tag}>\n'


def _place(piece: Piece) -> str:
    return f"{'here' if piece.op == 'moved here' else 'away'}-{piece.move}"


def _moved(piece: Piece, prefix: str) -> str:
    """Where it came from or went to, in words, as a link to the other place."""
    if piece.op == "moved here":
        same = piece.old_section == piece.new_section
        other = "its old place" if same else escapeHtml(titles([piece.old_section]))
        return f'<span class="note" dir="ltr">moved here <a href="#{prefix}away-{piece.move}">from {other}</a>:</span> '
    return f'<span class="note" dir="ltr">moved away <a href="#{prefix}here-{piece.move}">to its new place</a>:</span> '
