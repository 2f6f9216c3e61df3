"""Which pieces of two sequences belong together. The work is bounded whatever the sequences are."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

MATRIX_LIMIT = 150_000_000
"""Bits; the exact method keeps a matrix of old × new bits, and 64 of them cost about a nanosecond."""


class Run(NamedTuple):
    """A stretch of both sequences, the same in both or not."""

    same: bool
    old_from: int
    old_to: int
    new_from: int
    new_to: int


def runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Run]:
    """Both sequences as alternating stretches that are the same and are not, with as much the same as can be."""
    found: list[Run] = []
    start_old = start_new = at_old = at_new = 0
    for i, j in [*common(old, new), (len(old), len(new))]:
        if i == at_old and j == at_new and i < len(old) and j < len(new):
            at_old, at_new = i + 1, j + 1
            continue
        if at_old > start_old:
            found.append(Run(True, start_old, at_old, start_new, at_new))
        if i > at_old or j > at_new:
            found.append(Run(False, at_old, i, at_new, j))
        start_old, start_new, at_old, at_new = i, j, i + 1, j + 1
    return found


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Positions of a longest common subsequence; of what occurs once in each if an exact answer would cost too much."""
    numbers: dict[Hashable, int] = {}
    a = [numbers.setdefault(item, len(numbers)) for item in old]
    b = [numbers.setdefault(item, len(numbers)) for item in new]
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    pairs = [(at, at) for at in range(start)]
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    exact = len(middle_a) * len(middle_b) <= MATRIX_LIMIT
    pairs += [(start + i, start + j) for i, j in (_longest if exact else _unique)(middle_a, middle_b)]
    return pairs + [(len(a) - at, len(b) - at) for at in range(end, 0, -1)]


def _longest(a: list[int], b: list[int]) -> list[tuple[int, int]]:
    found = (op for op in Indel.opcodes(a, b) if op.tag == "equal")
    return [(op.src_start + at, op.dest_start + at) for op in found for at in range(op.src_end - op.src_start)]


def _unique(a: list[int], b: list[int]) -> list[tuple[int, int]]:
    once_a, once_b = ({item for item, times in Counter(items).items() if times == 1} for items in (a, b))
    place = {item: at for at, item in enumerate(b) if item in once_b}
    return heaviest_chain([(i, place[item], 1.0) for i, item in enumerate(a) if item in once_a and item in place])


def heaviest_chain(pairs: Sequence[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """Of (old, new, weight) pairs, those that keep both orders and weigh most together; n log n."""
    places = sorted({j for _, j, _ in pairs})
    best: list[tuple[float, int]] = [(0.0, -1)] * (len(places) + 1)
    before: dict[int, int] = {}
    ordered = sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
    for number, (_, j, weight) in enumerate(ordered):
        rank = bisect_left(places, j)
        total, previous = max((best[at] for at in _prefix(rank)), default=(0.0, -1))
        before[number] = previous
        at = rank + 1
        while at <= len(places):
            best[at] = max(best[at], (total + weight, number))
            at += at & -at
    chain = []
    number = max((best[at] for at in _prefix(len(places))), default=(0.0, -1))[1]
    while number >= 0:
        chain.append(ordered[number][:2])
        number = before[number]
    return chain[::-1]


def _prefix(count: int) -> list[int]:
    """Nodes of a Fenwick tree that together cover the first `count` places."""
    nodes = []
    while count > 0:
        nodes.append(count)
        count -= count & -count
    return nodes
