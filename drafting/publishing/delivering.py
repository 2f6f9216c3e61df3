"""One delivery's way out: make the post, claim, send outside any transaction, confirm."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..errors import Refused
from ..events.models import Event
from ..wording.digest import Entry
from ..wording.tongue import tongue
from . import claims, quiet
from .announcement import Announcement, entry
from .channels import Rejected, Uncertain, Undelivered, Unseen
from .channels.channel import Channel, Editing, Post, Sent
from .kinds import KINDS
from .models import Channel as ChannelRow
from .models import Delivery

log = logging.getLogger(__name__)

Describe = Callable[[Session, int, str], Announcement | None]
"""What a revision's announcement says, in a language or, if that is empty, in the event's; None while it is not ready
to be announced.
"""

OpenChannel = Callable[[ChannelRow], Channel]
"""The channel of a row, ready to be used. Raises Refused in words if it cannot be opened."""

SOON = timedelta(seconds=1)
SELDOM = timedelta(minutes=10)
LITTLE_WAITS = timedelta(hours=1)
"""So long a change that is too little for a post of its own waits for company."""
AFTER_A_FAULT = timedelta(minutes=5)
NOTHING_TO_TELL = "Readers would see no difference, so nothing was posted."
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
        ready = session.scalar(claims.gathered(at).where(Delivery.channel_id == channel_id))
    if ready is not None:
        with desk.database.write() as session:
            claims.gather(session, channel_id, at)
    with desk.database.read() as session:
        row = session.scalars(claims.due(at).where(Delivery.channel_id == channel_id).limit(1)).first()
        if row is None:
            return False
        channel_row = session.get_one(ChannelRow, channel_id)
        quiet_until = _quiet_until(session, channel_row, row, at)
    if quiet_until is not None:
        with desk.database.write() as session:
            claims.postpone(session, row, quiet_until)
        return True
    try:
        channel = desk.open_channel(channel_row)
        post = _post(desk, channel, channel_row, row, at)
    except (Refused, Undelivered) as error:
        with desk.database.write() as session:
            claims.refuse(session, row, str(error))
        return True
    except _Little:
        with desk.database.write() as session:
            claims.let_gather(session, row, at + LITTLE_WAITS)
        return True
    except _NothingToTell:
        with desk.database.write() as session:
            claims.leave_out(session, row, NOTHING_TO_TELL)
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


class _Little(Exception):
    """Too little for a post of its own."""


class _NothingToTell(Exception):
    """The version differs in nothing that people would notice."""


def _post(desk: Desk, channel: Channel, channel_row: ChannelRow, row: Delivery, at: datetime) -> Post | None:
    """The frozen post, or a new one before the first attempt; None if what it is about is not ready."""
    if row.payload:
        return Post.from_json(row.payload)
    with desk.database.read() as session:
        announcement = desk.describe(session, row.revision_id, channel_row.language)
        if announcement is None:
            return None
        joined = session.scalar(sa.select(sa.exists().where(Delivery.joined_to == row.id)))
        if announcement.trivial and not (row.insisted or row.words or joined or channel.every_version):
            raise _NothingToTell
        joins = KINDS[channel_row.kind].joins
        if announcement.minor and joins and _waits_for_company(session, channel, channel_row, row, at):
            raise _Little
        company = not row.turn and joins and _gathers(session, row.channel_id)
    if company:
        with desk.database.write() as session:
            claims.gather(session, row.channel_id, at, into=row.id)
    with desk.database.read() as session:
        others = _others(desk, session, row, channel_row.language)
        correcting = bool(row.turn) and not isinstance(channel, Editing)
        thread = _thread(session, row, correcting=correcting)
    words = row.words
    if correcting:
        words = tongue(announcement.language).say("Correction: {words}", words=words)
    told = replace(announcement, words=words, others=others, more_hashtags=tuple(channel_row.hashtags.split()))
    return channel.compose(told, thread=thread, at=at)


def _waits_for_company(
    session: Session, channel: Channel, channel_row: ChannelRow, row: Delivery, at: datetime
) -> bool:
    wanted = row.insisted or row.words or row.hurried or channel.every_version or channel_row.rule != "every"
    carries = session.scalar(sa.select(sa.exists().where(Delivery.joined_to == row.id)))
    return not (wanted or carries) and at < row.created + LITTLE_WAITS


def _gathers(session: Session, channel_id: int) -> bool:
    waits = sa.exists().where(Delivery.channel_id == channel_id, Delivery.state == "gathering")
    return session.scalar(sa.select(waits)) or False


def _others(desk: Desk, session: Session, row: Delivery, language: str) -> tuple[Entry, ...]:
    """The releases that this row's post tells of as well, oldest first."""
    post = sa.select(Delivery.id).where(
        Delivery.revision_id == row.revision_id, Delivery.channel_id == row.channel_id, Delivery.turn == 0
    )
    carrier = session.scalar(post) if row.turn else row.id
    joined = sa.select(Delivery).where(Delivery.joined_to == carrier).order_by(Delivery.id)
    told = [(each, desk.describe(session, each.revision_id, language)) for each in session.scalars(joined)]
    return tuple(entry(replace(found, words=each.words)) for each, found in told if found and not found.trivial)


