"""The registry of open drafts, on the loop. Pages in native threads come in by `submit`, `tell` and `ask_again`.

Nothing here is monkey-patched: whatever reads the database runs in native threads of a pool.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from typing import Any, TypeVar

import gevent
from gevent.event import AsyncResult
from gevent.threadpool import ThreadPool
from prometheus_client import CollectorRegistry

from ..config import Limits
from ..db import Database
from ..errors import Busy
from ..pool import Inline, Pool
from . import compaction, journal
from .disk import Disk
from .greenlets import Running
from .journal import Also
from .member import Member, send_away
from .meters import Meters
from .natively import natively
from .page import PageEdit
from .refusals import NotTaken
from .seat import Seat
from .table import Table

T = TypeVar("T")
LOG = logging.getLogger(__name__)

READERS = 4
PAGE_WAIT_S = 30
CLOSE_WAIT_S = 15
GOODBYE_WAIT_S = 2
COMPACTION_PAUSE_S = 10  # at least, between two snapshots of one draft
PAUSE_PER_COMPACTION = 20  # so that making them takes a twentieth of a core, however fast people write


class Rooms:
    """All open drafts of the serving process. `start` binds it to a loop; before that nothing can be joined."""

    def __init__(
        self, database: Database, limits: Limits, pool: Pool | None = None, meters: Meters | None = None
    ) -> None:
        """Snapshots are made in `pool`, or where they are asked for."""
        self.limits = limits
        self.meters = meters or Meters(CollectorRegistry())
        self._database = database
        self._pool = pool or Inline()
        self._careful: set[int] = set()
        self._rested_s: dict[int, float] = {}
        """Per draft, when the next snapshot may be made, by the monotonic clock."""
        self._tables: dict[int, Table] = {}
        self._opening: dict[int, AsyncResult[Table]] = {}
        self._closing = False
        self._home: int | None = None
        self._greenlets: list[gevent.Greenlet] = []
        self.turn = 0
        """Counts how often somebody's rights changed. A seat that was given in an earlier turn may be an old one."""

    # on the loop

    def start(self) -> None:
        """Begin to serve, on the loop of the calling thread."""
        self._home = threading.get_ident()
        self._loop = gevent.get_hub().loop
        self._readers = ThreadPool(READERS)
        self._compactor = ThreadPool(1)
        self._disk = Disk(self._database, drop=self._forget, look=self._look)
        running = Running()
        self.meters.watch(lambda: len(self._tables), self._count_members, lambda: running.count)
        self._greenlets = [gevent.spawn(self._disk.run), gevent.spawn(self._sweep)]

    @property
    def works(self) -> bool:
        """Whether everything that runs for as long as the process still does. From any thread."""
        return bool(self._greenlets) and not any(greenlet.dead for greenlet in self._greenlets)

    def natively(self, work: Callable[..., T], *args: object) -> T:
        """The result of blocking work done in a native thread, while the loop goes on."""
        return natively(self._readers, work, *args)

    def admit(self, seat: Seat) -> Table:
        """The table of the seat's draft, opened if need be. Raises Refused."""
        table = self._open(seat.draft_id)
        if table.epoch != seat.epoch:
            raise NotTaken("other_epoch")
        theirs = {
            t.draft_id for t in self._tables.values() if any(m.seat.person_id == seat.person_id for m in t.members)
        }
        if len(theirs | {seat.draft_id}) > self.limits.rooms_per_person:
            raise Busy("You have too many texts open. Please close some of them.")
        table.check_seat(seat.person_id)
        return table

    def sit(self, table: Table, member: Member, turn: int) -> None:
        """Let in somebody whose seat was given in `turn`.

        Raises Busy if rights changed since, or if no seat is left: whoever comes back is asked for a seat again.
        """
        if turn != self.turn:
            raise Busy("Please try again.")
        table.sit(member)

    # from any thread

    def submit(self, draft_id: int, person_id: int, update: bytes, also: Also | None = None) -> None:
        """Put one edit of `person_id` into a draft; returns when it is on disk. Raises Refused. For native threads.

        Whether they may write was checked by the caller. `also` becomes true in the same transaction, unless the edit
        turns out to say nothing new; if it raises, everybody in the room has to come back.
        """
        edit = PageEdit(draft_id, person_id, also)
        self._soon(gevent.spawn, self._submit, edit, update)
        try:
            edit.done.result(PAGE_WAIT_S)
        except TimeoutError as error:
            raise Busy("The server is too busy to save this now. Please try again.") from error

    def tell(self, draft_id: int, news: dict[str, Any]) -> None:
        """Say `news` (kind, message, url, version) to everybody at a draft."""
        if self._home is not None and not self._closing:
            self._soon(self._tell, draft_id, news)

    def freeze(self, draft_id: int, frozen: bool) -> None:
        """The draft was frozen, or is not any more: its room takes no edits, or takes them again."""
        if self._home is not None and not self._closing:
            self._soon(self._freeze, draft_id, frozen)

    def ask_again(self, person_id: int) -> None:
        """Close the connections of somebody whose rights changed; they come back with the rights they have now."""
        if self._home is not None and not self._closing:
            self._soon(self._send_away, person_id)

    def close_drafts(self, draft_ids: Collection[int]) -> None:
        """Close every connection to these drafts; whoever still may comes back. What was taken goes to disk."""
        if self._home is not None and not self._closing:
            self._soon(self._empty, draft_ids)

    def close_all(self) -> None:
        """Stop gracefully: writers are told, what was taken goes to disk, connections are closed."""
        if self._home is None or self._closing:
            return
        if threading.get_ident() == self._home:
            return self._close()
        closed: Future[None] = Future()
        self._soon(gevent.spawn, self._close, closed)
        closed.result(CLOSE_WAIT_S + GOODBYE_WAIT_S + 1)

    # inside

    def _soon(self, act: Callable[..., object], *args: object) -> None:
        if self._home is None or self._closing:
            raise Busy("The server is starting or stopping. Please try again in a moment.")
        self._loop.run_callback_threadsafe(act, *args)

    def _open(self, draft_id: int) -> Table:
        if self._closing:
            raise Busy("The server is restarting.")
        if draft_id in self._tables:
            return self._tables[draft_id]
        if draft_id in self._opening:
            return self._opening[draft_id].get()
        opening: AsyncResult[Table] = AsyncResult()
        self._opening[draft_id] = opening
        try:
            table = self.natively(self._build, draft_id)
        except BaseException as error:  # whoever waits must hear even of a killed greenlet
            opening.set_exception(error if isinstance(error, Exception) else Busy("Please try again."))
            raise
        finally:
            del self._opening[draft_id]
        self._tables[draft_id] = table
        opening.set(table)
        self._look(table)
        return table

    def _build(self, draft_id: int) -> Table:
        found = journal.load(self._database, draft_id)
        return Table(found, self.limits, self._disk.wake, self.meters, careful=draft_id in self._careful)

    def _look(self, table: Table) -> None:
        """Make a snapshot if it is time for one, beside the room."""
        if not compaction.is_due(table.rows_since_snapshot, table.bytes_since_snapshot):
            return
        if time.monotonic() < self._rested_s.get(table.draft_id, -math.inf):
            return
        self._rested_s[table.draft_id] = math.inf
        table.rows_since_snapshot = table.bytes_since_snapshot = 0
        gevent.spawn(self._compact, table.draft_id)

    def _compact(self, draft_id: int) -> None:
        took_s = natively(self._compactor, _timed, compaction.try_to_compact, self._database, self._pool, draft_id)
        if draft_id in self._tables:
            self._rested_s[draft_id] = time.monotonic() + max(COMPACTION_PAUSE_S, PAUSE_PER_COMPACTION * took_s)
        self.meters.snapshots.inc()

    def _count_members(self) -> int:
        return sum(len(table.members) for table in list(self._tables.values()))

    def _submit(self, edit: PageEdit, update: bytes) -> None:
        try:
            self._open(edit.seat.draft_id).put(edit, update)
        except Exception as error:  # the page that waits raises it
            edit.refuse(None, error)

    def _tell(self, draft_id: int, news: dict[str, Any]) -> None:
        table = self._tables.get(draft_id)
        if table is not None:
            table.tell(news)

    def _freeze(self, draft_id: int, frozen: bool) -> None:
        self.turn += 1
        if draft_id in self._tables:
            self._tables[draft_id].room.frozen = frozen

    def _send_away(self, person_id: int) -> None:
        self.turn += 1
        for table in list(self._tables.values()):
            send_away((member for member in table.members if member.seat.person_id == person_id), "rights")

    def _empty(self, draft_ids: Collection[int]) -> None:
        self.turn += 1
        for table in [self._tables[draft_id] for draft_id in draft_ids if draft_id in self._tables]:
            send_away(table.members, "rights")

    def _forget(self, table: Table) -> None:
        if table.failed:
            self._careful.add(table.draft_id)
        if self._tables.get(table.draft_id) is table:
            del self._tables[table.draft_id]
            self._rested_s.pop(table.draft_id, None)

    def _sweep(self) -> None:
        """Put away tables that were empty twice in a row."""
        while True:
            gevent.sleep(self.limits.idle_room_s / 2)
            for table in list(self._tables.values()):
                table.room.forget_answers()
                table.sweeps_empty = table.sweeps_empty + 1 if table.quiet and not table.members else 0
                if table.sweeps_empty > 1:
                    table.end("restart")
                    self._forget(table)

    def _close(self, closed: Future[None] | None = None) -> None:
        self._closing = True
        for table in self._tables.values():
            table.tell(
                {"kind": "restart", "message": "The server restarts. Go on writing: your words stay on this device."}
            )
        if not self._disk.drain(CLOSE_WAIT_S):
            LOG.error("stopping although not everything is on disk; it stays in the browsers")
        for table in self._tables.values():
            table.end("restart")
        with gevent.Timeout(GOODBYE_WAIT_S, False):
            while any(table.members for table in self._tables.values()):
                gevent.sleep(0.01)
        gevent.killall(self._greenlets)
        if closed is not None:
            closed.set_result(None)


def _timed(work: Callable[..., object], *args: object) -> float:
    """How many seconds it took, without the wait for a thread."""
    began = time.monotonic()
    work(*args)
    return time.monotonic() - began
