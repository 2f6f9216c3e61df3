"""The outbox: one row for each release on each channel, what became of it, and what people do with it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import LOCK
from ..errors import Busy, Invalid, NotFound
from .announcement import Announcement
from .channels.channel import Channel as OpenChannel
from .keys import new_key
from .models import Channel, Delivery

OPEN = ("due", "sending", "uncertain", "by_hand")
URL_LIMIT = 500
LEDGER_LIMIT = 500

IN_WORDS = {
    "due": "Waiting to be posted",
    "sending": "Being posted",
    "uncertain": "Perhaps posted: we look before we try again",
    "by_hand": "Ready: somebody has to post it and tick it off",
    "sent": "Posted",
    "failed": "Not posted",
    "cancelled": "Left out",
}


def queue(session: Session, *, event_id: int, revision_id: int, draft_id: int, at: datetime) -> None:
    """One row for each channel that is not paused, in the transaction that releases. Again changes nothing."""
    there = sa.select(Delivery.channel_id).where(Delivery.revision_id == revision_id)
    wanted = sa.select(Channel.id).where(
        Channel.event_id == event_id,
        Channel.paused.is_(None),
        Channel.removed.is_(None),
        Channel.id.not_in(there),
    )
    for channel_id in list(session.scalars(wanted.order_by(Channel.id))):
        session.add(
            Delivery(
                event_id=event_id,
                revision_id=revision_id,
                draft_id=draft_id,
                channel_id=channel_id,
                state="due",
                payload={},
                key=new_key(at),
                not_before=at,
                created=at,
            )
        )
    session.flush()


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
        words="Paused" if channel.paused and row.state in ("due", "uncertain") else IN_WORDS[row.state],
        attempts=row.attempts,
        next_try=row.not_before if row.state in ("due", "uncertain") and not channel.paused else None,
        sent=row.sent,
        url=row.remote_url,
        error=row.last_error,
        text=row.payload.get("text", ""),
    )


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
    if row.state not in ("due", "uncertain", "failed"):
        raise Invalid(f"This post cannot be tried again: {IN_WORDS[row.state].lower()}.")
    if session.get_one(Channel, row.channel_id).removed is not None:
        raise Invalid("This post cannot be tried again: the channel was disconnected.")
    row.state = "due" if row.state == "due" else "uncertain"
    row.not_before, row.attempts, row.first_tried = at, 0, None


def cancel(session: Session, delivery_id: int) -> None:
    """Leave this post out."""
    row = _one(session, delivery_id)
    if row.state == "sending":
        raise Busy("It is being posted at this moment. Look again in a minute.")
    if row.state not in (*OPEN, "failed"):
        raise Invalid(f"This post cannot be left out any more: {IN_WORDS[row.state].lower()}.")
    row.state = "cancelled"


def leave_out(session: Session, revision_id: int) -> None:
    """Leave out the posts about this revision that nobody has seen yet. What may be out already is not touched."""
    unseen = sa.update(Delivery).where(Delivery.revision_id == revision_id, Delivery.state.in_(("due", "by_hand")))
    session.execute(unseen.values(state="cancelled"))


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
