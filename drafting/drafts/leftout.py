"""What somebody typed into a plain form that still held words which were struck since: those do not come back. Pure.

Nobody knows the words any more, but the text as it was seen shows where they stood: a filler for each of their units.
"""

import re
from collections.abc import Sequence

from pycrdt import Text

from . import plain
from .past import ROOT, Past, rebuilt
from .plain import Edit
from .ranges import Range
from .striking import FILLER, filled

RUN = re.compile(f"{FILLER}+")
CONTEXTS = (80, 30, 10)  # characters on each side; few are enough where somebody wrote not far from the words


def merge(
    past: Past, seen_seq: int, new_text: str, client_id: int, struck: Sequence[Range]
) -> tuple[bytes | None, bool]:
    """As `plain.merge`, and whether struck words were in what was seen.

    Where they cannot be told from what was typed beside them, their line stays as it is. `past` has every row of the
    journal and no state.
    """
    doc = rebuilt(filled([row.update for row in past.rows if row.seq <= seen_seq], struck), client_id)
    old, new = str(doc.get(ROOT, type=Text)), plain.plain_ends(new_text)
    changes = plain.edits(old, _covered(old, new))
    return plain.written(doc, _harmless(changes, old)), FILLER in old


def _covered(old: str, new: str) -> str:
    """`new` with fillers in place of the struck words, wherever they stand between what stood around them."""
    at = 0
    for run in RUN.finditer(old):
        place = next(filter(None, (_place(old, new, run.span(), reach, at) for reach in CONTEXTS)), None)
        if place:
            new = new[: place[0]] + run.group() + new[place[1] :]
            at = place[0] + len(run.group())
    return new


def _place(old: str, new: str, run: tuple[int, int], reach: int, at: int) -> tuple[int, int] | None:
    """Start and end of the struck words in `new`, not before `at`."""
    before = old[max(0, run[0] - reach) : run[0]]
    after = old[run[1] : run[1] + reach].partition(FILLER)[0]
    start = new.find(before, max(0, at - len(before))) + len(before)
    while start >= len(before):
        end = start + len(new[start:].encode("utf-16-le")[: 2 * (run[1] - run[0])].decode("utf-16-le", "ignore"))
        if new.startswith(after, end) and (after or end == len(new) or run[1] < len(old)):
            return start, end
        start = new.find(before, start - len(before) + 1) + len(before)
    return None


def _harmless(found: Sequence[Edit], old: str) -> list[Edit]:
    """Without what was changed in the lines of struck words that are not covered."""
    lines = [
        (old.rfind("\n", 0, start) + 1, len(old) if (stop := old.find("\n", end)) < 0 else stop)
        for start, end, _ in found
        if FILLER in old[start:end]
    ]
    return [
        (start, end, words.replace(FILLER, ""))
        for start, end, words in found
        if not any(start <= last and first <= end for first, last in lines)
    ]
