"""One delivery's way out: make the post, claim, send outside any transaction, confirm."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..errors import Refused
from . import claims
from .announcement import Announcement
from .channels import Uncertain, Undelivered
from .channels.channel import Channel, Post, Sent
from .models import Channel as ChannelRow
from .models import Delivery

log = logging.getLogger(__name__)

Describe = Callable[[Session, int], Announcement | None]
"""What a revision's announcement says; None while it is not ready to be announced."""

OpenChannel = Callable[[ChannelRow], Channel]
"""The channel of a row, ready to be used. Raises Refused in words if it cannot be opened."""

SOON = timedelta(seconds=1)
SELDOM = timedelta(minutes=10)
AFTER_A_FAULT = timedelta(minutes=5)
STEPS = ("composed", "claimed", "posted", "confirmed")


@dataclass(frozen=True)
class Desk:
    """What a delivery needs. `step` is told each of STEPS when it is done; tests interrupt there."""

    database: Database
    describe: Describe
    open_channel: OpenChannel
    step: Callable[[str], None] = lambda name: None


def deliver_next(desk: Desk, channel_id: int, at: datetime) -> bool:
    """Try the oldest delivery of one channel that can be tried; False if there is none."""
    with desk.database.read() as session:
        row = session.scalars(claims.due(at).where(Delivery.channel_id == channel_id).limit(1)).first()
        if row is None:
            return False
        channel_row = session.get_one(ChannelRow, channel_id)
    try:
        channel = desk.open_channel(channel_row)
        post = _post(desk, channel, row, at)
    except (Refused, Undelivered) as error:
        with desk.database.write() as session:
            claims.refuse(session, row, str(error))
        return True
    except Exception:  # a fault of ours in one announcement must not stop the channel's others
        log.exception("no post could be made", extra={"delivery": row.id})
        with desk.database.write() as session:
            claims.postpone(session, row, at + AFTER_A_FAULT)
        return True
    if post is None:
        with desk.database.write() as session:
            # Mostly the commit is written within a second; what hangs for a day is not asked for every second.
            claims.postpone(session, row, at + min(max((at - row.created) / 10, SOON), SELDOM))
        return True
    desk.step("composed")
    _carry(desk, channel, row, post, at)
    return True


def _post(desk: Desk, channel: Channel, row: Delivery, at: datetime) -> Post | None:
    """The frozen post, or a new one before the first attempt; None if what it is about is not ready."""
    if row.payload:
        return Post.from_json(row.payload)
    with desk.database.read() as session:
        announcement = desk.describe(session, row.revision_id)
        if announcement is None:
            return None
        thread = _first_post(session, row)
    return channel.compose(announcement, thread=thread, at=at)


def _first_post(session: Session, row: Delivery) -> dict[str, str] | None:
    """What the draft's first post on the same channel is called there, for a reply to it."""
    earlier = sa.select(Delivery.remote_ref).where(
        Delivery.draft_id == row.draft_id,
        Delivery.channel_id == row.channel_id,
        Delivery.state == "sent",
        Delivery.id < row.id,
    )
    return session.scalars(earlier.order_by(Delivery.id).limit(1)).first()


def _carry(desk: Desk, channel: Channel, row: Delivery, post: Post, at: datetime) -> None:
    with desk.database.write() as session:
        if channel.by_hand:
            claims.hand_over(session, row, post.as_json())
            return
        taken = claims.claim(session, row, post.as_json(), at)
    if taken is None:
        return  # another worker was first
    desk.step("claimed")
    try:
        sent = _sent(channel, post, row)
    except Undelivered as failure:
        log.info("not delivered", extra={"delivery": row.id, "attempt": taken.attempt, "how": type(failure).__name__})
        with desk.database.write() as session:
            claims.give_back(session, taken, failure, at)
        return
    desk.step("posted")
    with desk.database.write() as session:
        claims.confirm(session, taken, sent, at)
    desk.step("confirmed")


def _sent(channel: Channel, post: Post, row: Delivery) -> Sent:
    try:
        found = channel.find(post, row.key) if row.state == "uncertain" else None
        return found or channel.send(post, row.key)
    except Undelivered:
        raise
    except Exception as error:  # a fault of ours must not stop the other deliveries; nobody knows how far it came
        log.exception("sending failed", extra={"delivery": row.id})
        raise Uncertain("Something went wrong on our side while posting.") from error
