"""Delivers what is due, channel by channel, each in a thread of its own."""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..db import Database
from . import claims, connecting
from .abreast import PATIENCE_S, Abreast
from .channels.channel import Channel
from .channels.kind import Ground
from .delivering import Describe, Desk, deliver_next
from .models import Channel as ChannelRow
from .models import Delivery
from .vault import Vault

AT_ONCE = 8
IN_A_ROW = 50


class OpenChannels:
    """Channels by row, kept open: a sign-in is reused until the credentials change. Safe to share between threads."""

    def __init__(self, vault: Vault, ground: Ground) -> None:
        self._vault, self._ground = vault, ground
        self._kept: dict[int, tuple[bytes, Channel]] = {}

    def __call__(self, row: ChannelRow) -> Channel:
        """Raises Locked if the credentials cannot be read."""
        digest = hashlib.sha256(row.secret).digest()
        kept = self._kept.get(row.id)
        if kept is not None and kept[0] == digest:
            return kept[1]
        credentials = self._vault.open(row.secret)
        channel = connecting.build(row.kind, credentials, self._ground)
        self._kept[row.id] = (digest, channel)
        return channel


class Publisher:
    """`describe` says what a revision's announcement says, or None while it is not ready."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        describe: Describe,
        ground: Ground,
        patience_s: float = PATIENCE_S,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._database = database
        self._desk = Desk(database, describe, OpenChannels(vault, ground), step)
        self._abreast = Abreast("post", at_once=AT_ONCE, patience_s=patience_s)

    def deliver_due(self, at: datetime) -> int:
        """Start on every channel with something due, unless it is still at work; say how many were started."""
        return self._abreast.start(self._channels_due(at), lambda channel_id: self._work(channel_id, at))

    def _channels_due(self, at: datetime) -> list[int]:
        with self._database.read() as session:
            interrupted = session.scalar(sa.select(sa.exists().where(claims.expired(at))))
        if interrupted:
            with self._database.write() as session:
                claims.doubt_expired(session, at)
        with self._database.read() as session:
            ready = claims.due(at).with_only_columns(Delivery.channel_id).order_by(None).distinct()
            return list({*session.scalars(ready), *session.scalars(claims.gathered(at))})

    def _work(self, channel_id: int, at: datetime) -> None:
        began = time.monotonic()
        for _ in range(IN_A_ROW):
            # Sending takes time, and a lease must count from when it began.
            if not deliver_next(self._desk, channel_id, at + timedelta(seconds=time.monotonic() - began)):
                return
