"""The outbox: one row for each release on each channel, what became of it, and what people do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import LOCK
from ..errors import Busy, Invalid, NotFound
from . import connecting
from .announcement import Announcement
from .channels.channel import Channel as OpenChannel
from .keys import new_key
from .models import Channel, Delivery

OPEN = ("gathering", "waiting", "due", "sending", "uncertain", "by_hand")
WAITING = ("due", "uncertain")
ACTS: dict[str, tuple[str, ...]] = {
    "approve": ("waiting",),
    "word": ("gathering", "waiting", "due", "by_hand"),
    "retry": ("gathering", "due", "uncertain", "failed"),
    "cancel": ("gathering", "waiting", "due", "uncertain", "failed", "by_hand"),
    "correct": ("sent",),
}
"""What people may do with a post, and while it is how far."""
WORDS_LIMIT = 600
URL_LIMIT = 500
LEDGER_LIMIT = 500

IN_WORDS = {
    "gathering": "Waits to be told together with others",
    "joined": "Told together with a later one",
    "waiting": "Waits for somebody to approve it",
    "due": "Waiting to be posted",
    "sending": "Being posted",
    "uncertain": "Perhaps posted: we look before we try again",
    "by_hand": "Ready: somebody has to post it and tick it off",
    "sent": "Posted",
    "failed": "Not posted, as far as we know",
    "cancelled": "Left out",
}


NOT_MAJOR = "Only major changes are posted here."


def queue(
    session: Session, *, event_id: int, revision_id: int, draft_id: int, at: datetime, major: bool = True
) -> None:
    """One row for each channel that is not paused, in the transaction that releases. Again changes nothing.

    `major`: it counts as that by itself, as first versions do and what takes something back.
    """
    there = sa.select(Delivery.channel_id).where(Delivery.revision_id == revision_id)
    wanted = sa.select(Channel.id, Channel.rule, Channel.approves, Channel.digest_minutes).where(
        Channel.event_id == event_id,
        Channel.paused.is_(None),
        Channel.removed.is_(None),
        Channel.id.not_in(there),
    )
    channels = session.execute(wanted.order_by(Channel.id)).all()
    gathers = [channel.id for channel in channels if channel.rule == "digest" and not channel.approves]
    begun = _digests_begun(session, gathers) if gathers else {}
    rows = []
    for channel in channels:
        row = {
            "event_id": event_id,
            "revision_id": revision_id,
            "draft_id": draft_id,
            "channel_id": channel.id,
            "state": "waiting" if channel.approves else "due",
            "payload": {},
            "key": new_key(at),
            "not_before": at,
            "created": at,
            "last_error": None,
        }
        if channel.id in gathers:
            due = begun.get(channel.id) or at + timedelta(minutes=channel.digest_minutes)
            row |= {"state": "gathering", "not_before": due}
        elif channel.rule == "major" and not major:
            row |= {"state": "cancelled", "last_error": NOT_MAJOR}
        rows.append(row)
    if rows:  # at once: however many they are, accepting takes no longer
        session.execute(sa.insert(Delivery), rows)


def _digests_begun(session: Session, channel_ids: Sequence[int]) -> dict[int, datetime]:
    """When the next post about several is due, by channel: so long after the first of them."""
    waits = Delivery.channel_id.in_(channel_ids), Delivery.state == "gathering"
    first = sa.select(Delivery.channel_id, sa.func.min(Delivery.not_before)).where(*waits)
    return {channel_id: due for channel_id, due in session.execute(first.group_by(Delivery.channel_id))}


def call_major(session: Session, revision_id: int) -> None:
    """Whoever publishes it says that it matters: places that post only that post it, in the same transaction."""
    left_out = sa.select(Delivery, Channel).join(Channel, Channel.id == Delivery.channel_id)
    mine = left_out.where(Delivery.revision_id == revision_id, Delivery.last_error == NOT_MAJOR)
    for row, channel in session.execute(mine).all():
        row.state, row.last_error = "waiting" if channel.approves else "due", None


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. `text` is empty until it was first tried; `next_try` is set only while one is due."""

    delivery_id: int
    channel: str
    kind: str
    revision_id: int
    state: str
    words: str
    attempts: int
    next_try: datetime | None
    sent: datetime | None
    url: str | None
    error: str | None
    text: str
    key: str
    turn: int
    may: tuple[str, ...]
    """What can be done about it now, of `ACTS`."""
    picture: str
    """What its picture shows, in words; empty if it has none."""
    may_insist: bool


