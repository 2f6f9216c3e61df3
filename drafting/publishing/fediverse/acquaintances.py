"""Whose key signed something: looked up where the actor lives, kept for a day, and never many at once."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ...db import Database
from ...errors import Busy
from .abroad import Abroad, Gone, Silent, Unreachable
from .addresses import host_of
from .models import URI_LIMIT, RemoteActor
from .signatures import Unproven, public_key

FRESH = timedelta(days=1)
RENEWED = timedelta(minutes=5)
"""A key that does not fit is looked up again, but not more often than that: it may have been exchanged."""
LOOKING_AT_ONCE = 2
"""Whoever comes when so many are being looked up is told to come back, which servers do; so a storm of strangers holds
up nobody whom we know.
"""
SHUNNED_S = 600
MOST_SHUNNED = 2000
MOST_KEYS = 10
NO_ANSWER = "The server of this key does not answer. Please come back later."
NO_KEY = "The key could not be found where it should be."


class Acquaintances:
    """`abroad` opens a way to speak to others; each use has its own. Safe to share between threads."""

    def __init__(self, database: Database, abroad: Callable[[], Abroad]) -> None:
        self._database, self._abroad = database, abroad
        self._looking = threading.BoundedSemaphore(LOOKING_AT_ONCE)
        self._shunned: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def whose(self, key_id: str, at: datetime, *, renew: bool = False) -> RemoteActor:
        """The actor with this key. Raises Unproven if there is none, Busy if it cannot be looked up now.

        `renew`: what we have does not fit. Speaks to the network unless we know; never call it within a transaction.
        """
        with self._database.read() as session:
            known = session.scalar(sa.select(RemoteActor).where(RemoteActor.key_id == key_id))
        if known is not None and at - known.fetched < (RENEWED if renew else FRESH):
            return known
        return self._looked_up(key_id, at)

    def _looked_up(self, key_id: str, at: datetime) -> RemoteActor:
        self.check_shunned(key_id)
        if not self._looking.acquire(blocking=False):
            raise Busy("Too many keys are being looked up. Please come back in a moment.")
        try:
            found = self._ask(key_id, at)
        except Silent as error:
            self._shun(host_of(key_id))
            raise Busy(NO_ANSWER) from error
        except (Unreachable, Unproven, Gone) as error:
            self._shun(_page(key_id))
            raise Unproven(NO_KEY) from error
        finally:
            self._looking.release()
        with self._database.write(tells=False) as session:
            session.execute(sa.delete(RemoteActor).where(RemoteActor.key_id == key_id))
            session.add(found)
        return found

    def _ask(self, key_id: str, at: datetime) -> RemoteActor:
        abroad = self._abroad()
        try:
            document = abroad.get(_page(key_id))
            if "publicKeyPem" in document:  # an address of the key alone, as GoToSocial has it
                document = abroad.get(_text(document.get("owner")))
        finally:
            abroad.close()
        return understood(document, key_id, at)

    def check_shunned(self, key_id: str) -> None:
        """Raises Busy or Unproven if this key was asked for in vain a moment ago. Costs nothing.

        What does not answer is shunned as a whole; where it answers, nobody can have others shunned by naming keys that
        do not exist.
        """
        with self._lock:
            if self._shunned.get(host_of(key_id), 0) > time.monotonic():
                raise Busy(NO_ANSWER)
            if self._shunned.get(_page(key_id), 0) > time.monotonic():
                raise Unproven(NO_KEY)

    def _shun(self, what: str) -> None:
        with self._lock:
            self._shunned[what] = time.monotonic() + SHUNNED_S
            self._shunned.move_to_end(what)
            while len(self._shunned) > MOST_SHUNNED:
                self._shunned.popitem(last=False)


def understood(document: dict[str, Any], key_id: str, at: datetime) -> RemoteActor:
    """What an actor's document says, if the key is its own. Raises Unproven."""
    uri, inbox = _text(document.get("id")), _text(document.get("inbox"))
    endpoints = document.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None
    stated = document.get("publicKey")
    for key in stated[:MOST_KEYS] if isinstance(stated, list) else [stated]:
        if isinstance(key, dict) and key.get("id") == key_id and key.get("owner") == uri:
            pem = _text(key.get("publicKeyPem"), limit=5000)
            public_key(pem)
            # Whoever names somebody else's inbox would have us write there in their stead.
            if not host_of(uri) or host_of(inbox) != host_of(uri) or host_of(key_id) != host_of(uri):
                break
            shared = shared if isinstance(shared, str) and len(shared) <= URI_LIMIT else ""
            shared = shared if host_of(shared) == host_of(uri) else ""
            return RemoteActor(
                key_id=key_id, uri=uri, public_key=pem, inbox=inbox, shared_inbox=shared, fetched=at
            )  # fmt: skip
    raise Unproven("The actor does not name this key as its own.")


def _page(key_id: str) -> str:
    return key_id.partition("#")[0]


def _text(value: object, limit: int = URI_LIMIT) -> str:
    if not isinstance(value, str) or not value or len(value) > limit:
        raise Unproven("The actor's own page leaves out what is needed.")
    return value
