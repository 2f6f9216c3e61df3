"""Who wrote the words that survive: the journal replayed, with a writer for every byte of the text. Pure.

Runs in a process of the pool: 20,000 rows of a text of 50 KB take a few seconds.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex
from pycrdt import Doc, Text, TextEvent

from .room import ROOT

NOBODY = 0
CARRIED = 20  # characters: a piece this long that was here before is carried over, not written anew
REMEMBERED_BYTES = 256 * 1024  # of deleted text, the newest
MOST_SEARCHED_BYTES = 100 * 1000 * 1000  # in one weighing, looking for what was here before: about a second
BREAK = b"\xff"  # in no UTF-8 text, so that nothing matches across two deletions

WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}]|[\w--[\p{Han}\p{Hiragana}\p{Katakana}]]+(?:['’]\w+)?", regex.V1
)
"""A word; in scripts without spaces, a character."""


@dataclass(frozen=True)
class Weighed:
    """The text after the last row, as a CRDT state and as Markdown, and how many of its words each person wrote.

    `words_by` is keyed by the person's id in decimal digits. Words of a template are nobody's and not in it.
    """

    text: str
    state_vector: bytes
    words_by: dict[str, int]


def weigh(rows: Sequence[tuple[int | None, bytes]]) -> Weighed:
    """`rows`: who sent it (None: a template) and the update, in the journal's order."""
    doc: Doc[Text] = Doc()
    body = doc.get(ROOT, type=Text)
    page = _Page()
    _listening = body.observe(page.change)
    for person, update in rows:
        page.writer = NOBODY if person is None else person
        doc.apply_update(update)
    text = page.text
    if text != str(body):
        raise ValueError("the replay came apart from the document")
    counted = Counter(page.writers_of(text))
    return Weighed(text, doc.get_state(), {str(person): n for person, n in counted.items() if person != NOBODY})


class _Marked:
    """Bytes, and who wrote each of them."""

    def __init__(self, content: bytes | bytearray = b"", writers: Iterable[int] = ()) -> None:
        self.bytes = bytearray(content)
        self.writers = array("q", writers)

    def cut(self, start: int, end: int) -> "_Marked":
        return _Marked(self.bytes[start:end], self.writers[start:end])

    def put(self, at: int, other: "_Marked") -> None:
        self.bytes[at:at] = other.bytes
        self.writers[at:at] = other.writers

    def remove(self, start: int, end: int) -> None:
        del self.bytes[start:end]
        del self.writers[start:end]

    def find(self, piece: bytes) -> "array[int] | None":
        """Who wrote `piece` where it stands here; None if it does not."""
        at = self.bytes.find(piece)
        return None if at < 0 else self.writers[at : at + len(piece)]


class _Page:
    """The text as it grows, and what was deleted from it."""

    def __init__(self) -> None:
        self.writer = NOBODY
        self._now = _Marked()
        self._deleted = _Marked()
        self._fresh = _Marked()
        """The last deletion, still growing while somebody holds a key down."""
        self._fresh_at = 0
        self._searchable_bytes = MOST_SEARCHED_BYTES

    @property
    def text(self) -> str:
        return self._now.bytes.decode()

    def change(self, event: TextEvent) -> None:
        """One transaction of the document. Its positions are bytes."""
        at = 0
        inserted: list[tuple[int, _Marked]] = []
        for step in event.delta:  # type: ignore[attr-defined]  # pycrdt's stub leaves it out
            if "retain" in step:
                at += int(step["retain"])
            elif "delete" in step:
                self._delete(at, at + int(step["delete"]))
            else:
                # What is carried over may be deleted by a later step, so it is looked up before and put in afterwards.
                inserted.append((at, self._mark(step["insert"])))
        for at, piece in reversed(inserted):
            self._now.put(at, piece)

    def writers_of(self, text: str) -> Iterable[int]:
        """For every word of `text`, who wrote most of it."""
        seen = begin = 0
        for word in WORD.finditer(text):
            begin += len(text[seen : word.start()].encode())
            end = begin + len(word.group().encode())
            yield Counter(self._now.writers[begin:end]).most_common(1)[0][0]
            seen, begin = word.end(), end

    def _delete(self, start: int, end: int) -> None:
        gone = self._now.cut(start, end)
        self._now.remove(start, end)
        if end == self._fresh_at:
            self._fresh.put(0, gone)
        elif start == self._fresh_at:
            self._fresh.put(len(self._fresh.bytes), gone)
        else:
            self._remember()
            self._fresh = gone
        self._fresh_at = start

    def _remember(self) -> None:
        if len(self._fresh.bytes) >= CARRIED:
            self._deleted.put(len(self._deleted.bytes), self._fresh)
            self._deleted.put(len(self._deleted.bytes), _Marked(BREAK, [NOBODY]))
            self._deleted.remove(0, max(0, len(self._deleted.bytes) - REMEMBERED_BYTES))

    def _mark(self, words: str) -> _Marked:
        """`words` with their writers: whole, or line by line, those of the same words before."""
        writers = self._carried(words)
        if writers is None:
            writers = array("q")
            for line in words.split("\n"):
                length = len(line.encode())
                writers += self._carried(line) or array("q", [self.writer]) * length
                writers.append(self.writer)
            writers.pop()
        return _Marked(words.encode(), writers)

    def _carried(self, words: str) -> "array[int] | None":
        """Who wrote these words when they were here before; after very many searches, nobody is looked for."""
        if len(words) < CARRIED:
            return None
        piece = words.encode()
        for place in (self._now, self._fresh, self._deleted):
            self._searchable_bytes -= len(place.bytes)
            if self._searchable_bytes < 0:
                return None
            writers = place.find(piece)
            if writers is not None:
                return writers
        return None
