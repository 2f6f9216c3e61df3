"""The live text as it is on disk, for pages: read here, worked out in the pool."""

import secrets
from dataclasses import dataclass

from ..drafts import anchors, authorship, journal, leftout, plain, strikes
from ..drafts.anchors import Anchor, Moved, Named, Placed
from ..drafts.authorship import Written
from ..drafts.journal import Also
from ..drafts.layout import Place
from ..drafts.past import Past
from ..drafts.refusals import NotTaken
from ..errors import Busy, Invalid, NotAllowed, Refused, Stale, TooLarge
from ..review import pointing
from .services import reading, services

MEANINGS: dict[str, type[Refused]] = {
    "too_large": TooLarge, "document_full": TooLarge, "no_right": NotAllowed, "frozen": NotAllowed,
    "not_saved": Busy, "too_fast": Busy,
}  # fmt: skip
"""What a room's refusal is to somebody who sent a form; any other is Invalid."""

MOST_QUOTED = 5000  # characters of which one remark can speak


@dataclass(frozen=True)
class LiveText:
    """The text after the journal's row `seq`."""

    text: str
    seq: int


def read(draft_id: int) -> LiveText:
    return LiveText(*services().pool.run(plain.read, journal.past(reading(), draft_id)))


def written(draft_id: int) -> Written:
    """Who wrote which words of it."""
    return services().pool.run(authorship.written, journal.past(reading(), draft_id, marks=True))


def was(draft_id: int, seq: int) -> str:
    """The text as it was after row `seq`, without what was struck since."""
    past = journal.past(reading(), draft_id, until=seq)
    then = Past(tuple(row for row in past.rows if row.seq <= seq), past.state, past.seq)
    return services().pool.run(plain.read, then)[0]


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
        _submit(draft_id, person_id, update)
    return left_out


def placed(draft_id: int, found: list[Anchor]) -> Placed:
    """The text, and where these are in it."""
    return services().pool.run(anchors.placed, journal.past(reading(), draft_id), found)


def named_by(draft_id: int, anchor: Anchor) -> Named:
    """The words that stand where `anchor` is. Raises Stale if none do any more."""
    return all_named_by(draft_id, [anchor])[0]


def all_named_by(draft_id: int, found: list[Anchor]) -> list[Named]:
    """The words that stand where each of these is. Raises Stale if at one of them none do any more."""
    now = placed(draft_id, found)
    return [_named(anchor, place, now.text) for anchor, place in zip(found, now.places, strict=True)]


def _named(anchor: Anchor, place: Place | None, text: str) -> Named:
    if place is None:
        raise Stale("These words are not in the text any more. Please select others.")
    if place.end - place.start > MOST_QUOTED:
        raise Invalid(f"Please select at most {MOST_QUOTED} characters.", field="anchor")
    return Named(anchor, text[place.start : place.end])


def changed(draft_id: int, *, seen: int, text: str) -> list[tuple[Named, str]]:
    """What `text` changes since row `seen`: words, and what is to stand in their place. Raises Stale after a strike."""
    if strikes.since(reading(), draft_id, seen):
        raise Stale("Words were struck from this text just now. Please load it again before you change it.")
    past = journal.past(reading(), draft_id, until=seen)
    then = Past(tuple(row for row in past.rows if row.seq <= seen), past.state, past.seq)
    return services().pool.run(pointing.changed, then, text)


def pointed_at(draft_id: int, words: str) -> list[Named]:
    """The first places where exactly these words stand in the text."""
    return services().pool.run(pointing.at, journal.past(reading(), draft_id), words)


def put_in(draft_id: int, person_id: int, anchor: Anchor, *, seen: str, words: str, also: Also) -> None:
    """Put `words` where `seen` stands, as an edit of `person_id`; `also` becomes true with it.

    Raises Stale if other words stand there, and Refused as `save` does.
    """
    past = journal.past(reading(), draft_id)
    try:
        update = services().pool.run(anchors.replacing, past, anchor, seen, words, secrets.randbits(32))
    except Moved as moved:
        raise Stale("The words have changed since you looked. Please look at them again.", words=moved.words) from moved
    if update is None:
        raise Stale("The text says so already.")
    _submit(draft_id, person_id, update, also)


def _submit(draft_id: int, person_id: int, update: bytes, also: Also | None = None) -> None:
    try:
        services().rooms.submit(draft_id, person_id, update, also)
    except NotTaken as refusal:
        raise MEANINGS.get(refusal.reason, Invalid)(refusal.message) from refusal
