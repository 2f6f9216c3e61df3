"""Sets of characters by their Yjs ids: per client, ranges of clocks (UTF-16 units). Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

Range = tuple[int, int, int]
"""Client, first clock, length."""


class Ranges:
    """Which characters belong to a set. Made once, then only asked."""

    def __init__(self, pieces: Iterable[Range]) -> None:
        """Pieces may overlap and come in any order."""
        self._by_client: dict[int, list[tuple[int, int]]] = {}
        for client, clock, length in sorted(pieces):
            spans = self._by_client.setdefault(client, [])
            if spans and clock <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], clock + length))
            else:
                spans.append((clock, clock + length))

    def __iter__(self) -> Iterator[Range]:
        return ((client, a, b - a) for client, spans in self._by_client.items() for a, b in spans)

    def __len__(self) -> int:
        """How many characters, in UTF-16 units."""
        return sum(length for _, _, length in self)

    def within(self, client: int, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The (start, end) of what lies between two clocks of a client, in order."""
        spans = self._by_client.get(client, [])
        for at in range(max(0, bisect_right(spans, (start, start)) - 1), len(spans)):
            a, b = spans[at]
            if a >= end:
                return
            if b > start:
                yield max(a, start), min(b, end)
