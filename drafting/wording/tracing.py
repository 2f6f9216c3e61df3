"""Which passage of a new text is which one of the old: the same, reworded, or come new. The work is bounded."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from .align import common

REWORDED_FROM = 60.0
"""Likeness in percent, of words in any order, from which a passage is an older one in other words."""
SHORTEST_LETTERS = 12
"""Shorter ones are alike by chance."""
COMPARED = 250_000
"""Pairs of passages; where so much is new and gone at once, only neighbours in order are compared."""
NEARBY = 20


@dataclass(frozen=True)
class Step:
    """Where a passage comes from: position of the old one, and whether it was reworded; `old` is None if it is new."""

    old: int | None = None
    reworded: bool = False


def trace(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    """For each passage of the new text where it comes from. An old one stays once at most.

    Passages are given as they are searched (`searching.words_of`): marks and capitals do not matter.
    """
    same = {j: i for i, j in common(old, new)}
    _same_elsewhere(same, old, new)
    reworded = _reworded(same, old, new)
    steps = ((same.get(j), reworded.get(j)) for j in range(len(new)))
    return [Step(kept) if kept is not None else Step(before, before is not None) for kept, before in steps]


def _same_elsewhere(same: dict[int, int], old: Sequence[str], new: Sequence[str]) -> None:
    """Whatever was moved keeps its origin."""
    taken = set(same.values())
    places: dict[str, list[int]] = defaultdict(list)
    for i, key in enumerate(old):
        if i not in taken:
            places[key].append(i)
    for j, key in enumerate(new):
        if j not in same and places.get(key):
            same[j] = places[key].pop(0)


def _reworded(same: dict[int, int], old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Old positions of those that are an older passage in other words: also of both parts of one that was split."""
    taken = set(same.values())
    gone = [i for i in range(len(old)) if i not in taken and len(old[i]) >= SHORTEST_LETTERS]
    come = [j for j in range(len(new)) if j not in same and len(new[j]) >= SHORTEST_LETTERS]
    near = len(gone) * len(come) > COMPARED
    found: dict[int, int] = {}
    for at, j in enumerate(come):
        middle = at * len(gone) // len(come)
        candidates = gone[max(0, middle - NEARBY) : middle + NEARBY] if near else gone
        best = process.extractOne(
            new[j], [old[i] for i in candidates], scorer=fuzz.token_sort_ratio, score_cutoff=REWORDED_FROM
        )
        best = best or process.extractOne(
            new[j], [old[i] for i in candidates], scorer=fuzz.partial_ratio, score_cutoff=100
        )
        if best is not None:
            found[j] = candidates[best[2]]
    return found