def ledger(session: Session, event_id: int) -> list[Entry]:
    """What became of the event's posts, newest first."""
    rows = (
        sa.select(Delivery, Channel)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(Delivery.event_id == event_id)
        .order_by(Delivery.id.desc())
        .limit(LEDGER_LIMIT)
    )
    return [_entry(delivery, channel) for delivery, channel in session.execute(rows)]


def _entry(row: Delivery, channel: Channel) -> Entry:
    return Entry(
        delivery_id=row.id,
        channel=channel.name,
        kind=channel.kind,
        revision_id=row.revision_id,
        state=row.state,
        words=_in_words(row, channel),
        attempts=row.attempts,
        next_try=row.not_before if row.state in WAITING and not (channel.paused or channel.attention_since) else None,
        sent=row.sent,
        url=row.remote_url,
        error=row.last_error,
        text=row.payload.get("text", ""),
        key=row.key,
        turn=row.turn,
        may=tuple(act for act, states in ACTS.items() if row.state in states and channel.removed is None),
        picture=(row.payload.get("picture") or {}).get("alt", ""),
        may_insist=_left_out_by_us(row) and channel.removed is None,
    )


def _in_words(row: Delivery, channel: Channel) -> str:
    if row.state in WAITING and (channel.paused or channel.attention_since):
        return "Paused" if channel.paused else "Waiting until the account lets us in again"
    return IN_WORDS[row.state]


def open_ones(session: Session) -> list[Delivery]:
    """Every post that is not out and was not left out, oldest first."""
    states = (*OPEN, "failed")
    return list(session.scalars(sa.select(Delivery).where(Delivery.state.in_(states)).order_by(Delivery.id)))


def preview(announcement: Announcement, channel: OpenChannel, at: datetime) -> str:
    """Exactly what would be posted, without posting it."""
    post = channel.compose(announcement, thread=None, at=at)
    return f"{post.text}\n\n{post.beside}" if post.beside else post.text


def retry(session: Session, delivery_id: int, at: datetime) -> None:
    """Try again now, and from the start of the schedule. What may be out already is looked for first."""
    row = _one(session, delivery_id)
    if row.state not in ACTS["retry"]:
        raise Invalid(f"This post cannot be tried again: {IN_WORDS[row.state].lower()}.")
    channel = session.get_one(Channel, row.channel_id)
    if channel.removed is not None:
        raise Invalid("This post cannot be tried again: the channel was disconnected.")
    connecting.attended(session, channel)
    row.state = "due" if row.state in ("due", "gathering") else "uncertain"
    row.not_before, row.attempts, row.first_tried, row.hurried = at, 0, None, True


def approve(session: Session, delivery_id: int, at: datetime) -> None:
    """Somebody looked at it: it goes."""
    row = _may(session, delivery_id, "approve", "This post does not wait for approval")
    row.state, row.not_before = "due", at


def approve_all(session: Session, event_id: int, at: datetime) -> int:
    """Every post of the event that waits for it; says how many."""
    mine = sa.select(Delivery.id).where(Delivery.event_id == event_id, Delivery.state == "waiting")
    ids = list(session.scalars(mine.order_by(Delivery.id)))
    for delivery_id in ids:
        approve(session, delivery_id, at)
    return len(ids)


def word(session: Session, delivery_id: int, words: str, at: datetime) -> None:
    """Say about the change what somebody says, in a post that is certainly not out; nothing is what we found."""
    row = _may(session, delivery_id, "word", "The words of this post cannot be changed any more")
    row.words, row.payload = words, {}
    if row.state == "by_hand":
        row.state, row.not_before = "due", at  # laid out anew


def word_all(session: Session, revision_id: int, words: str) -> None:
    """The same for every post about a release that was just made, in its transaction."""
    if words:
        session.execute(sa.update(Delivery).where(Delivery.revision_id == revision_id).values(words=words))


