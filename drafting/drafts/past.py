"""What a draft was: a state that many rows of its journal were joined into, and the rows that came after it."""

from collections.abc import Iterable
from dataclasses import dataclass

from pycrdt import Doc, Text

from . import yupdate
from .batches import Row
from .yupdate import EMPTY

ROOT = yupdate.ROOT.decode()


def rebuilt(updates: Iterable[bytes], client_id: int | None = None) -> "Doc[Text]":
    """The document that these updates make, in the order of the journal."""
    doc: Doc[Text] = Doc(client_id=client_id)
    doc.get(ROOT, type=Text)
    with doc.transaction():
        for update in updates:
            doc.apply_update(update)
    return doc


@dataclass(frozen=True)
class Past:
    """What a room is opened with: a state, the rows that came after it, and how many bytes all rows take."""

    rows: tuple[Row, ...] = ()
    state: bytes = EMPTY
    seq: int = 0
    """Of the last row in `state`."""
    journal_bytes: int = 0
    """Of the rows in `state`."""
    marks: bytes = b""
    """Who wrote which part of `state`, as `authorship` packs it; empty where nobody asked."""

    @property
    def last_seq(self) -> int:
        return self.rows[-1].seq if self.rows else self.seq

    def document(self, client_id: int | None = None) -> "Doc[Text]":
        return rebuilt((self.state, *(row.update for row in self.rows)), client_id)
