"""Reads Yjs updates (encoding v1), strictly: plain text under `content` and nothing else.

Neither does it take what Yjs leaves of things that were in something deleted (GC): no such thing is in a text, and
copies come apart over text that claims to follow one.

Clocks and lengths count UTF-16 units. The format: github.com/yjs/yjs/blob/v13.6.27/src/utils/encoding.js. What a room
takes in passes through here first, so that a hostile frame costs little and never reaches the CRDT library.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from . import varints
from .refusals import BadFrame
from .varints import Reader

ROOT = b"content"
MOST_PIECES = 200_000  # structs and deleted ranges in one update; a long offline day has a tenth of it
ANY_NUMBER = 2**60  # for updates that are our own
LAST_CLOCK = 2**31 - 1  # the CRDT library counts in 32 bits
EMPTY = b"\x00\x00"

HAS_ORIGIN, HAS_RIGHT, HAS_KEY, KIND_BITS = 0x80, 0x40, 0x20, 0x1F
DELETED_BITS, STRING_BITS = 1, 4


class Kind(Enum):
    DELETED = DELETED_BITS
    STRING = STRING_BITS


class Id(NamedTuple):
    client: int
    clock: int


class Block(NamedTuple):
    """One struct. `text` is None unless it is a string."""

    clock: int
    length: int
    kind: Kind
    origin: Id | None = None
    right: Id | None = None
    text: str | None = None

    @property
    def end(self) -> int:
        return self.clock + self.length

    def low_halves(self) -> Iterator[int]:
        """Clocks of the second halves of surrogate pairs: places where the text must not be cut."""
        if self.text is None or len(self.text) == self.length:
            return
        clock = self.clock
        for character in self.text:
            clock += 1
            if ord(character) > 0xFFFF:
                yield clock
                clock += 1


@dataclass(slots=True)
class Update:
    """`blocks`: per client, gapless and in order. `deletes`: per client, (first clock, length)."""

    blocks: dict[int, list[Block]] = field(default_factory=dict)
    deletes: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def decode(data: bytes, most_pieces: int = MOST_PIECES) -> Update:
    """Raises BadFrame unless `data` is exactly one update of plain text."""
    reader = Reader(data)
    update = Update()
    left = most_pieces
    for _ in range(reader.number()):
        count = reader.number()
        client = _new_client(reader, update.blocks)
        left = _spend(left, count)
        update.blocks[client] = _blocks(reader, count)
    for _ in range(reader.number()):
        client = _new_client(reader, update.deletes)
        count = reader.number()
        if count < 1:
            raise BadFrame("a client with nothing deleted")
        left = _spend(left, count)
        update.deletes[client] = [_deleted_range(reader) for _ in range(count)]
    reader.end()
    return update


def decode_state(data: bytes) -> dict[int, int]:
    """A state vector: client → how many clocks are known. Raises BadFrame."""
    reader = Reader(data)
    state: dict[int, int] = {}
    for _ in range(reader.number()):
        client = _new_client(reader, state)
        state[client] = reader.number()
    reader.end()
    return state


def encode_state(state: Mapping[int, int]) -> bytes:
    pairs = (varints.encode(client) + varints.encode(clock) for client, clock in state.items())
    return varints.encode(len(state)) + b"".join(pairs)


def _new_client(reader: Reader, seen: Container[int]) -> int:
    client = reader.number()
    if client in seen or client > varints.GREATEST:
        raise BadFrame("a client twice, or an id that no browser makes")
    return client


def _spend(left: int, pieces: int) -> int:
    """A frame must not be able to claim many pieces."""
    if pieces > left:
        raise BadFrame("too many pieces")
    return left - pieces


def _blocks(reader: Reader, count: int) -> list[Block]:
    if count < 1:
        raise BadFrame("a client with nothing to say")  # the CRDT library may panic on it
    clock = reader.number()
    blocks = []
    for _ in range(count):
        block = _block(reader, clock)
        if block.length < 1 or block.end > LAST_CLOCK:
            raise BadFrame("an absurd length")
        blocks.append(block)
        clock = block.end
    return blocks


def _block(reader: Reader, clock: int) -> Block:
    info = reader.byte()
    if info & HAS_KEY or info & KIND_BITS not in (DELETED_BITS, STRING_BITS):
        raise BadFrame("something other than text")
    origin = Id(reader.number(), reader.number()) if info & HAS_ORIGIN else None
    right = Id(reader.number(), reader.number()) if info & HAS_RIGHT else None
    if origin is None and right is None and (reader.number() != 1 or reader.piece() != ROOT):
        raise BadFrame("text that is not under the root")
    if origin is not None and origin == right:
        raise BadFrame("before and after the same character")
    if info & KIND_BITS == DELETED_BITS:
        return Block(clock, reader.number(), Kind.DELETED, origin, right)
    try:
        text = reader.piece().decode()
    except UnicodeDecodeError as error:
        raise BadFrame("text that is not UTF-8") from error
    return Block(clock, utf16_length(text), Kind.STRING, origin, right, text)


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _deleted_range(reader: Reader) -> tuple[int, int]:
    clock, length = reader.number(), reader.number()
    if length < 1 or clock + length > LAST_CLOCK:
        raise BadFrame("an absurd length")
    return clock, length