def _quiet_until(session: Session, channel: ChannelRow, row: Delivery, at: datetime) -> datetime | None:
    if not channel.quiet_from or row.hurried:
        return None
    zone = session.get_one(Event, channel.event_id).timezone
    return quiet.until(time.fromisoformat(channel.quiet_from), time.fromisoformat(channel.quiet_until), zone, at)


def _thread(session: Session, row: Delivery, *, correcting: bool) -> dict[str, str] | None:
    """What the draft's first post on the same channel is called there, for a reply to it. A correction replies to what
    it corrects: `parent_` stands before the names of that.
    """
    first = _first_post(session, row)
    if first is None or not correcting:
        return first
    mine = Delivery.revision_id == row.revision_id, Delivery.channel_id == row.channel_id, Delivery.turn == 0
    corrected = session.scalar(sa.select(Delivery.remote_ref).where(*mine)) or first
    return {**first, **{f"parent_{name}": value for name, value in corrected.items()}}


def _first_post(session: Session, row: Delivery) -> dict[str, str] | None:
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
        sent = _sent(desk, channel, post, row)
    except Undelivered as failure:
        doubtful = isinstance(failure, _NotLooked)
        why = failure.because if isinstance(failure, _NotLooked) else failure
        log.info("not delivered", extra={"delivery": row.id, "attempt": taken.attempt, "how": type(why).__name__})
        with desk.database.write() as session:
            claims.give_back(session, taken, why, at, doubtful=doubtful)
        return
    desk.step("posted")
    with desk.database.write() as session:
        claims.confirm(session, taken, sent, at)
    desk.step("confirmed")


class _NotLooked(Undelivered):
    """It could not be looked for, so that it may be out as before; `because` is why."""

    def __init__(self, because: Undelivered) -> None:
        super().__init__(because.words)
        self.because = because


def _corrected(desk: Desk, row: Delivery) -> str:
    """What the post is called there that this row corrects."""
    earlier = sa.select(Delivery.remote_id).where(
        Delivery.revision_id == row.revision_id, Delivery.channel_id == row.channel_id, Delivery.turn == 0
    )
    with desk.database.read() as session:
        found = session.scalar(earlier)
    if not found:
        raise Rejected("There is no post any more that could be corrected.")
    return found


def _sent(desk: Desk, channel: Channel, post: Post, row: Delivery) -> Sent:
    try:
        if row.turn and isinstance(channel, Editing):
            return channel.edit(_corrected(desk, row), post)
        return _found(channel, post, row) or channel.send(post, row.key)
    except Undelivered:
        raise
    except Exception as error:  # a fault of ours must not stop the other deliveries; nobody knows how far it came
        log.exception("sending failed", extra={"delivery": row.id})
        raise Uncertain("Something went wrong on our side while posting.") from error


def _found(channel: Channel, post: Post, row: Delivery) -> Sent | None:
    """What may be out already. Where only a person can look, one who asks for another try has looked."""
    if row.state != "uncertain":
        return None
    try:
        return channel.find(post, row.key)
    except Unseen:
        if row.attempts:
            raise
        return None
    except Undelivered as failure:
        raise _NotLooked(failure) from failure
