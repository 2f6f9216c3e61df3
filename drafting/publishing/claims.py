"""Who may send a delivery now: claims that two workers never both hold, and what is noted at their end.

Every move is one guarded update. A claim is known by its lease, so whoever comes back too late changes nothing.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from .channels import Refit, Rejected, Retry, Revoked, Undelivered, Unseen
from .channels.channel import Sent
from .holding import held
from .models import Channel, Delivery

LEASE = timedelta(minutes=5)  # longer than any one attempt: at most six requests of 20 s
SCHEDULE_S = (60, 5 * 60, 30 * 60, 2 * 3600, 8 * 3600, 24 * 3600)
GIVE_UP = timedelta(hours=48)
JITTER = 0.1
ERROR_LIMIT = 300

READY = ("due", "uncertain")


@dataclass(frozen=True)
class Claim:
    """The right to send one delivery until `lease_until`."""

    delivery_id: int
    lease_until: datetime
    attempt: int
    first_tried: datetime


def due(at: datetime) -> sa.Select[Delivery]:
    """Deliveries that can be tried, oldest first, of channels on which nothing is being sent, in events that do not
    hold their posts.
    """
    busy = aliased(Delivery)
    in_flight = sa.exists().where(
        busy.channel_id == Delivery.channel_id, busy.state == "sending", busy.lease_until > at
    )
    return (
        sa.select(Delivery)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(Delivery.state.in_(READY), Delivery.not_before <= at, ~in_flight)
        .where(Channel.paused.is_(None), Channel.removed.is_(None), Channel.attention_since.is_(None), ~held(at))
        .order_by(Delivery.id)
    )


def expired(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Delivery.state == "sending", Delivery.lease_until <= at)


def gather(session: Session, channel_id: int, at: datetime, *, into: int | None = None) -> None:
    """When it is time, the newest of what gathers on a channel tells of the others; or the post `into` does, which goes
    anyway. In one transaction, so that nobody ever finds half of it.
    """
    waits = sa.and_(Delivery.channel_id == channel_id, Delivery.state == "gathering")
    ids, first = session.execute(
        sa.select(sa.func.max(Delivery.id), sa.func.min(Delivery.not_before)).where(waits)
    ).one()
    if ids is None or (into is None and first > at):
        return
    carrier = into or ids
    quietly = {"synchronize_session": False}
    others = sa.update(Delivery).where(waits, Delivery.id < carrier)
    session.execute(others.values(state="joined", joined_to=carrier).execution_options(**quietly))
    if into is None:
        telling = sa.update(Delivery).where(waits, Delivery.id == carrier)
        session.execute(telling.values(state="due", not_before=at).execution_options(**quietly))


def gathered(at: datetime) -> sa.Select[int]:
    """Channels on which it is time to tell of what gathers."""
    return (
        sa.select(Delivery.channel_id)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(Delivery.state == "gathering", Delivery.not_before <= at)
        .where(Channel.paused.is_(None), Channel.removed.is_(None), Channel.attention_since.is_(None), ~held(at))
        .distinct()
    )


def let_gather(session: Session, row: Delivery, until: datetime) -> None:
    """It is too little for a post of its own: it is told together with the next."""
    _move(session, _as_read(row), {"state": "gathering", "not_before": until})


def doubt_expired(session: Session, at: datetime) -> None:
    """Whoever was sending these is gone, and nobody knows how far it came."""
    words = "We were interrupted while posting."
    values = {"state": "uncertain", "not_before": at, "lease_until": None, "last_error": words}
    session.execute(sa.update(Delivery).where(expired(at)).values(**values))


def claim(session: Session, row: Delivery, payload: dict[str, Any], at: datetime) -> Claim | None:
    """Take the delivery as it was read in `row`, with its payload from now on. None if another was first."""
    taken = Claim(row.id, at + LEASE, row.attempts + 1, row.first_tried or at)
    values = {
        "state": "sending", "payload": payload, "attempts": taken.attempt,
        "first_tried": taken.first_tried, "lease_until": taken.lease_until,
    }  # fmt: skip
    return taken if _move(session, _as_read(row), values) else None


def hand_over(session: Session, row: Delivery, payload: dict[str, Any]) -> bool:
    """From here on it is a person's."""
    return _move(session, _as_read(row), {"state": "by_hand", "payload": payload})


