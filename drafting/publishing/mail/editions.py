"""What there is to tell in letters, and when those who asked for them are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...events.models import Event
from ...wording.letter import Item
from .. import quiet
from ..models import Channel
from .models import Edition, Subscription
from .slots import RHYTHMS, following


@dataclass(frozen=True)
class About:
    event_id: int
    draft_id: int
    number: int


def say(session: Session, *, key: str, about: About, item: Item, channel: Channel | None, at: datetime) -> Edition:
    """Tell everybody who asked for it, in their next letter. Twice with one key is once."""
    said = session.scalar(sa.select(Edition).where(Edition.key == key))
    if said is not None:
        return said
    made = Edition(
        key=key, event_id=about.event_id, draft_id=about.draft_id, number=about.number, body=item.as_json(),
        readers=0, created=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    made.readers = session.scalar(sa.select(sa.func.count()).select_from(Subscription).where(*_asked(made))) or 0
    for rhythm in RHYTHMS:
        moment = slot(session, about.event_id, rhythm, channel, at)
        mine = sa.update(Subscription).where(*_asked(made), Subscription.rhythm == rhythm, Subscription.due.is_(None))
        session.execute(mine.values(due=moment, attempts=0, first_tried=None))
    return made


def slot(session: Session, event_id: int, rhythm: str, channel: Channel | None, at: datetime) -> datetime:
    """When the next letter of this rhythm goes, not in the channel's quiet hours."""
    zone = session.get_one(Event, event_id).timezone
    moment = following(rhythm, zone, at)
    if channel is None or not channel.quiet_from:
        return moment
    begin, end = time.fromisoformat(channel.quiet_from), time.fromisoformat(channel.quiet_until)
    return quiet.until(begin, end, zone, moment) or moment


def untold(session: Session, reader: Subscription) -> list[Edition]:
    """What a letter to this reader would tell, oldest first."""
    mine = sa.select(Edition).where(Edition.event_id == reader.event_id, Edition.id > reader.told)
    if reader.draft_id is not None:
        mine = mine.where(Edition.draft_id == reader.draft_id)
    return list(session.scalars(mine.order_by(Edition.id)))


@dataclass(frozen=True)
class Progress:
    """How far an edition has got: of so many readers, so many have still to be told."""

    readers: int
    left: int


def progress(session: Session, keys: Sequence[str]) -> dict[str, Progress]:
    """By key."""
    waits = sa.and_(
        Subscription.event_id == Edition.event_id,
        sa.or_(Subscription.draft_id.is_(None), Subscription.draft_id == Edition.draft_id),
        Subscription.confirmed.is_not(None), Subscription.due.is_not(None), Subscription.told < Edition.id,
    )  # fmt: skip
    rows = (
        sa.select(Edition.key, Edition.readers, sa.func.count(Subscription.id))
        .outerjoin(Subscription, waits)
        .where(Edition.key.in_(keys))
        .group_by(Edition.id)
    )
    return {key: Progress(readers, min(left, readers)) for key, readers, left in session.execute(rows)}


def _asked(edition: Edition) -> tuple[sa.ColumnElement[bool], ...]:
    about = sa.or_(Subscription.draft_id.is_(None), Subscription.draft_id == edition.draft_id)
    return Subscription.event_id == edition.event_id, about, Subscription.confirmed.is_not(None)
