"""The live text as it is on disk, for pages: read here, worked out in the pool."""

import secrets
from dataclasses import dataclass

from ..drafts import journal, plain
from ..drafts.batches import Row
from .services import reading, services


@dataclass(frozen=True)
class LiveText:
    """The text after the journal's row `seq`."""

    text: str
    seq: int


def read(draft_id: int) -> LiveText:
    return LiveText(*services().pool.run(plain.read, _rows(draft_id)))


def save(draft_id: int, person_id: int, *, seen: int, text: str) -> None:
    """Put what `text` changes since row `seen` into the live text; returns when it is on disk. Raises Refused."""
    update = services().pool.run(plain.merge, _rows(draft_id), seen, text, secrets.randbits(32))
    if update is not None:
        services().rooms.submit(draft_id, person_id, update)


def _rows(draft_id: int) -> list[Row]:
    return journal.rows_after(reading(), draft_id, 0)
