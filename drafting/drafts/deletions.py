"""What was deleted in a document, to tell a repeat from news: every client that synchronises repeats all of it."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from pycrdt import Doc, Text

from . import yupdate

MOST_REMEMBERED = 8
Ranges = Mapping[int, Sequence[tuple[int, int]]]


class Deletions:
    """Deletions only grow: what was a repeat once is one for ever."""

    def __init__(self, doc: "Doc[Text]") -> None:
        self._doc = doc
        self._repeats: dict[bytes, None] = {}
        self._known: dict[int, list[tuple[int, int]]] | None = None

    def changed(self) -> None:
        """The document has."""
        self._known = None

    def repeats(self, data: bytes) -> bool:
        """Whether exactly these bytes turned out to say nothing new before."""
        return data in self._repeats

    def all_known(self, deletes: Ranges, data: bytes) -> bool:
        """Whether everything in `deletes`, which were sent as `data`, is deleted in the document."""
        if self._known is None:  # dear; whoever asks again and again must not make it so each time
            held = yupdate.decode(self._doc.get_update(self._doc.get_state()), yupdate.ANY_NUMBER).deletes
            self._known = {client: sorted(ranges) for client, ranges in held.items()}
        known = self._known
        if not all(_covered(ranges, known.get(client, [])) for client, ranges in deletes.items()):
            return False
        if len(self._repeats) == MOST_REMEMBERED:
            del self._repeats[next(iter(self._repeats))]
        self._repeats[data] = None
        return True


def _covered(ranges: Sequence[tuple[int, int]], known: Sequence[tuple[int, int]]) -> bool:
    """Both are (first clock, length); `known` in order."""
    return all(_reach(clock, known) >= clock + length for clock, length in ranges)


def _reach(clock: int, known: Sequence[tuple[int, int]]) -> int:
    """How far from `clock` everything is covered without a gap."""
    at = bisect_right(known, (clock, yupdate.LAST_CLOCK)) - 1
    if at < 0:
        return clock
    end = known[at][0] + known[at][1]
    while at + 1 < len(known) and known[at + 1][0] <= end:
        at += 1
        end = max(end, known[at][0] + known[at][1])
    return end
