"""Brings copies up to date: claim, look and push outside any transaction, confirm. One way only, never by force."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..events.models import Event
from ..publishing.abreast import PATIENCE_S, Abreast
from ..publishing.vault import Locked, Vault
from ..record import redacting
from ..record.models import Revision
from ..record.places import location
from . import tips, turns
from .far import PUSH_S, Far, NotCopied
from .models import Mirror

log = logging.getLogger(__name__)

AT_ONCE = 4
WORDS_TAKEN_OUT = (
    "It still has words that were taken out of the history. Whoever keeps it has to empty it; then it is filled anew."
)
STEPS = ("claimed", "looked", "pushed", "confirmed")


class Foreign(Exception):
    """The copy ends with a commit that is none of ours."""

    def __init__(self, commit_id: str) -> None:
        super().__init__(commit_id)
        self.commit_id = commit_id


class Copier:
    """`step` is told each of STEPS when it is done; tests interrupt there. `push_s`: time for each act of git."""

    def __init__(
        self,
        database: Database,
        repo_store: Path,
        vault: Vault,
        *,
        allow_private: bool = False,
        push_s: float = PUSH_S,
        patience_s: float = PATIENCE_S,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._database, self._repo_store, self._vault = database, repo_store, vault
        self._allow_private, self._push_s, self._step = allow_private, push_s, step
        self._abreast = Abreast("copy", at_once=AT_ONCE, patience_s=patience_s)

    def copy_due(self, at: datetime) -> int:
        """Start on every copy that lacks something; say how many were started."""
        with self._database.read() as session:
            due = {row.id: row for row in session.scalars(turns.due(at))}
        return self._abreast.start(due, lambda mirror_id: self._bring_up(due[mirror_id], at))

    def _bring_up(self, row: Mirror, at: datetime) -> None:
        with self._database.write() as session:
            turn = turns.claim(session, row, at)
        if turn is None:
            return  # another worker was first
        self._step("claimed")
        try:
            place = self._carry(row)
        except Foreign as found:
            log.warning("a copy was changed by somebody else", extra={"mirror": row.id, "commit": found.commit_id})
            with self._database.write() as session:
                turns.alarm(session, turn, found.commit_id, at)
        except NotCopied as failure:
            log.info("not copied", extra={"mirror": row.id, "attempt": turn.attempt})
            with self._database.write() as session:
                turns.give_back(session, turn, failure.words, at)
        except Exception:  # a fault of ours with one copy must not stop the others, nor this one for ever
            log.exception("copying failed", extra={"mirror": row.id})
            with self._database.write() as session:
                turns.give_back(session, turn, "Something went wrong on our side.", at)
        else:
            with self._database.write() as session:
                turns.confirm(session, turn, place, at)
            self._step("confirmed")

    def _carry(self, row: Mirror) -> int:
        """Look how far the copy is and push what it lacks. Return the place up to which it now has everything.

        Raises Foreign, NotCopied.
        """
        far = self._far(row)
        there = far.tip()
        self._step("looked")
        with self._database.read() as session:
            newest, known = tips.tip(session, row.event_id), _place_of(session, row.event_id, there)
            slug = session.get_one(Event, row.event_id).slug
            redacted = there is not None and redacting.successor(session, row.event_id, there) is not None
        if redacted:
            raise NotCopied(WORDS_TAKEN_OUT)
        if known is None:
            raise Foreign(str(there))
        if newest is None or newest.place <= known:
            return known
        far.push(location(self._repo_store, slug).absolute(), newest.commit_id)
        self._step("pushed")
        return newest.place

    def _far(self, row: Mirror) -> Far:
        try:
            said = self._vault.open(row.secret)
        except Locked as error:
            raise NotCopied("Its token was stored with another key. Remove this copy and add it again.") from error
        return Far(row.address, said.get("user", ""), said.get("token", ""), self._allow_private, self._push_s)


def _place_of(session: Session, event_id: int, commit_id: str | None) -> int | None:
    """0 for an empty copy, None for what is no commit of the event."""
    if commit_id is None:
        return 0
    return session.scalar(
        sa.select(Revision.place).where(Revision.event_id == event_id, Revision.commit_id == commit_id)
    )