def postpone(session: Session, row: Delivery, until: datetime) -> None:
    """Look again then; that counts as no attempt."""
    _move(session, _as_read(row), {"not_before": until})


def refuse(session: Session, row: Delivery, words: str) -> None:
    """It cannot even be tried."""
    _move(session, _as_read(row), {"state": "failed", "last_error": words[:ERROR_LIMIT]})


def leave_out(session: Session, row: Delivery, words: str) -> None:
    """It is not to be tried."""
    _move(session, _as_read(row), {"state": "cancelled", "last_error": words[:ERROR_LIMIT]})


def confirm(session: Session, taken: Claim, sent: Sent, at: datetime) -> None:
    """It is out. That is so whatever became of the claim meanwhile."""
    _move(
        session,
        sa.and_(Delivery.id == taken.delivery_id, Delivery.state != "sent"),
        {
            "state": "sent", "sent": at, "remote_id": sent.remote_id, "remote_url": sent.url, "remote_ref": sent.ref,
            "lease_until": None, "last_error": None,
        },
    )  # fmt: skip


def give_back(session: Session, taken: Claim, failure: Undelivered, at: datetime, *, doubtful: bool = False) -> None:
    """It did not work: say why, and when to try again if at all. `doubtful`: it may be out from an earlier attempt, and
    could not be looked for.

    Where the account does not let us in any more, everything waits until a person has seen to it: that takes as long as
    it takes.
    """
    words = failure.words
    wait = waiting_time(taken.attempt, failure.after_s if isinstance(failure, Retry) else 0)
    values: dict[str, Any] = {"lease_until": None, "not_before": at + wait}
    again = "uncertain" if doubtful else "due"
    if isinstance(failure, (Rejected, Unseen)):
        values["state"] = "failed"
    elif isinstance(failure, Revoked):
        values |= {"state": again, "not_before": at, "first_tried": None}
        _need_attention(session, taken, words, at)
    elif at + wait > taken.first_tried + GIVE_UP:
        values["state"] = "failed"
        words = f"Given up after two days. {words}"
    else:
        values["state"] = again if isinstance(failure, Retry) else "uncertain"
    if isinstance(failure, Refit) and not doubtful:
        values["payload"] = {}
    mine = sa.and_(
        Delivery.id == taken.delivery_id, Delivery.state == "sending", Delivery.lease_until == taken.lease_until
    )
    _move(session, mine, {**values, "last_error": words[:ERROR_LIMIT]})


def _need_attention(session: Session, taken: Claim, words: str, at: datetime) -> None:
    mine = sa.select(Delivery.channel_id).where(Delivery.id == taken.delivery_id).scalar_subquery()
    since = sa.func.coalesce(Channel.attention_since, sa.literal(at, Channel.attention_since.type))
    told = {"attention": words[:ERROR_LIMIT], "attention_since": since}
    quietly = {"synchronize_session": False}
    session.execute(sa.update(Channel).where(Channel.id == mine).values(**told).execution_options(**quietly))


def waiting_time(attempt: int, asked_s: float, schedule_s: Sequence[float] = SCHEDULE_S) -> timedelta:
    """What the other side asked for, at least our own schedule, and up to a tenth more so that not all come at once."""
    ours = schedule_s[min(attempt, len(schedule_s)) - 1]
    return timedelta(seconds=max(ours, asked_s) * (1 + JITTER * random.random()))


def _as_read(row: Delivery) -> sa.ColumnElement[bool]:
    return sa.and_(Delivery.id == row.id, Delivery.state == row.state, Delivery.attempts == row.attempts)


def _move(session: Session, where: sa.ColumnElement[bool], values: dict[str, Any]) -> bool:
    """Whether the row was as expected and is now as wanted."""
    done: Any = session.execute(
        sa.update(Delivery).where(where).values(**values).execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)
