"""Where every character of a draft stands, by its Yjs id: what keeps a remark on its words. Pure.

The CRDT library has sticky positions, but in a text that is not all ASCII they are wrong by the difference between
bytes and UTF-16 units, and on deleted characters they may panic (pycrdt 0.14.13). So the library is asked for nothing
but the order: the same blocks are joined again with a mark of their own in place of each character, and without the
deletions.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pycrdt import Text

from . import yencode, yupdate
from .past import ROOT, rebuilt
from .ranges import Range, Ranges
from .yupdate import Block, Kind, Update

FIRST_MARK, MARKS = 0x100, 0xD000  # in the Basic Multilingual Plane, and no surrogates


@dataclass(frozen=True)
class Place:
    """Some characters of the text, from the first to before the second, in Python's characters."""

    start: int
    end: int


@dataclass(frozen=True)
class _Run:
    """One block: its characters stand side by side for ever, and are all here or all deleted."""

    client: int
    clock: int
    length: int
    at: int
    """UTF-16 units of the text before it."""
    alive: bool


class Layout:
    """Made once for a state; asking is cheap."""

    def __init__(self, state: bytes) -> None:
        """`state`: an update, encoding v1, that is the whole document."""
        update = yupdate.decode(state, yupdate.ANY_NUMBER)
        gone = Ranges((client, *span) for client, spans in update.deletes.items() for span in spans)
        texts: list[str] = []
        self._runs: list[_Run] = []
        at = 0
        for client, block in _in_order(update):
            alive = block.kind is Kind.STRING and not any(gone.within(client, block.clock, block.end))
            self._runs.append(_Run(client, block.clock, block.length, at, alive))
            if alive:
                texts.append(block.text or "")
                at += block.length
        self.text = "".join(texts)
        self._is_plain = at == len(self.text)
        self._utf16 = b"" if self._is_plain else self.text.encode("utf-16-le")
        self._alive = [run for run in self._runs if run.alive]
        self._by_client: dict[int, list[_Run]] = {}
        for run in sorted(self._runs, key=lambda run: run.clock):
            self._by_client.setdefault(run.client, []).append(run)

    def ids(self, start: int, end: int) -> list[Range]:
        """The ids of the characters from `start` to before `end`, in their order."""
        first, last = self._units(start), self._units(end)
        found: list[Range] = []
        for index in range(max(0, bisect_right(self._alive, first, key=lambda run: run.at) - 1), len(self._alive)):
            run = self._alive[index]
            if run.at >= last:
                break
            begin, stop = max(first, run.at), min(last, run.at + run.length)
            if begin < stop:
                _append(found, run.client, run.clock + begin - run.at, stop - begin)
        return found

    def place(self, ids: Sequence[Range]) -> Place | None:
        """From the first to the last of these that is still here; None if none is. Ids that never were are not here."""
        here = [part for client, clock, length in ids for part in self._parts(client, clock, length)]
        if not here:
            return None
        return Place(self._characters(min(a for a, _ in here)), self._characters(max(b for _, b in here)))

    def point(self, before: Range | None, after: Range | None) -> int | None:
        """Between two neighbours of which one is still here: behind the first, or else before the second.

        None for a neighbour is an end of the text. If both were deleted, nobody knows any more: None.
        """
        if before is None and after is None:
            return 0
        left, right = (self.place([one]) if one else None for one in (before, after))
        if left is not None:
            return left.end
        if right is not None:
            return right.start
        if before is None and not self.text:
            return 0
        return None

    def _parts(self, client: int, clock: int, length: int) -> Iterator[tuple[int, int]]:
        """The (start, end) of what is here of some ids, in UTF-16 units."""
        runs = self._by_client.get(client, [])
        for index in range(max(0, bisect_right(runs, clock, key=lambda run: run.clock) - 1), len(runs)):
            run = runs[index]
            if run.clock >= clock + length:
                return
            begin, end = max(clock, run.clock), min(clock + length, run.clock + run.length)
            if run.alive and begin < end:
                yield run.at + begin - run.clock, run.at + end - run.clock

    def _characters(self, units: int) -> int:
        return units if self._is_plain else len(self._utf16[: 2 * units].decode("utf-16-le", "ignore"))

    def _units(self, characters: int) -> int:
        return characters if self._is_plain else yupdate.utf16_length(self.text[:characters])


def _append(found: list[Range], client: int, clock: int, length: int) -> None:
    if found and found[-1][0] == client and found[-1][1] + found[-1][2] == clock:
        client, clock, length = found[-1][0], found[-1][1], found.pop()[2] + length
    found.append((client, clock, length))


def _in_order(update: Update) -> list[tuple[int, Block]]:
    """Every block as it comes in the document, deleted ones among them."""
    blocks = [(client, block) for client, some in update.blocks.items() for block in some]
    digits: list[str] = []
    count = len(blocks)
    while True:
        digits.append(_order_of_marks(update, count, MARKS ** len(digits)))
        if MARKS ** len(digits) >= count:
            break
    order, at = [], 0
    while at < len(digits[0]):
        index = sum((ord(marks[at]) - FIRST_MARK) * MARKS**n for n, marks in enumerate(digits))
        order.append(blocks[index])
        at += blocks[index][1].length
    return order


def _order_of_marks(update: Update, count: int, unit: int) -> str:
    """The text that the blocks make whose every character is one digit of its block's number."""
    numbers = iter(range(count))
    marked = {
        client: [
            block._replace(kind=Kind.STRING, text=chr(FIRST_MARK + next(numbers) // unit % MARKS) * block.length)
            for block in some
        ]
        for client, some in update.blocks.items()
    }
    return str(rebuilt([yencode.encode(Update(marked))]).get(ROOT, type=Text))
