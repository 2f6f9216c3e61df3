"""Who wrote the words that survive: the journal replayed, with a writer for every byte of the text. Pure.

Runs in a process of the pool: 20,000 rows of a text of 50 KB take a few seconds. A snapshot holds how far it came, so
that only the rows since then are replayed.
"""

import json
import zlib
from array import array
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import regex
from pycrdt import Doc, Text, TextEvent

from .past import ROOT, Past, rebuilt

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


@dataclass(frozen=True)
class Written:
    """The text in runs, each with the id of who wrote it (0: nobody, of a template), and how many words are whose."""

    runs: list[tuple[int, str]]
    words_by: dict[int, int]


def written(past: Past) -> Written:
    """Who wrote which words of a draft. Spaces and line ends belong to what stands before them."""
    _, page = _replayed(past)
    runs: list[tuple[int, str]] = []
    for writer, run in page.runs():
        if runs and (runs[-1][0] == writer or not run.strip()):
            runs[-1] = (runs[-1][0], runs[-1][1] + run)
        else:
            runs.append((writer, run))
    return Written(runs, dict(Counter(page.writers_of(page.text))))


def weigh(past: Past) -> Weighed:
    """What a draft is now. `past` with its marks, if it has a state."""
    doc, page = _replayed(past)
    counted = Counter(page.writers_of(page.text))
    return Weighed(page.text, doc.get_state(), {str(person): n for person, n in counted.items() if person != NOBODY})


def carried_on(past: Past) -> tuple[bytes, bytes]:
    """State and marks of a snapshot that ends with the last row of `past`, which comes with its marks."""
    doc, page = _replayed(past)
    return doc.get_update(), page.packed()


def _replayed(past: Past) -> "tuple[Doc[Text], _Page]":
    doc = rebuilt([past.state])
    body = doc.get(ROOT, type=Text)
    page = _Page.unpacked(str(body), past.marks) if past.marks else _Page()
    _listening = body.observe(page.change)
    for row in past.rows:
        page.writer = NOBODY if row.person_id is None else row.person_id
        doc.apply_update(row.update)
    if page.text != str(body):
        raise ValueError("the replay came apart from the document")
    return doc, page


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

    def packed(self) -> list[int]:
        """The writers, each with how many bytes in a row are theirs."""
        return [number for writer, run in groupby(self.writers) for number in (writer, sum(1 for _ in run))]

    @classmethod
    def unpacked(cls, content: bytes, packed: Sequence[int]) -> "_Marked":
        marked = cls(content)
        for writer, length in zip(packed[::2], packed[1::2], strict=True):
            marked.writers.extend(array("q", [writer]) * length)
        return marked

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

    def packed(self) -> bytes:
        """What `unpacked` makes the same page of, given the text. Holds deleted words."""
        gone = [[b64encode(some.bytes).decode(), some.packed()] for some in (self._deleted, self._fresh)]
        return zlib.compress(json.dumps([self._now.packed(), *gone, self._fresh_at]).encode())

    @classmethod
    def unpacked(cls, text: str, packed: bytes) -> "_Page":
        writers, deleted, fresh, fresh_at = json.loads(zlib.decompress(packed))
        page = cls()
        page._now = _Marked.unpacked(text.encode(), writers)
        page._deleted = _Marked.unpacked(b64decode(deleted[0]), deleted[1])
        page._fresh = _Marked.unpacked(b64decode(fresh[0]), fresh[1])
        page._fresh_at = fresh_at
        return page

    @property
    def text(self) -> str:
        return self._now.bytes.decode()

    def runs(self) -> Iterator[tuple[int, str]]:
        """The text in pieces by one writer each; a character stays whole, with who wrote its first byte."""
        writer, begin, at = NOBODY, 0, 0
        for char in self.text:
            whose = self._now.writers[at]
            if whose != writer:
                if begin < at:
                    yield writer, self._now.bytes[begin:at].decode()
                writer, begin = whose, at
            at += len(char.encode())
        if begin < at:
            yield writer, self._now.bytes[begin:at].decode()

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
