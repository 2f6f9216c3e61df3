"""Carries activities to inboxes: each server by one thread at a time and at its own pace, several servers at once."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...db import Database, now
from ..claims import GIVE_UP, waiting_time
from ..crew import Crew
from . import arriving
from .abroad import Abroad, Outcome, scheme_for
from .addresses import named
from .models import Activity, Dispatch, Follower, Server
from .signatures import Scheme

AT_ONCE = 16
AHEAD = 500
"""Servers that are looked up at once."""
BUNDLE = 50
"""So many for one server are taken at once."""
LEASE = timedelta(minutes=10)
"""Longer than a bundle takes: each answer is waited for at most twice ten seconds, and the first that fails ends it."""
GONE = 410
KEPT = timedelta(days=30)
STEPS = ("claimed", "posted", "noted")


@dataclass(frozen=True)
class Letter:
    """One activity for one inbox, as it is sent."""

    dispatch_id: int
    inbox: str
    by: str
    body: bytes
    created: datetime


@dataclass(frozen=True)
class Round:
    """Everything that one thread takes to one server at once."""

    server_id: int
    scheme: Scheme
    letters: tuple[Letter, ...]


class Courier:
    """`open_abroad` opens a way to speak to others, one for each thread. `step` is told each of STEPS; tests interrupt
    there.
    """

    def __init__(
        self,
        database: Database,
        base_url: str,
        open_abroad: Callable[[], Abroad],
        *,
        at_once: int = AT_ONCE,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._database, self._base, self._open_abroad = database, base_url, open_abroad
        self._at_once, self._step = at_once, step
        self._crew = Crew("courier", self._travel, at_once=at_once)
        self._lock = threading.Lock()
        self._visited: set[int] = set()
        self._ahead: deque[int] = deque()
        self._swept = datetime.min.replace(tzinfo=now().tzinfo)

    def carry_due(self, at: datetime) -> int:
        """See that enough threads are on their way for what is due; says how many were started. Never waits."""
        self._sweep(at)
        with self._database.read() as session:
            servers = len(session.execute(_due(at).limit(self._at_once)).all())
        return self._crew.call(servers)

    def wait(self) -> None:
        """Until everybody who was started has come back; for tests and benches."""
        self._crew.wait()

    def _travel(self) -> None:
        abroad = self._open_abroad()
        try:
            while (server_id := self._next_server()) is not None:
                try:
                    self._visit(abroad, server_id)
                finally:
                    with self._lock:
                        self._visited.discard(server_id)
        finally:
            abroad.close()

    def _next_server(self) -> int | None:
        """One with something due at which nobody of us is."""
        with self._lock:
            if not self._ahead:
                with self._database.read() as session:
                    self._ahead.extend(session.scalars(_due(now()).limit(AHEAD)))
            while self._ahead:
                found = self._ahead.popleft()
                if found not in self._visited:
                    self._visited.add(found)
                    return found
            return None

    def _visit(self, abroad: Abroad, server_id: int) -> None:
        at = now()
        with self._database.write(tells=False) as session:
            taken = claim(session, self._base, server_id, at)
        self._step("claimed")
        done: list[int] = []
        outcome, scheme = Outcome(200), taken.scheme
        for letter in taken.letters:
            outcome = abroad.post(letter.inbox, letter.body, letter.by, scheme)
            scheme = outcome.scheme or scheme
            self._step("posted")
            if outcome.later:
                break
            done.append(letter.dispatch_id)
            if outcome.status == GONE:
                with self._database.write(tells=False) as session:
                    session.execute(sa.delete(Follower).where(Follower.inbox == letter.inbox))
        with self._database.write(tells=False) as session:
            note(session, taken, done, outcome, now())
        self._step("noted")

    def _sweep(self, at: datetime) -> None:
        """What nobody needs any more goes, once an hour."""
        if at - self._swept < timedelta(hours=1):
            return
        self._swept = at
        with self._database.write(tells=False) as session:
            arriving.forget(session, at)
            waiting = sa.exists().where(Dispatch.activity_id == Activity.id)
            session.execute(sa.delete(Activity).where(Activity.created < at - KEPT, ~waiting))


def _due(at: datetime) -> sa.Select[int]:
    """Servers for which something waits that may go now, longest waiting first."""
    free = sa.or_(Dispatch.lease_until.is_(None), Dispatch.lease_until <= at)
    ready = sa.or_(Server.not_before.is_(None), Server.not_before <= at)
    return (
        sa.select(Dispatch.server_id)
        .join(Server, Server.id == Dispatch.server_id)
        .where(free, ready, Server.blocked.is_(None))
        .group_by(Dispatch.server_id)
        .order_by(sa.func.min(Dispatch.id))
    )


def claim(session: Session, base_url: str, server_id: int, at: datetime) -> Round:
    """The oldest of what waits for a server, ours for a while: nobody else sends it."""
    server = session.get_one(Server, server_id)
    free = sa.or_(Dispatch.lease_until.is_(None), Dispatch.lease_until <= at)
    oldest = sa.select(Dispatch.id).where(Dispatch.server_id == server_id, free).order_by(Dispatch.id).limit(BUNDLE)
    mine = (
        sa.update(Dispatch)
        .where(Dispatch.id.in_(oldest.scalar_subquery()), free)
        .values(lease_until=at + LEASE)
        .returning(Dispatch.id)
        .execution_options(synchronize_session=False)
    )
    ids = list(session.scalars(mine))
    rows = sa.select(Dispatch, Activity).join(Activity, Activity.id == Dispatch.activity_id).where(Dispatch.id.in_(ids))
    letters = tuple(
        Letter(dispatch.id, dispatch.inbox, _actor(base_url, activity), encoded(activity.body), dispatch.created)
        for dispatch, activity in session.execute(rows.order_by(Dispatch.id))
    )
    return Round(server_id, scheme_for(server.scheme, server.scheme_since, at), letters)


def note(session: Session, taken: Round, done: Iterable[int], last: Outcome, at: datetime) -> None:
    """What arrived, or never will, goes; the rest waits, and with it everything for that server if it failed."""
    finished = set(done)
    server = session.get_one(Server, taken.server_id)
    for letter in taken.letters:
        if letter.dispatch_id not in finished and at - letter.created > GIVE_UP:
            finished.add(letter.dispatch_id)
    session.execute(sa.delete(Dispatch).where(Dispatch.id.in_(finished)))
    left = [letter.dispatch_id for letter in taken.letters if letter.dispatch_id not in finished]
    session.execute(sa.update(Dispatch).where(Dispatch.id.in_(left)).values(lease_until=None))
    if last.later:
        server.attempts += 1
        server.not_before = at + waiting_time(server.attempts, last.after_s)
        server.last_error = f"answered {last.status}" if last.status else "did not answer"
    else:
        server.attempts, server.not_before, server.last_error = 0, None, ""
    if last.scheme is not None and taken.scheme == "rfc9421":  # tried anew, not only believed
        server.scheme, server.scheme_since = last.scheme, at


def encoded(body: dict[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _actor(base_url: str, activity: Activity) -> str:
    handle = named(activity.handle)
    assert handle is not None
    return base_url + handle.path
