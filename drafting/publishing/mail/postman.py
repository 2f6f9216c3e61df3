"""Sends letters: claim, write, hand in outside any transaction, note it.

A mail server cannot be asked what became of a letter. One of which nobody knows whether it was taken is not sent again:
the next one tells of the same versions once more.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from ...config import MailServer
from ...db import Database, now
from ..channels.failures import Retry, Revoked, Undelivered
from ..claims import waiting_time
from ..crew import Crew
from ..vault import Vault
from . import turns
from .models import Subscription
from .server import PATIENCE_S, Closed, Counter, counter
from .subscribing import UNCONFIRMED
from .turns import BUNDLE, Turn
from .writing import Desk, Title, Written, write

log = logging.getLogger(__name__)

AT_ONCE = 2
STEPS = ("claimed", "handing", "handed", "noted")


class _Gone(Exception):
    """The letter must not go any more."""


class Postman:
    """Without a mail server it does nothing. `step` is told each of STEPS when it is done; tests interrupt there."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        server: MailServer | None,
        base_url: str,
        *,
        title: Title,
        at_once: int = AT_ONCE,
        patience_s: float = PATIENCE_S,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._database, self._server = database, server
        self._desk = Desk(vault, base_url, server.sender if server else "", title)
        self._step, self._patience_s = step, patience_s
        self._crew = Crew("postman", self._walk, at_once=at_once)
        self._failures = 0
        self._away_until = self._swept = datetime.min.replace(tzinfo=now().tzinfo)

    def send_due(self, at: datetime) -> int:
        """See that enough threads write what is due; says how many were started. Never waits."""
        if self._server is None or at < self._away_until:
            return 0
        self._sweep(at)
        with self._database.read() as session:
            doubtful = session.scalar(sa.select(sa.exists().where(turns.doubtful(at))))
        if doubtful:
            with self._database.write(tells=False) as session:
                turns.settle(session, at)
        with self._database.read() as session:
            found = len(session.scalars(turns.due(at).limit(BUNDLE * AT_ONCE)).all())
        return self._crew.call(-(-found // BUNDLE))

    def wait(self) -> None:
        """Until everybody who was started has come back; for tests and benches."""
        self._crew.wait()

    def _walk(self) -> None:
        try:
            while not self._one_conversation():
                self._failures = 0
        except (Retry, Revoked) as failure:
            self._failures += 1
            self._away_until = now() + waiting_time(self._failures, 0)
            log.warning("no letters: %s", failure.words)

    def _one_conversation(self) -> bool:
        """Whether everything that was due was tried; False if the server had enough after it took some."""
        assert self._server is not None
        tried = 0
        with counter(self._server, self._patience_s) as desk:
            while mine := self._claim():
                for at_hand, turn in enumerate(mine):
                    try:
                        self._deal_with(desk, turn)
                    except Closed:
                        self._give_back(mine[at_hand + 1 :])
                        if not tried:
                            raise
                        return False
                    tried += 1
            self._failures = 0
        return True

    def _claim(self) -> list[Turn]:
        with self._database.write(tells=False) as session:
            found = turns.claim(session, now())
        self._step("claimed")
        return found

    def _deal_with(self, desk: Counter, turn: Turn) -> None:
        letter = self._written(turn)
        if letter is None:
            return
        try:
            desk.hand_in(letter.body, letter.to, before=lambda: self._begin(turn, letter))
            self._step("handed")
        except _Gone:
            desk.begin_anew()
        except Undelivered as failure:
            log.info("no letter", extra={"subscription": turn.subscription_id, "how": type(failure).__name__})
            with self._database.write(tells=False) as session:
                turns.give_up(session, turn, failure, now())
            if isinstance(failure, Closed):
                raise
        else:
            with self._database.write(tells=False) as session:
                turns.note(session, turn, letter, now())
            self._step("noted")

    def _written(self, turn: Turn) -> Written | None:
        """None if there is nothing to tell, or no way to: one letter that cannot be written stops no other."""
        try:
            with self._database.read() as session:
                reader = session.get(Subscription, turn.subscription_id)
                letter = write(session, self._desk, reader) if reader is not None else None
        except Exception:
            log.exception("a letter could not be written", extra={"subscription": turn.subscription_id})
            why = Retry("Something went wrong on our side while it was written.")
            with self._database.write(tells=False) as session:
                turns.give_up(session, turn, why, now())
            return None
        if letter is None:
            with self._database.write(tells=False) as session:
                turns.put_off(session, turn, now())
        return letter

    def _begin(self, turn: Turn, letter: Written) -> None:
        with self._database.write(tells=False) as session:
            may = turns.begin(session, turn, letter, self._desk.title, now())
        if not may:
            raise _Gone
        self._step("handing")

    def _give_back(self, left: Sequence[Turn]) -> None:
        with self._database.write(tells=False) as session:
            for turn in left:
                turns.give_back(session, turn)

    def _sweep(self, at: datetime) -> None:
        """Addresses that nobody confirmed go, once an hour."""
        if at - self._swept < timedelta(hours=1):
            return
        self._swept = at
        old = Subscription.confirmed.is_(None), Subscription.made < at - UNCONFIRMED
        with self._database.write(tells=False) as session:
            session.execute(sa.delete(Subscription).where(*old))
