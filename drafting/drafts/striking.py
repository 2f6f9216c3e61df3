"""Strike: finding the words that are to be destroyed, by the ids of their characters, and blanking them. Pure.

Runs in a process of the pool. Letters count without case, runs of white space as one space. Found are the words where
they stand in the text, where they stood in it as a whole after some row, and where one client typed them in one go,
whatever became of them since.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import regex
from pycrdt import Doc, Text, TransactionEvent

from ..errors import Invalid
from . import yencode, yupdate
from .past import ROOT, rebuilt
from .ranges import Range, Ranges
from .replay import Replay
from .yupdate import ANY_NUMBER, Block, Id, Kind, Update

FILLER = "\ufdd0"  # for letters that nobody knows any more; it is no character
CONTEXT = 60  # characters on each side
MOST_PLACES = 200  # that somebody can look through


@dataclass(frozen=True)
class Place:
    """Words that stand in the text. `key` stays the same while others write."""

    key: str
    before: str
    words: str
    after: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class Found:
    """`visible`: in the order of the text. `deleted`: what is left of the words where they were deleted already, one
    entry for each place.
    """

    visible: tuple[Place, ...]
    deleted: tuple[tuple[Range, ...], ...]


def pattern(words: str) -> "regex.Pattern[str]":
    """Matches `words` however they are capitalised, composed and spaced. Raises Invalid if there are none."""
    pieces = words.split()
    if not pieces:
        raise Invalid("Please give the words that are to be struck.", field="words")
    return regex.compile(r"\s+".join(map(_letters, pieces)), regex.V1 | regex.IGNORECASE)


def _letters(piece: str) -> str:
    """One letter may be written as one code point or as several."""
    out = []
    for letter in unicodedata.normalize("NFC", piece):
        apart = unicodedata.normalize("NFD", letter)
        whole = regex.escape(letter)
        out.append(whole if apart == letter else f"(?:{whole}|{regex.escape(apart)})")
    return "".join(out)


def find(updates: Sequence[bytes], words: str) -> Found:
    """Where the words are in a journal: `updates` of all its rows, in order.

    Raises Invalid if there are no words, or too many places for anybody to look at.
    """
    wanted = pattern(words)
    rows = [yupdate.decode(update, ANY_NUMBER) for update in updates]
    text = str((now := rebuilt(updates)).get(ROOT, type=Text))
    matches = list(wanted.finditer(text))
    if len(matches) > MOST_PLACES:
        raise Invalid(
            f"These words stand in {len(matches)} places. Please give more of them, so that fewer places are meant.",
            field="words",
        )
    spans = [match.span() for match in matches]
    visible = [
        Place(f"{ids[0][0]}.{ids[0][1]}", text[max(0, a - CONTEXT) : a], text[a:b], text[b : b + CONTEXT], ids)
        for (a, b), ids in zip(spans, _ids(now, text, spans), strict=True)
    ]
    gone = Ranges(_deleted(rows))
    once = [*_typed(rows, wanted), *Replay(rows).broken(wanted)]
    return Found(tuple(visible), tuple(_disjoint(_intersection(ids, gone) for ids in once)))


def _ids(doc: "Doc[Text]", text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[Range, ...]]:
    """The ids of the characters in each span of the text; takes them out of `doc`."""
    body = doc.get(ROOT, type=Text)
    changes: list[bytes] = []

    def note(event: TransactionEvent) -> None:
        changes.append(event.update)

    _listening = doc.observe(note)
    offsets = [0, *accumulate(len(letter.encode()) for letter in text)]
    for start, end in reversed(spans):
        del body[offsets[start] : offsets[end]]
    deletes = (yupdate.decode(change, ANY_NUMBER).deletes for change in reversed(changes))
    return [
        tuple((client, clock, length) for client, found in each.items() for clock, length in found) for each in deletes
    ]


def _deleted(rows: Iterable[Update]) -> Iterator[Range]:
    for row in rows:
        for client, spans in row.deletes.items():
            yield from ((client, clock, length) for clock, length in spans)
        for client, blocks in row.blocks.items():
            yield from ((client, block.clock, block.length) for block in blocks if block.text is None)


def _typed(rows: Iterable[Update], wanted: "regex.Pattern[str]") -> Iterator[tuple[Range, ...]]:
    """Where one client typed the words, letter after letter, across however many rows."""
    strings: dict[int, list[Block]] = {}
    for row in rows:
        for client, blocks in row.blocks.items():
            strings.setdefault(client, []).extend(block for block in blocks if block.text is not None)
    for client, pieces in strings.items():
        for first, run in _runs(sorted(pieces)):
            units = [0, *accumulate(1 + (ord(letter) > 0xFFFF) for letter in run)]
            for match in wanted.finditer(run, overlapped=True):
                start, end = units[match.start()], units[match.end()]
                yield ((client, first + start, end - start),)


def _runs(pieces: Iterable[Block]) -> Iterator[tuple[int, str]]:
    """Strings whose clocks follow on one another, joined: (first clock, text)."""
    first, end, texts = 0, -1, list[str]()
    for piece in pieces:
        if piece.clock != end:
            if texts:
                yield first, "".join(texts)
            first, texts = piece.clock, []
        texts.append(piece.text or "")
        end = piece.end
    if texts:
        yield first, "".join(texts)


def _intersection(ids: Iterable[Range], gone: Ranges) -> tuple[Range, ...]:
    return tuple(
        (client, start, end - start)
        for client, clock, length in ids
        for start, end in gone.within(client, clock, clock + length)
    )


def _disjoint(places: Iterable[tuple[Range, ...]]) -> Iterator[tuple[Range, ...]]:
    """Without those that are wholly in earlier ones."""
    seen: set[tuple[int, int]] = set()
    for place in places:
        ids = {(client, at) for client, clock, length in place for at in range(clock, clock + length)}
        if ids - seen:
            seen |= ids
            yield place


def holding(texts: Sequence[str], words: str) -> list[bool]:
    """Which of `texts` have the words in them."""
    wanted = pattern(words)
    return [wanted.search(text) is not None for text in texts]


def blank(updates: Iterable[bytes], struck: Iterable[Range]) -> list[bytes | None]:
    """For each update, what it is with the struck characters blanked: deleted ones of the same ids. None if it has
    none of them.
    """
    ranges = Ranges(struck)
    return [_changed(update, ranges, Kind.STRING, lambda _length: None) for update in updates]


def filled(updates: Iterable[bytes], struck: Iterable[Range]) -> list[bytes]:
    """The blanked updates with `FILLER` for every struck character, so that it is seen where they stood."""
    ranges = Ranges(struck)
    return [_changed(update, ranges, Kind.DELETED, lambda length: FILLER * length) or update for update in updates]


def _changed(data: bytes, struck: Ranges, kind: Kind, put: Callable[[int], str | None]) -> bytes | None:
    """`data` with other text in the struck parts of its blocks of this kind; None if it has no such parts."""
    update = yupdate.decode(data, ANY_NUMBER)
    touched = False
    blocks = {}
    for client, old in update.blocks.items():
        blocks[client] = list[Block]()
        for block in old:
            holes = list(struck.within(client, block.clock, block.end)) if block.kind is kind else []
            touched |= bool(holes)
            blocks[client] += _cut(client, block, holes, put) if holes else [block]
    return yencode.encode(Update(blocks, update.deletes)) if touched else None


def _cut(
    client: int, block: Block, holes: Sequence[tuple[int, int]], put: Callable[[int], str | None]
) -> Iterator[Block]:
    """The pieces of a block around and in its holes. Each hangs on the one before, as pieces of one block do."""
    at = block.clock
    for start, end in [*holes, (block.end, block.end)]:
        if at < start:
            yield _piece(client, block, at, start, _part(block, at, start))
        if start < end:
            yield _piece(client, block, start, end, put(end - start))
        at = end


def _part(block: Block, start: int, end: int) -> str | None:
    if block.text is None:
        return None
    return block.text.encode("utf-16-le")[2 * (start - block.clock) : 2 * (end - block.clock)].decode("utf-16-le")


def _piece(client: int, block: Block, start: int, end: int, text: str | None) -> Block:
    origin = block.origin if start == block.clock else Id(client, start - 1)
    return Block(start, end - start, Kind.DELETED if text is None else Kind.STRING, origin, block.right, text)