def correct(session: Session, delivery_id: int, words: str, at: datetime) -> None:
    """Correct a post that is out: in its place where the network has that, otherwise by a reply. The same words as last
    time change nothing.
    """
    row = _may(session, delivery_id, "correct", "Only a post that is out can be corrected")
    if not words:
        raise Invalid("Say what is right.", "words")
    turns = sa.select(Delivery).where(Delivery.revision_id == row.revision_id, Delivery.channel_id == row.channel_id)
    last = session.scalars(turns.order_by(Delivery.turn.desc()).limit(1)).one()
    if last.turn and last.words == words:
        return
    if last.state in OPEN:
        raise Busy("An earlier correction is still on its way. Look again in a minute.")
    session.add(
        Delivery(
            event_id=row.event_id,
            revision_id=row.revision_id,
            draft_id=row.draft_id,
            channel_id=row.channel_id,
            turn=last.turn + 1,
            words=words,
            state="due",
            payload={},
            key=new_key(at),
            not_before=at,
            created=at,
        )  # fmt: skip
    )
    session.flush()


def _may(session: Session, delivery_id: int, act: str, refusal: str) -> Delivery:
    """The row, locked, if this may be done with it."""
    row = _one(session, delivery_id)
    if row.state not in ACTS[act]:
        raise Invalid(f"{refusal}: {IN_WORDS[row.state].lower()}.")
    if session.get_one(Channel, row.channel_id).removed is not None:
        raise Invalid(f"{refusal}: the channel was disconnected.")
    return row


def insist(session: Session, delivery_id: int, at: datetime) -> None:
    """Post after all what we left out by ourselves."""
    row = _one(session, delivery_id)
    if not _left_out_by_us(row):
        raise Invalid(f"This post was not left out: {IN_WORDS[row.state].lower()}.")
    if session.get_one(Channel, row.channel_id).removed is not None:
        raise Invalid("This post cannot be made any more: the channel was disconnected.")
    row.state, row.insisted, row.not_before, row.last_error = "due", True, at, None


def _left_out_by_us(row: Delivery) -> bool:
    """And not by a person, or because the version was taken back: those give no reason here."""
    return row.state == "cancelled" and row.attempts == 0 and not row.payload and row.last_error is not None


def cancel(session: Session, delivery_id: int) -> None:
    """Leave this post out."""
    row = _one(session, delivery_id)
    if row.state == "sending":
        raise Busy("It is being posted at this moment. Look again in a minute.")
    if row.state not in (*OPEN, "failed"):
        raise Invalid(f"This post cannot be left out any more: {IN_WORDS[row.state].lower()}.")
    row.state = "cancelled"
    _let_go(session, row)


UNSEEN = ("gathering", "joined", "waiting", "due", "by_hand")


def leave_out(session: Session, revision_id: int) -> None:
    """Leave out the posts about this revision that nobody has seen yet. What may be out already is not touched."""
    mine = sa.select(Delivery).where(Delivery.revision_id == revision_id, Delivery.state.in_(UNSEEN))
    for row in session.scalars(mine).all():
        if row.joined_to is not None:
            carrier = session.get_one(Delivery, row.joined_to)
            if carrier.state in ("due", "by_hand"):  # what it says is made anew
                carrier.state, carrier.payload = "due", {}
        row.state, row.joined_to = "cancelled", None
        _let_go(session, row)
    session.flush()


def _let_go(session: Session, carrier: Delivery) -> None:
    """What it would have told of, too, goes on its own."""
    joined = sa.update(Delivery).where(Delivery.joined_to == carrier.id, Delivery.state == "joined")
    session.execute(joined.values(state="due", joined_to=None))


def waiting_for_hands(session: Session, event_id: int) -> int:
    """How many posts of the event wait for somebody to put them up and tick them off."""
    waiting = sa.select(sa.func.count(Delivery.id)).where(Delivery.event_id == event_id, Delivery.state == "by_hand")
    return session.scalar(waiting) or 0


def tick_off(session: Session, delivery_id: int, url: str, person_id: int | None, at: datetime) -> None:
    """Somebody posted it by hand and says where; an empty `url` is allowed, not every place has one."""
    row, url = _one(session, delivery_id), url.strip()
    if row.state != "by_hand":
        raise Invalid(f"Only a post that waits for somebody can be ticked off: {IN_WORDS[row.state].lower()}.")
    if url and (not url.startswith(("https://", "http://")) or len(url) > URL_LIMIT or any(c.isspace() for c in url)):
        raise Invalid("Give the link to the post; it begins with https://", "url")
    row.state, row.remote_url, row.sent, row.ticked_off_by = "sent", url or None, at, person_id


def _one(session: Session, delivery_id: int) -> Delivery:
    """The row, locked where the database can, so that nobody claims it meanwhile."""
    row = session.get(Delivery, delivery_id, with_for_update=LOCK)
    if row is None:
        raise NotFound("There is no such post.")
    return row
