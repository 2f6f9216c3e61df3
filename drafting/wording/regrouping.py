"""Paragraphs that were split, and paragraphs that were joined: the old ones cut or joined as the new ones are."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from .align import common
from .blocks import Block
from .cutting import cut, joined
from .pairing import Pairing
from .words import SENTENCE_ENDS, Word

SHARE = 0.6
"""A part holds at least this share of words that were in the whole, in their order,"""
WORDS = 3
"""and at least so many."""
REACH = 8
"""So many neighbours are looked at on either side."""


@dataclass
class Regrouping(Pairing):
    """A pairing with `old`, the old blocks, of which some were cut and some joined.

    `part` gives the number of the part, from 1, and of how many, for new positions of what was split; `joins` how many
    old blocks a new one was joined from.
    """

    old: Sequence[Block] = ()
    part: dict[int, tuple[int, int]] = field(default_factory=dict)
    joins: dict[int, int] = field(default_factory=dict)


def regroup(old: Sequence[Block], new: Sequence[Block], found: Pairing) -> Regrouping:
    """Look around every pair of blocks that are alike for the rest of what one of them says."""
    left, come = map(set, found.rest(len(old), len(new)))
    splits: dict[int, list[int]] = {}
    joins: dict[int, list[int]] = {}
    for j, i in sorted((found.changed | found.moved).items()):
        if old[i].family != "text" or not (left or come):
            continue
        if (parts := _parts(old[i], new, j, come)) != [j]:
            splits[i] = parts
            come -= set(parts)
        elif (parts := _parts(new[j], old, i, left)) != [i]:
            joins[j] = parts
            left -= set(parts)
    if splits or joins:
        return _regrouped(old, new, found, splits, joins)
    return Regrouping(found.same, found.changed, found.moved, old)


def _parts(whole: Block, others: Sequence[Block], at: int, free: set[int]) -> list[int]:
    """Neighbours of the block at `at` that say what the whole says besides, in order; with it."""
    near = [*_near(at, -1, others, free)][::-1] + [at] + [*_near(at, 1, others, free)]
    if len(near) == 1:
        return near
    known = Counter(word.key for word in whole.phrases[0].words if word.spoken)
    near = _around(at, near, lambda part: _shared(known, others[part]) >= _needed(others[part]))
    if len(near) == 1:
        return near
    kept = _kept(whole, [others[part] for part in near])
    enough = {part for part, count in zip(near, kept, strict=True) if count >= _needed(others[part])}
    return _around(at, near, enough.__contains__) if at in enough else [at]


def _near(at: int, step: int, others: Sequence[Block], free: set[int]) -> Iterator[int]:
    for other in range(at + step, at + step * (REACH + 1), step):
        if other not in free or others[other].family != "text":
            return
        yield other


def _around(at: int, near: Sequence[int], belongs: Callable[[int], bool]) -> list[int]:
    """The unbroken stretch around `at` that belongs."""
    start = end = near.index(at)
    while start > 0 and belongs(near[start - 1]):
        start -= 1
    while end + 1 < len(near) and belongs(near[end + 1]):
        end += 1
    return list(near[start : end + 1])


def _needed(part: Block) -> float:
    return max(WORDS, SHARE * part.phrases[0].spoken)


def _shared(known: Counter[str], part: Block) -> int:
    return (known & Counter(word.key for word in part.phrases[0].words if word.spoken)).total()


def _kept(whole: Block, parts: Sequence[Block]) -> list[int]:
    """Spoken words of each part that the whole has, all in one order."""
    words = [word for part in parts for word in part.phrases[0].words]
    same = {b for _, b in common([word.key for word in whole.phrases[0].words], [word.key for word in words])}
    ends = [0, *accumulate(len(part.phrases[0].words) for part in parts)]
    return [
        sum(words[b].spoken for b in range(begin, end) if b in same) for begin, end in zip(ends, ends[1:], strict=False)
    ]


def _regrouped(
    old: Sequence[Block],
    new: Sequence[Block],
    found: Pairing,
    splits: dict[int, list[int]],
    joins: dict[int, list[int]],
) -> Regrouping:
    blocks: list[Block] = []
    place: dict[int, int] = {}
    later = {i for parts in joins.values() for i in parts[1:]}
    whole = {parts[0]: [old[i] for i in parts] for parts in joins.values()}
    for i, block in enumerate(old):
        place[i] = len(blocks) - (i in later)
        if i in splits:
            blocks += cut(block, _places(block, [new[j] for j in splits[i]]))
        elif i not in later:
            blocks.append(joined(whole[i]) if i in whole else block)
    same, changed, moved = ({j: place[i] for j, i in some.items()} for some in (found.same, found.changed, found.moved))
    part: dict[int, tuple[int, int]] = {}
    for i, parts in splits.items():
        pairs = moved if any(j in moved for j in parts) else changed
        for number, j in enumerate(parts):
            pairs[j] = place[i] + number
            part[j] = (number + 1, len(parts))
    return Regrouping(same, changed, moved, blocks, part, {j: len(parts) for j, parts in joins.items()})


def _places(whole: Block, parts: Sequence[Block]) -> list[int]:
    """Where to cut: behind a sentence if one ends between what is surely of one part and surely of the next."""
    words = whole.phrases[0].words
    pairs = common([word.key for word in words], [word.key for part in parts for word in part.phrases[0].words])
    ends = list(accumulate(len(part.phrases[0].words) for part in parts))[:-1]
    places = []
    for end in ends:
        last = max((a + 1 for a, b in pairs if b < end), default=0)
        following = min((a for a, b in pairs if b >= end), default=len(words))
        places.append(_behind_a_sentence(words, last, following))
    return places


def _behind_a_sentence(words: Sequence[Word], last: int, following: int) -> int:
    ended = (at for at in range(last, following) if at and words[at - 1].key in SENTENCE_ENDS)
    return next(ended, following)
