"""What there is to tell in letters, and when those who asked for them are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...events.models import Event
from ...wording.letter import Item
from .. import quiet
from .models import Edition, Subscription
from .slots import RHYTHMS, following
from .subscribing import is_offered


@dataclass(frozen=True)
class About:
    event_id: int
    draft_id: int
    number: int


def say(session: Session, *, key: str, about: About, item: Item, at: datetime) -> Edition:
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
        # Also those who have a letter due: whoever is noting one has its row, and is waited for.
        moment = sa.literal(slot(session, about.event_id, rhythm, at), Subscription.due.type)
        mine = sa.update(Subscription).where(*_asked(made), Subscription.rhythm == rhythm)
        session.execute(mine.values(due=sa.func.coalesce(Subscription.due, moment)))
    return made


def slot(session: Session, event_id: int, rhythm: str, at: datetime) -> datetime:
    """When the next letter of this rhythm goes, not in quiet hours."""
    zone = session.get_one(Event, event_id).timezone
    return after_quiet_hours(session, event_id, following(rhythm, zone, at))


def after_quiet_hours(session: Session, event_id: int, moment: datetime) -> datetime:
    """The moment, or the end of the channel's quiet hours in which it lies."""
    channel = is_offered(session, event_id)
    if channel is None or not channel.quiet_from:
        return moment
    begin, end = time.fromisoformat(channel.quiet_from), time.fromisoformat(channel.quiet_until)
    return quiet.until(begin, end, session.get_one(Event, event_id).timezone, moment) or moment


def untold(session: Session, reader: Subscription) -> list[tuple[int, int]]:
    """What a letter to this reader would tell, oldest first: each edition and its text, by their numbers."""
    mine = sa.select(Edition.id, Edition.draft_id).where(Edition.event_id == reader.event_id, Edition.id > reader.told)
    if reader.draft_id is not None:
        mine = mine.where(Edition.draft_id == reader.draft_id)
    return [(row.id, row.draft_id) for row in session.execute(mine.order_by(Edition.id))]


def bodies(session: Session, edition_ids: Sequence[int]) -> list[dict[str, Any]]:
    """What they say, oldest first."""
    return list(session.scalars(sa.select(Edition.body).where(Edition.id.in_(edition_ids)).order_by(Edition.id)))


@dataclass(frozen=True)
class Progress:
    """How far an edition has got: of so many readers, so many have still to be told."""

    readers: int
    left: int


def progress(session: Session, event_id: int, keys: Sequence[str]) -> dict[str, Progress]:
    """By key."""
    waiting = (
        sa.select(Subscription.draft_id, Subscription.told, sa.func.count())
        .where(Subscription.event_id == event_id, Subscription.confirmed.is_not(None), Subscription.due.is_not(None))
        .group_by(Subscription.draft_id, Subscription.told)
    )
    groups = session.execute(waiting).all()
    told: dict[str, Progress] = {}
    for edition in session.scalars(sa.select(Edition).where(Edition.key.in_(keys))):
        left = sum(
            count for draft_id, last, count in groups if last < edition.id and draft_id in (None, edition.draft_id)
        )
        told[edition.key] = Progress(edition.readers, min(left, edition.readers))
    return told


def _asked(edition: Edition) -> tuple[sa.ColumnElement[bool], ...]:
    about = sa.or_(Subscription.draft_id.is_(None), Subscription.draft_id == edition.draft_id)
    return Subscription.event_id == edition.event_id, about, Subscription.confirmed.is_not(None)
