"""Which old block became which new one: the same, changed, moved, or none."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from .align import common, heaviest_chain
from .blocks import Block

CHANGED_FROM = 50.0
"""Likeness in percent from which two blocks in the same place are one that changed; wikidiff2 uses much the same."""
MOVED_FROM = 60.0
MOVED_LETTERS = 25
SURELY_MOVED_FROM = 80.0
"""For shorter blocks, which are alike by chance; the tiniest never count as moved."""
TINY_LETTERS = 12
GROWN_SHARE = 0.75
GROWN_WORDS = 5
"""A block that holds this share, and this many, of another's words in their order grew out of it."""
CANDIDATES = 6
FEW = 40
COMMON_WORD = 30
MANY = 6_000
LOOKED_AT = 2_000


@dataclass
class Pairing:
    """Positions of old blocks by position of the new one. `moved` left their place, all others keep their order."""

    same: dict[int, int] = field(default_factory=dict)
    changed: dict[int, int] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)

    @property
    def partners(self) -> dict[int, int]:
        """All of them."""
        return self.same | self.changed | self.moved

    @cached_property
    def left_their_place(self) -> frozenset[int]:
        """Old positions of what moved."""
        return frozenset(self.moved.values())

    def rest(self, old: int, new: int) -> tuple[list[int], list[int]]:
        """Positions that have no partner yet."""
        partners = self.partners
        taken = set(partners.values())
        return [i for i in range(old) if i not in taken], [j for j in range(new) if j not in partners]


def pair(old: Sequence[Block], new: Sequence[Block]) -> Pairing:
    """Equal blocks in order first, then equal ones elsewhere, then similar ones in the same place, then elsewhere."""
    found = Pairing({j: i for i, j in common([b.key for b in old], [b.key for b in new])})
    _pair_equal_elsewhere(found, old, new)
    alike = list(_alike(found, old, new))
    gap_old, gap_new = _gaps(found, len(old), len(new))
    in_place = [(i, j, score) for i, j, score in alike if gap_old[i] == gap_new[j]]
    found.changed.update({j: i for i, j in heaviest_chain(in_place)})
    _pair_alike_elsewhere(found, alike, old)
    _pair_renamed_headings(found, old, new)
    return found


def _pair_equal_elsewhere(found: Pairing, old: Sequence[Block], new: Sequence[Block]) -> None:
    left, come = found.rest(len(old), len(new))
    places: dict[object, list[int]] = defaultdict(list)
    for i in left:
        if len(old[i].text) >= TINY_LETTERS or old[i].family == "heading":
            places[old[i].key].append(i)
    for j in come:
        if places.get(new[j].key):
            found.moved[j] = places[new[j].key].pop(0)


def _pair_alike_elsewhere(found: Pairing, alike: list[tuple[int, int, float]], old: Sequence[Block]) -> None:
    left, come = {i for i, _, _ in alike}, {j for _, j, _ in alike}
    left -= set(found.changed.values())
    come -= set(found.changed)
    for i, j, score in sorted(alike, key=lambda pair: (-pair[2], pair[0], pair[1])):
        letters = len(old[i].text)
        needed = MOVED_FROM if letters >= MOVED_LETTERS else SURELY_MOVED_FROM
        if score >= needed and letters >= TINY_LETTERS and i in left and j in come:
            found.moved[j] = i
            left.discard(i)
            come.discard(j)


def _pair_renamed_headings(found: Pairing, old: Sequence[Block], new: Sequence[Block]) -> None:
    """A heading is the old one under another name if what follows it is what followed the old one."""
    partners = found.same | found.changed
    left, come = found.rest(len(old), len(new))
    free = set(left)
    for j in come:
        i = partners.get(j + 1, 0) - 1
        if i in free and old[i].family == new[j].family == "heading":
            found.changed[j] = i


def _gaps(found: Pairing, old: int, new: int) -> tuple[list[int], list[int]]:
    """For each position the number of unmoved equal blocks before it: equal numbers are the same place."""
    fixed = set(found.same.values())
    return _counted([i in fixed for i in range(old)]), _counted([j in found.same for j in range(new)])


def _counted(flags: list[bool]) -> list[int]:
    total, counts = 0, []
    for flag in flags:
        total += flag
        counts.append(total)
    return counts


def _alike(found: Pairing, old: Sequence[Block], new: Sequence[Block]) -> Iterator[tuple[int, int, float]]:
    """(old, new, likeness) of blocks without a partner that share words; a few per block, never all with all."""
    left, come = found.rest(len(old), len(new))
    if max(len(left), len(come)) > MANY:
        return
    before, now = {i: _Said.by(old[i]) for i in left}, {j: _Said.by(new[j]) for j in come}
    where: dict[str, list[int]] = defaultdict(list)
    for j in come:
        for word in now[j].known:
            where[word].append(j)
    for i in left:
        for j in _candidates(before[i].known, come, where):
            if old[i].family == new[j].family:
                score = _likeness(before[i], now[j])
                if score >= CHANGED_FROM:
                    yield i, j, score


class _Said(NamedTuple):
    """The beginning of what a block says."""

    text: str
    words: list[str]
    known: frozenset[str]

    @classmethod
    def by(cls, block: Block) -> "_Said":
        text = block.text[:LOOKED_AT]
        words = text.casefold().split()
        return cls(text, words, frozenset(words))


def _likeness(old: _Said, new: _Said) -> float:
    """Percent; just enough for a block that grew or shrank a lot but kept the words of the shorter one."""
    ratio = fuzz.ratio(old.text, new.text, score_cutoff=CHANGED_FROM)
    if ratio:
        return ratio
    needed = max(GROWN_WORDS, ceil(GROWN_SHARE * min(len(old.words), len(new.words))))
    shared = LCSseq.similarity(old.words, new.words, score_cutoff=needed)
    return CHANGED_FROM + shared / 10 if shared else 0


def _candidates(words: frozenset[str], come: list[int], where: dict[str, list[int]]) -> list[int]:
    if len(come) <= FEW:
        return come
    shared: Counter[int] = Counter()
    for word in words:
        places = where.get(word, ())
        if len(places) <= COMMON_WORD:
            shared.update(places)
    return sorted(shared, key=lambda j: (-shared[j], j))[:CANDIDATES]
