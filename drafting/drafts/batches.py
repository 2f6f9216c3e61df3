"""What a room hands to the journal: edits in an order in which each depends only on earlier ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from pycrdt import merge_updates

from .seat import Seat


class Writer(Protocol):
    """Somebody from whom edits come. Hashable by identity."""

    @property
    def seat(self) -> Seat: ...


W = TypeVar("W", bound=Writer)


@dataclass(frozen=True)
class Row:
    """One row of the journal."""

    seq: int
    person_id: int | None
    clients: tuple[int, ...]
    update: bytes


@dataclass(frozen=True)
class Batch(Generic[W]):
    """What goes to disk in one piece. `bindings`: client ids that are new in this epoch, and whose they are."""

    rows: tuple[Row, ...]
    news: tuple[bytes, ...]
    """The same edits as updates for everybody."""
    bindings: dict[int, int]
    acks: dict[W, int]
    edits: int
    """How many were taken for it."""


@dataclass(frozen=True)
class Shown(Generic[W]):
    """What follows from a batch that is on disk: a frame for everybody, None if nothing is new; who is told *saved*."""

    frame: bytes | None
    acks: dict[W, int]


@dataclass
class Piece:
    """What one person sent that goes into one row.

    `plain`: all of it is text that is new, so that the row holds it as it was sent. Of anything else the row holds what
    the document made of it.
    """

    updates: list[bytes] = field(default_factory=list)
    clients: set[int] = field(default_factory=set)
    plain: bool = True


@dataclass
class Queue(Generic[W]):
    """Edits that were taken. Per layer and person, updates that depend only on earlier layers and on their own."""

    layers: list[dict[int, Piece]] = field(default_factory=lambda: [{}])
    begins: dict[int, int] = field(default_factory=dict)
    """Per client id, the first clock that is queued."""
    bindings: dict[int, int] = field(default_factory=dict)
    acks: dict[W, int] = field(default_factory=dict)
    size: int = 0
    edits: int = 0
    deleted: int = 0
    """Characters that the queued edits delete, or say again that they are deleted."""

    def add(self, person_id: int, update: bytes, clients: Iterable[int], *, on_top: bool, plain: bool) -> None:
        """`on_top`: in a later row than all that is here."""
        if on_top:
            self.layers.append({})
        layer = self.layers[-1]
        piece = layer.get(person_id)
        if piece is None:
            piece = layer[person_id] = Piece()
        piece.updates.append(update)
        piece.clients.update(clients)
        piece.plain = piece.plain and plain
        self.size += len(update)
        self.edits += 1

    def pieces(self) -> Iterator[tuple[int, Piece]]:
        """What each row is to be of, and whose, in order."""
        for layer in self.layers:
            yield from layer.items()


def merged(updates: list[bytes]) -> bytes:
    return updates[0] if len(updates) == 1 else merge_updates(*updates)
