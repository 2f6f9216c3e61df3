"""Delivers what is due: each channel in a thread of its own, so that one that hangs holds up nothing else."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..db import Database
from . import claims, connecting
from .channels.channel import Channel
from .delivering import Describe, Desk, deliver_next
from .models import Channel as ChannelRow
from .models import Delivery
from .vault import Vault

log = logging.getLogger(__name__)

AT_ONCE = 8
IN_A_ROW = 50
PATIENCE_S = 0.5


class OpenChannels:
    """Channels by row, kept open: a sign-in is reused until the credentials change. Safe to share between threads."""

    def __init__(self, vault: Vault, *, allow_private: bool) -> None:
        self._vault, self._allow_private = vault, allow_private
        self._kept: dict[int, tuple[bytes, Channel]] = {}

    def __call__(self, row: ChannelRow) -> Channel:
        """Raises Locked if the credentials cannot be read."""
        digest = hashlib.sha256(row.secret).digest()
        kept = self._kept.get(row.id)
        if kept is not None and kept[0] == digest:
            return kept[1]
        credentials = self._vault.open(row.secret)
        channel = connecting.build(row.kind, credentials, allow_private=self._allow_private)
        self._kept[row.id] = (digest, channel)
        return channel


class Publisher:
    """`describe` says what a revision's announcement says, or None while it is not ready.

    Threads are daemons: a process that ends does not wait for them; what they were sending is looked into afterwards.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        describe: Describe,
        allow_private: bool = False,
        patience_s: float = PATIENCE_S,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._database, self._patience_s = database, patience_s
        self._desk = Desk(database, describe, OpenChannels(vault, allow_private=allow_private), step)
        self._running: dict[int, threading.Thread] = {}

    def deliver_due(self, at: datetime) -> int:
        """Start on every channel with something due, unless it is still at work; say how many were started.

        Waits a moment for the quick ones, never for the slow: the record is written by the same worker.
        """
        self._running = {channel: thread for channel, thread in self._running.items() if thread.is_alive()}
        fresh = [channel for channel in self._channels_due(at) if channel not in self._running]
        started = []
        for channel_id in fresh[: max(AT_ONCE - len(self._running), 0)]:
            thread = threading.Thread(target=self._work, args=(channel_id, at), daemon=True, name=f"post-{channel_id}")
            self._running[channel_id] = thread
            thread.start()
            started.append(thread)
        end = time.monotonic() + self._patience_s
        for thread in started:
            thread.join(max(end - time.monotonic(), 0))
        return len(started)

    def _channels_due(self, at: datetime) -> list[int]:
        with self._database.read() as session:
            interrupted = session.scalar(sa.select(sa.exists().where(claims.expired(at))))
        if interrupted:
            with self._database.write() as session:
                claims.doubt_expired(session, at)
        with self._database.read() as session:
            ready = claims.due(at).with_only_columns(Delivery.channel_id).order_by(None).distinct()
            return list(session.scalars(ready))

    def _work(self, channel_id: int, at: datetime) -> None:
        began = time.monotonic()
        try:
            for _ in range(IN_A_ROW):
                # Sending takes time, and a lease must count from when it began.
                if not deliver_next(self._desk, channel_id, at + timedelta(seconds=time.monotonic() - began)):
                    return
        except Exception:  # the thread would die unseen; the rows are as they were and the next round tries again
            log.exception("delivering failed", extra={"channel": channel_id})
