"""The difference as HTML for reading and listening: each change under a heading, what stayed folded away."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from markdown_it.common.utils import escapeHtml

from .graphemes import clip
from .prose import Comparison, Piece
from .sentences import titles

BRIDGED = 2
"""So many unchanged pieces between two changes are shown with them."""
GLIMPSE = 60
CONTAINERS = {"li": "ul", "dt": "dl", "dd": "dl", "tr": "table"}
TAGS = {"heading": "p", "p": "p", "li": "li", "dt": "dt", "dd": "dd", "pre": "pre", "typed": "pre"}
TABLE = '<div class="table" tabindex="0" role="group" aria-label="Table">'
STAYED = {"li": "list item", "tr": "table row"}
Group = tuple[bool, Sequence[Piece]]


def render_comparison(comparison: Comparison, *, level: int = 3) -> str:
    """HTML with an h`level` for each change, whose ids are `change-1`, `change-2` …

    Words that came or went are <ins> and <del>, each beginning with hidden words (class `vh`) that say which.
    """
    groups = list(_groups(comparison.blocks))
    total = sum(changed for changed, _ in groups)
    if not total:
        return "<p>No words changed.</p>\n"
    html, number = [], 0
    for changed, pieces in groups:
        number += changed
        html.append(_change(pieces, number, total, level) if changed else _stayed(pieces))
    return "".join(html)


def _groups(pieces: Sequence[Piece]) -> Iterator[Group]:
    """Changes of one section that are close together, and stretches that stayed, in turn."""
    changes: list[tuple[int, int]] = []
    for at, piece in enumerate(pieces):
        if piece.op == "same":
            continue
        if changes and at - changes[-1][1] <= BRIDGED and _section(pieces[changes[-1][0]]) == _section(piece):
            changes[-1] = (changes[-1][0], at + 1)
        else:
            changes.append((at, at + 1))
    done = 0
    for start, end in [*changes, (len(pieces), len(pieces))]:
        if any(piece.kind != "heading" for piece in pieces[done:start]):
            yield False, pieces[done:start]
        if end > start:
            yield True, pieces[start:end]
        done = end


def _section(piece: Piece) -> str:
    return piece.new_section or piece.old_section


def _change(pieces: Sequence[Piece], number: int, total: int, level: int) -> str:
    first = next(piece for piece in pieces if piece.op != "same")
    where = titles([_section(first)])
    links = [("Previous", number - 1), ("Next", number + 1)]
    ways = [f'<a href="#change-{to}">{word}: change {to}</a>' for word, to in links if 1 <= to <= total]
    return (
        f'<section class="change" id="change-{number}" aria-labelledby="change-{number}-name" tabindex="-1">\n'
        f'<h{level} id="change-{number}-name" dir="auto">Change {number} of {total}: {escapeHtml(where)}</h{level}>\n'
        f"{_shown(pieces)}" + (f'<p class="change-ways">{" ".join(ways)}</p>\n' if ways else "") + "</section>\n"
    )


def _stayed(pieces: Sequence[Piece]) -> str:
    kinds = [piece.kind for piece in pieces if piece.kind != "heading"]
    what = STAYED.get(kinds[0], "paragraph") if len(set(kinds)) == 1 else "paragraph"
    name = f"{len(kinds):,} unchanged {what}{'s' * (len(kinds) > 1)}"
    return f'<details class="unchanged"><summary>{name}</summary>\n{_shown(pieces)}</details>\n'


def _shown(pieces: Sequence[Piece]) -> str:
    return "".join(_contained(*found) for found in groupby(pieces, key=_container))


def _container(piece: Piece) -> str:
    if piece.kind == "li":
        return "ul" if piece.number is None else "ol"
    return CONTAINERS.get(piece.kind, "quote" if "quote" in piece.around else "")


def _contained(container: str, pieces: Iterator[Piece]) -> str:
    inside = "".join(map(_piece, pieces))
    if container == "table":
        return f"{TABLE}<table>\n<tbody>\n{inside}</tbody>\n</table></div>\n"
    tag = {"quote": "blockquote"}.get(container, container)
    return f"<{tag}>\n{inside}</{tag}>\n" if tag else inside


def _piece(piece: Piece) -> str:
    name = "" if piece.op == "same" else f' class="{piece.op.replace(" ", "-")}"'
    place = "" if piece.move is None else f' id="{_place(piece)}"'
    before, after = _moved(piece), f' <span class="note">{escapeHtml(piece.note)}</span>' if piece.note else ""
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


def _moved(piece: Piece) -> str:
    """Where it came from or went to, in words, as a link to the other place."""
    if piece.op == "moved here":
        same = piece.old_section == piece.new_section
        other = "its old place" if same else escapeHtml(titles([piece.old_section]))
        return f'<span class="note">moved here <a href="#away-{piece.move}">from {other}</a>:</span> '
    if piece.op == "moved away":
        return f'<span class="note">moved away <a href="#here-{piece.move}">to its new place</a>:</span> '
    return ""
