"""Who may write to a reader now: claims that two postmen never both hold, and what is noted at their end.

A claim is known by its lease, so whoever comes back too late changes nothing. Rows are locked before they are read:
new editions and new wishes come at any moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...db import LOCK
from ..channels.failures import Retry, Uncertain, Undelivered
from ..claims import ERROR_LIMIT, GIVE_UP, waiting_time
from ..holding import held
from ..models import Channel
from . import editions
from .models import Edition, NeverAgain, Subscription
from .server import NoSuchReader
from .subscribing import is_offered
from .writing import Title, Written

BUNDLE = 20
"""So many letters are taken at once."""
LEASE = timedelta(minutes=30)
"""Longer than a bundle takes of which each letter is waited for as long as `PATIENCE_S`, twice."""
MISSING = 3
"""So often a reader must not be there until the address is forgotten."""
HIDDEN_WAITS = timedelta(hours=1)


@dataclass(frozen=True)
class Turn:
    """The right to write one letter until `lease_until`."""

    subscription_id: int
    lease_until: datetime
    attempt: int
    first_tried: datetime


def due(at: datetime) -> sa.Select[int]:
    """Whose letter may go now, longest waiting first. A card goes also while posts are held."""
    offered = sa.exists().where(
        Channel.event_id == Subscription.event_id, Channel.kind == "mail", Channel.removed.is_(None),
        sa.or_(Subscription.card, Channel.paused.is_(None)),
    )  # fmt: skip
    may = sa.or_(Subscription.card, ~held(at, Subscription.event_id))
    wanted = ~sa.exists().where(NeverAgain.address_digest == Subscription.address_digest)
    mine = sa.select(Subscription.id).where(Subscription.due <= at, _free(at), offered, may, wanted)
    return mine.order_by(Subscription.due)


def claim(session: Session, at: datetime) -> list[Turn]:
    """Letters that are due, ours for a while: nobody else sends them."""
    first = sa.func.coalesce(Subscription.first_tried, sa.literal(at, Subscription.first_tried.type))
    mine = (
        sa.update(Subscription)
        .where(Subscription.id.in_(due(at).limit(BUNDLE).scalar_subquery()), _free(at))
        .values(lease_until=at + LEASE, attempts=Subscription.attempts + 1, first_tried=first)
        .returning(Subscription.id, Subscription.attempts, Subscription.first_tried)
        .execution_options(synchronize_session=False)
    )
    return [Turn(row.id, at + LEASE, row.attempts, row.first_tried) for row in session.execute(mine)]


def begin(session: Session, turn: Turn, letter: Written, title: Title, at: datetime) -> bool:
    """Write down that the letter is being handed in. False if it must not go any more: it was ended, what it tells was
    taken back or hidden, or posts are held or paused since it was written.
    """
    reader = _mine(session, turn)
    if reader is None:
        return False
    if not _may_go(session, reader, letter, title, at):
        reader.lease_until = None
        return False
    reader.handing = letter.newest
    return True


def _may_go(session: Session, reader: Subscription, letter: Written, title: Title, at: datetime) -> bool:
    channel = is_offered(session, reader.event_id)
    if channel is None or title(session, reader.event_id, reader.draft_id) is None:
        return False
    if not letter.newest:
        return True
    waits = sa.select(sa.exists().where(Subscription.id == reader.id, held(at, Subscription.event_id)))
    if channel.paused is not None or session.scalar(waits):
        return False
    left = session.scalars(sa.select(Edition.draft_id).where(Edition.id.in_(letter.told))).all()
    shown = all(title(session, reader.event_id, draft_id) is not None for draft_id in set(left))
    return shown and len(left) == len(letter.told)


def note(session: Session, turn: Turn, letter: Written, at: datetime) -> None:
    """It is out."""
    reader = _mine(session, turn)
    if reader is None:
        return
    if letter.newest:
        reader.told = max(reader.told, letter.newest)
    else:
        reader.card = False
    reader.last_error = ""
    _go_on(session, reader, at)


def put_off(session: Session, turn: Turn, at: datetime) -> None:
    """All that it would tell is hidden: look again later."""
    reader = _mine(session, turn)
    if reader is not None:
        waits = reader.card or bool(editions.untold(session, reader))
        reader.lease_until = reader.first_tried = None
        reader.attempts, reader.due = 0, at + HIDDEN_WAITS if waits else None


def give_back(session: Session, turn: Turn) -> None:
    """It was not tried."""
    reader = _mine(session, turn)
    if reader is not None:
        reader.lease_until, reader.attempts = None, reader.attempts - 1


def give_up(session: Session, turn: Turn, failure: Undelivered, at: datetime) -> None:
    """It did not work: say why, and when to try again, if at all."""
    reader = _mine(session, turn)
    if reader is None:
        return
    reader.last_error = failure.words[:ERROR_LIMIT]
    if isinstance(failure, Uncertain):
        _doubt(session, reader, at)
        return
    missing = isinstance(failure, NoSuchReader)
    if missing and (reader.confirmed is None or turn.attempt >= MISSING):
        session.delete(reader)
    elif (isinstance(failure, Retry) or missing) and at - turn.first_tried < GIVE_UP:
        later = at + waiting_time(turn.attempt, 0)
        reader.due = later if reader.card else editions.after_quiet_hours(session, reader.event_id, later)
        reader.handing = reader.lease_until = None
    else:
        reader.card = False
        _go_on(session, reader, None)


def settle(session: Session, at: datetime) -> None:
    """Letters of which nobody knows whether they were taken: what they told waits for the next one."""
    mine = sa.select(Subscription).where(doubtful(at)).with_for_update(**LOCK)
    for reader in session.scalars(mine).all():
        _doubt(session, reader, at)


def doubtful(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Subscription.lease_until <= at, Subscription.handing.is_not(None))


def _doubt(session: Session, reader: Subscription, at: datetime) -> None:
    """A card is not asked for again; the reader can do that."""
    handed = reader.handing
    newer = bool(handed) and any(edition_id > (handed or 0) for edition_id, _ in editions.untold(session, reader))
    reader.card = reader.card and bool(handed)
    _go_on(session, reader, at if newer else None)


def _go_on(session: Session, reader: Subscription, at: datetime | None) -> None:
    """What has come meanwhile goes with the next letter, if there is a moment `at` from which it may; a card that was
    asked for meanwhile goes now.
    """
    reader.handing = reader.lease_until = reader.first_tried = None
    reader.attempts = 0
    if reader.card:
        reader.due = at or reader.due
    elif at is not None and reader.confirmed is not None and editions.untold(session, reader):
        reader.due = editions.slot(session, reader.event_id, reader.rhythm, at)
    else:
        reader.due = None


def _mine(session: Session, turn: Turn) -> Subscription | None:
    reader = session.get(Subscription, turn.subscription_id, with_for_update=LOCK)
    return reader if reader is not None and reader.lease_until == turn.lease_until else None


def _free(at: datetime) -> sa.ColumnElement[bool]:
    """Nobody has it, or whoever had it is gone and had not begun to hand it in."""
    left: Any = sa.and_(Subscription.lease_until <= at, Subscription.handing.is_(None))
    return sa.or_(Subscription.lease_until.is_(None), left)
