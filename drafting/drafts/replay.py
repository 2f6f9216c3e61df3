"""The text as it was before each deletion, with the ids of its characters. Pure.

Every character that was ever typed has its place among all others for good, deleted or not. The CRDT library is asked
for these places once; then the rows are gone through with plain numbers. A unit is one UTF-16 unit of text; units are
numbered in the order of the rows.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

import regex
from pycrdt import Text

from . import yencode
from .past import ROOT, rebuilt
from .ranges import Range
from .yupdate import Block, Update

DIGITS, FIRST = 0xD000, 0x20
"""A digit is written as one letter of one UTF-16 unit: no control character, and nobody's half."""
REACH = 60  # units around a deletion in which words are looked for, besides twice their own length


class Replay:
    """Made of all rows of a journal, which follow on one another."""

    def __init__(self, rows: Sequence[Update]) -> None:
        self._rows = rows
        self._blocks: list[tuple[int, Block]] = []
        self._firsts: list[int] = []
        """Of each block, its first unit."""
        self._of_client: dict[int, tuple[list[int], list[int]]] = {}
        """Per client, the first clock of each of its blocks, and which block that is."""
        total = 0
        for client, block in _strings(rows):
            clocks, which = self._of_client.setdefault(client, ([], []))
            clocks.append(block.clock)
            which.append(len(self._blocks))
            self._blocks.append((client, block))
            self._firsts.append(total)
            total += block.length
        self._letters = b"".join((block.text or "").encode("utf-16-le") for _, block in self._blocks)
        self._units = self._in_order(total)
        self._places = array("q", bytes(8 * total))
        for place, unit in enumerate(self._units):
            self._places[unit] = place

    def broken(self, wanted: "regex.Pattern[str]") -> Iterator[tuple[Range, ...]]:
        """The words where they stood in the text just before a row deleted something near them."""
        reach = REACH + 2 * len(wanted.pattern)
        alive = array("q")
        block = 0
        for row in self._rows:
            gone = sorted(place for client, spans in row.deletes.items() for place in self._placed(client, spans))
            for start, end in _stretches(alive, gone):
                yield from self._found(alive[max(0, start - reach) : end + reach], wanted)
            for _ in _strings([row]):
                first = self._firsts[block]
                born = self._places[first : first + self._blocks[block][1].length]
                here = bisect_left(alive, born[0])
                alive[here:here] = born
                block += 1
            for start, end in reversed(_stretches(alive, gone)):
                del alive[start:end]

    def _found(self, places: "array[int]", wanted: "regex.Pattern[str]") -> Iterator[tuple[Range, ...]]:
        units = [self._units[place] for place in places]
        text = b"".join([self._letters[2 * unit : 2 * unit + 2] for unit in units]).decode("utf-16-le", "replace")
        for match in wanted.finditer(text, overlapped=True):
            start = _length(text[: match.start()])
            yield tuple(self._id(unit) for unit in units[start : start + _length(match.group())])

    def _id(self, unit: int) -> Range:
        at = bisect_right(self._firsts, unit) - 1
        client, block = self._blocks[at]
        return client, block.clock + unit - self._firsts[at], 1

    def _placed(self, client: int, spans: Sequence[tuple[int, int]]) -> Iterator[int]:
        """Places of the client's characters in `spans` of (first clock, length)."""
        clocks, which = self._of_client.get(client, ([], []))
        for clock, length in spans:
            for at in range(max(0, bisect_right(clocks, clock) - 1), bisect_left(clocks, clock + length)):
                _, block = self._blocks[which[at]]
                start, end = max(clock, block.clock), min(clock + length, block.end)
                unit = self._firsts[which[at]] + start - block.clock
                yield from self._places[unit : unit + max(0, end - start)]

    def _in_order(self, total: int) -> "array[int]":
        """The units in the order of the text in which nothing was deleted.

        In two such texts each unit is written as its own number: in one as the lower digit of it, in one as the upper.
        """
        low, high = self._written(lambda unit: unit % DIGITS), self._written(lambda unit: unit // DIGITS)
        if not len(low) == len(high) == total:
            raise ValueError("the rows do not follow on one another")
        return array("q", ((ord(h) - FIRST) * DIGITS + ord(lo) - FIRST for lo, h in zip(low, high, strict=True)))

    def _written(self, digit: Callable[[int], int]) -> str:
        blocks: dict[int, list[Block]] = {}
        firsts = iter(self._firsts)
        for row in self._rows:
            for client, found in row.blocks.items():
                mine = blocks.setdefault(client, [])
                for block in found:
                    if block.text is not None:
                        first = next(firsts)
                        units = [chr(FIRST + digit(unit)) for unit in range(first, first + block.length)]
                        block = block._replace(text="".join(units))
                    mine.append(block)
        return str(rebuilt([yencode.encode(Update(blocks))]).get(ROOT, type=Text))


def _strings(rows: Sequence[Update]) -> Iterator[tuple[int, Block]]:
    return (
        (client, block)
        for row in rows
        for client, blocks in row.blocks.items()
        for block in blocks
        if block.text is not None
    )


def _length(text: str) -> int:
    """In UTF-16 units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def _stretches(alive: "array[int]", places: Sequence[int]) -> list[tuple[int, int]]:
    """Where those of `places` that are alive are in `alive`: (start, end) of each stretch, in order."""
    found: list[tuple[int, int]] = []
    for place in places:
        at = bisect_left(alive, place)
        if at < len(alive) and alive[at] == place:
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], at + 1)
            else:
                found.append((at, at + 1))
    return found
