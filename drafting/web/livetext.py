"""The live text as it is on disk, for pages: read here, worked out in the pool."""

import secrets
from dataclasses import dataclass

from ..drafts import journal, leftout, plain, strikes
from ..drafts.past import Past
from ..drafts.refusals import NotTaken
from ..errors import Busy, Invalid, NotAllowed, Refused, TooLarge
from .services import reading, services

MEANINGS: dict[str, type[Refused]] = {
    "too_large": TooLarge, "document_full": TooLarge, "no_right": NotAllowed, "frozen": NotAllowed,
    "not_saved": Busy, "too_fast": Busy,
}  # fmt: skip
"""What a room's refusal is to somebody who sent a form; any other is Invalid."""


@dataclass(frozen=True)
class LiveText:
    """The text after the journal's row `seq`."""

    text: str
    seq: int


def read(draft_id: int) -> LiveText:
    return LiveText(*services().pool.run(plain.read, journal.past(reading(), draft_id)))


def save(draft_id: int, person_id: int, *, seen: int, text: str) -> bool:
    """Put what `text` changes since row `seen` into the live text; returns when it is on disk. Raises Refused.

    True if words that were seen then were struck since: they, and what was typed right beside them, are left out.
    """
    pool, client, left_out = services().pool, secrets.randbits(32), False
    if struck := strikes.since(reading(), draft_id, seen):
        every_row = Past(tuple(journal.read(reading(), draft_id)))
        update, left_out = pool.run(leftout.merge, every_row, seen, text, client, struck)
    else:
        update = pool.run(plain.merge, journal.past(reading(), draft_id, until=seen), seen, text, client)
    if update is not None:
        try:
            services().rooms.submit(draft_id, person_id, update)
        except NotTaken as refusal:
            raise MEANINGS.get(refusal.reason, Invalid)(refusal.message) from refusal
    return left_out
