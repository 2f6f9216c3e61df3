"""The difference as HTML for reading and listening: each change under a heading, what stayed folded away."""

from collections.abc import Iterator, Sequence

from markdown_it.common.utils import escapeHtml

from .comparison_pieces import shown
from .comparison_sides import sides
from .entries import entry
from .prose import Comparison, Piece
from .sentences import titles

BRIDGED = 2
"""So many unchanged pieces between two changes are shown with them."""
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
    html, number = [_listing([pieces for changed, pieces in groups if changed])], 0
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


def _listing(changes: Sequence[Sequence[Piece]]) -> str:
    """Every change in a line, for whoever would rather not walk through them; nothing if there is but one."""
    if len(changes) < 2:
        return ""
    items = (
        f'<li dir="auto"><a href="#change-{number}">{escapeHtml(titles([_section(pieces[0])]))}: '
        f"{escapeHtml(entry(pieces))}</a></li>\n"
        for number, pieces in enumerate(changes, 1)
    )
    name = "Both changes as a list" if len(changes) == 2 else f"All {len(changes):,} changes as a list"
    return f'<details class="listing"><summary>{name}</summary>\n<ol>\n{"".join(items)}</ol>\n</details>\n'


def _section(piece: Piece) -> str:
    return piece.new_section or piece.old_section


def _change(pieces: Sequence[Piece], number: int, total: int, level: int) -> str:
    first = next(piece for piece in pieces if piece.op != "same")
    where = titles([_section(first)])
    return (
        f'<section class="change" id="change-{number}" aria-labelledby="change-{number}-name" tabindex="-1">\n'
        f'<h{level} id="change-{number}-name" dir="auto">Change {number} of {total}: {escapeHtml(where)}</h{level}>\n'
        f'<div class="together">\n{shown(pieces)}</div>\n{sides(pieces)}{_ways(number, total)}</section>\n'
    )


def _ways(number: int, total: int) -> str:
    links = [("Previous", number - 1), ("Next", number + 1)]
    ways = [f'<a href="#change-{to}">{word}: change {to}</a>' for word, to in links if 1 <= to <= total]
    if number == total > 1:
        ways.append("<span>This was the last change.</span>")
    return f'<p class="change-ways">{" ".join(ways)}</p>\n' if ways else ""


def _stayed(pieces: Sequence[Piece]) -> str:
    kinds = [piece.kind for piece in pieces if piece.kind != "heading"]
    what = STAYED.get(kinds[0], "paragraph") if len(set(kinds)) == 1 else "paragraph"
    name = f"{len(kinds):,} unchanged {what}{'s' * (len(kinds) > 1)}"
    return f'<details class="unchanged"><summary>{name}</summary>\n{shown(pieces)}</details>\n'
