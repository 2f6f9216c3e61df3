"""Telling the hub that feeds changed (www.w3.org/TR/websub/#publishing): claim, ask outside any transaction, note it.

The hub then fetches the feeds and passes on what is new, so telling it twice does no harm, and what changed while it
was away is told once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from .abreast import PATIENCE_S, Abreast
from .channels import Rejected, Retry, Undelivered
from .channels.outward import Outward
from .channels.speaking import ask
from .claims import ERROR_LIMIT, waiting_time
from .models import FeedNews

log = logging.getLogger(__name__)

Feeds = Callable[[Session, int], tuple[str, ...] | None]
"""The addresses of all feeds that tell of a draft; None while they do not say everything yet."""

LEASE = timedelta(minutes=5)  # longer than four requests of 20 s
SCHEDULE_S = (60, 5 * 60, 30 * 60, 2 * 3600)
SOON = timedelta(seconds=1)
SELDOM = timedelta(minutes=10)
AT_ONCE = 2
PLACE = "The hub"
STEPS = ("claimed", "told", "noted")


@dataclass(frozen=True)
class Turn:
    """The right to tell of what changed in one draft until `lease_until`."""

    draft_id: int
    lease_until: datetime
    attempt: int


class Teller:
    """Without a hub it does nothing. `step` is told each of STEPS when it is done; tests interrupt there."""

    def __init__(
        self,
        database: Database,
        hub: str,
        *,
        feeds: Feeds,
        allow_private: bool = False,
        patience_s: float = PATIENCE_S,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._database, self._hub, self._feeds, self._step = database, hub, feeds, step
        self._outward = Outward(allow_private=allow_private)
        self._abreast = Abreast("tell", at_once=AT_ONCE, patience_s=patience_s)

    def tell_due(self, at: datetime) -> int:
        """Start on every draft with news; say how many were started."""
        if not self._hub:
            return 0
        with self._database.read() as session:
            due = list(session.scalars(sa.select(FeedNews.draft_id).where(_due(at)).distinct()))
        return self._abreast.start(due, lambda draft_id: self._tell(draft_id, at))

    def _tell(self, draft_id: int, at: datetime) -> None:
        with self._database.read() as session:
            feeds = self._feeds(session, draft_id)
        if feeds is None:
            with self._database.write() as session:
                postpone(session, draft_id, at)
            return
        with self._database.write() as session:
            turn = claim(session, draft_id, at)
        if turn is None:
            return  # another worker was first
        self._step("claimed")
        try:
            for feed in feeds:
                self._ask(feed, at)
        except Undelivered as failure:
            log.info("the hub was not told", extra={"draft": draft_id, "attempt": turn.attempt})
            with self._database.write() as session:
                give_back(session, turn, failure, at)
            return
        self._step("told")
        with self._database.write() as session:
            _end(session, turn, {"told": at, "last_error": None})
        self._step("noted")

    def _ask(self, feed: str, at: datetime) -> None:
        form = {"hub.mode": "publish", "hub.url": feed}
        answer = ask(self._outward, PLACE, "POST", self._hub, posts=False, at=at, data=form)
        if answer.status_code >= 400:
            raise Rejected(f"{PLACE} refused ({answer.status_code}).")


def note(session: Session, draft_id: int, at: datetime) -> None:
    """The draft's feeds, and its event's, changed just now."""
    session.add(FeedNews(draft_id=draft_id, created=at, not_before=at))


def claim(session: Session, draft_id: int, at: datetime) -> Turn | None:
    """Take everything untold about a draft. None if another has it."""
    mine = sa.and_(_due(at), FeedNews.draft_id == draft_id)
    values = {"lease_until": at + LEASE, "attempts": FeedNews.attempts + 1}
    taken: Any = session.execute(_update(mine).values(**values))
    if not taken.rowcount:
        return None
    attempts = sa.select(sa.func.max(FeedNews.attempts)).where(
        FeedNews.draft_id == draft_id, FeedNews.lease_until == at + LEASE
    )
    return Turn(draft_id, at + LEASE, session.scalar(attempts) or 1)


def postpone(session: Session, draft_id: int, at: datetime) -> None:
    """Mostly the commit is written within a second; what hangs, or is hidden, for a day is looked at more seldom."""
    waiting = sa.and_(_due(at), FeedNews.draft_id == draft_id)
    oldest = session.scalar(sa.select(sa.func.min(FeedNews.created)).where(waiting)) or at
    session.execute(_update(waiting).values(not_before=at + min(max((at - oldest) / 10, SOON), SELDOM)))


def give_back(session: Session, turn: Turn, failure: Undelivered, at: datetime) -> None:
    """It did not work: say why, and when to try again. It is never given up."""
    asked_s = failure.after_s if isinstance(failure, Retry) else 0
    later = at + waiting_time(turn.attempt, asked_s, SCHEDULE_S)
    _end(session, turn, {"last_error": failure.words[:ERROR_LIMIT], "not_before": later})


def _end(session: Session, turn: Turn, values: dict[str, Any]) -> None:
    mine = sa.and_(
        FeedNews.draft_id == turn.draft_id, FeedNews.lease_until == turn.lease_until, FeedNews.told.is_(None)
    )
    session.execute(_update(mine).values(**values, lease_until=None))


def _due(at: datetime) -> sa.ColumnElement[bool]:
    free = sa.or_(FeedNews.lease_until.is_(None), FeedNews.lease_until <= at)
    return sa.and_(FeedNews.told.is_(None), FeedNews.not_before <= at, free)


def _update(where: sa.ColumnElement[bool]) -> sa.Update:
    return sa.update(FeedNews).where(where).execution_options(synchronize_session=False)
