"""The messages of y-protocols, read strictly and written. Contents are not looked at here."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from . import varints
from .refusals import BadFrame
from .varints import Reader, prefixed

SYNC, AWARENESS, AUTH, ASK = 0, 1, 2, 3  # github.com/yjs/y-protocols/blob/master/PROTOCOL.md
STEP_1, STEP_2, UPDATE = 0, 1, 2
DENIED = 0
SHORT = bytes((SYNC, UPDATE))


class Kind(Enum):
    STEP_1 = "step 1"
    STEP_2 = "step 2"
    UPDATE = "update"
    AWARENESS = "awareness"
    ASK = "ask"

    @property
    def edits(self) -> bool:
        return self in (Kind.STEP_2, Kind.UPDATE)


SYNC_KINDS = {STEP_1: Kind.STEP_1, STEP_2: Kind.STEP_2, UPDATE: Kind.UPDATE}


class Message(NamedTuple):
    """`body`: a state vector, an update, an awareness update, or nothing."""

    kind: Kind
    body: bytes = b""


@dataclass(frozen=True)
class Entry:
    """What one client says of itself; `state` is None when it has left."""

    client: int
    clock: int
    state: dict[str, Any] | None
    size: int = 0
    """Bytes of the state as it was sent."""


def parse(data: bytes) -> Message:
    """Exactly one message. Raises BadFrame."""
    if data[:2] == SHORT and len(data) > 2 and data[2] == len(data) - 3 < 128:  # most of them
        return Message(Kind.UPDATE, data[3:])
    reader = Reader(data)
    match reader.number():
        case 0:
            kind = SYNC_KINDS.get(reader.number())
            if kind is None:
                raise BadFrame("an unknown sync message")
            message = Message(kind, reader.piece())
        case 1:
            message = Message(Kind.AWARENESS, reader.piece())
        case 3:
            message = Message(Kind.ASK)
        case _:
            raise BadFrame("an unknown message")
    reader.end()
    return message


def step_1(state: bytes) -> bytes:
    return bytes((SYNC, STEP_1)) + prefixed(state)


def step_2(update: bytes) -> bytes:
    return bytes((SYNC, STEP_2)) + prefixed(update)


def update(update: bytes) -> bytes:
    return bytes((SYNC, UPDATE)) + prefixed(update)


def denied(why: str) -> bytes:
    return bytes((AUTH, DENIED)) + prefixed(why.encode())


def awareness(entries: Iterable[Entry]) -> bytes:
    parts = [
        varints.encode(entry.client) + varints.encode(entry.clock) + prefixed(json.dumps(entry.state).encode())
        for entry in entries
    ]
    return bytes((AWARENESS,)) + prefixed(varints.encode(len(parts)) + b"".join(parts))


def parse_awareness(body: bytes) -> list[Entry]:
    """Raises BadFrame."""
    reader = Reader(body)
    entries = []
    for _ in range(reader.number()):
        client, clock = reader.number(), reader.number()
        piece = reader.piece()
        try:
            state = json.loads(piece)
        except (ValueError, RecursionError) as error:
            raise BadFrame("awareness that is not JSON") from error
        if state is not None and not isinstance(state, dict):
            raise BadFrame("awareness that is not an object")
        entries.append(Entry(client, clock, state, len(piece)))
    reader.end()
    return entries
