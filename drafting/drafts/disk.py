"""Puts on disk what the tables have taken: one transaction for all of them, in one native thread.

While it waits for the disk the tables go on gathering. A round that cost much to tell is followed by a pause, so that a
busy room sends fewer and larger frames; a quiet one is served at once.
"""

import logging
import time
from collections.abc import Callable, Sequence

import gevent
from gevent.event import Event
from gevent.threadpool import ThreadPool

from ..db import Database, now
from . import journal
from .batches import Batch
from .member import Member
from .natively import natively
from .table import Table

LOG = logging.getLogger(__name__)

LONGEST_PAUSE_S = 0.025
PAUSE_FOR_ONE_S = 0.008  # shared by the edits of a round: one that carried little was dear for what it carried
PAUSE_PER_COST = 0.75  # so that telling leaves the loop time to hear

Taken = tuple[Table, Batch[Member]]


class Disk:
    """Runs in a greenlet of its own. `drop` forgets a table that was closed; `look` sees one that has grown."""

    def __init__(self, database: Database, *, drop: Callable[[Table], None], look: Callable[[Table], None]) -> None:
        self._database = database
        self._drop = drop
        self._look = look
        self._thread = ThreadPool(1)
        self._restless: dict[int, Table] = {}
        self._work = Event()
        self._idle = Event()
        self._idle.set()

    def wake(self, table: Table) -> None:
        if table.open:
            self._restless[id(table)] = table
            self._idle.clear()
            self._work.set()

    def run(self) -> None:
        while True:
            self._work.wait()
            self._work.clear()
            tables, self._restless = list(self._restless.values()), {}
            try:
                cost, edits = self._round(tables)
            except Exception:  # whatever it is, the others must be written
                LOG.exception("a round failed; its drafts are opened anew")
                cost, edits = 0.0, 0
                for table in tables:
                    table.end("not_saved")
                    self._drop(table)
            if not self._restless:
                self._idle.set()
            gevent.sleep(min(LONGEST_PAUSE_S, max(PAUSE_PER_COST * cost, PAUSE_FOR_ONE_S / max(1, edits))))

    def drain(self, timeout_s: float) -> bool:
        """Wait until everything taken is on disk; False if that took too long."""
        return bool(self._idle.wait(timeout_s))

    def _round(self, tables: Sequence[Table]) -> tuple[float, int]:
        """Returns the seconds that telling the members took, and how many edits there were."""
        started = time.perf_counter()
        for table in tables:
            self._guarded(table, table.show_presence)
        taken: list[Taken] = []
        for table in tables:
            if table.open and not table.room.quiet:
                self._guarded(table, lambda table=table: taken.append((table, table.take())))  # type: ignore[misc]
        cost = time.perf_counter() - started
        refused = self._append([(table, batch) for table, batch in taken if batch.rows])
        started = time.perf_counter()
        for table, batch in taken:
            if table in refused:
                table.give_up(batch)
                self._drop(table)
            else:
                self._guarded(table, lambda table=table, batch=batch: table.show(batch))  # type: ignore[misc]
                self._look(table)
        return cost + time.perf_counter() - started, sum(batch.edits for _, batch in taken)

    def _append(self, taken: Sequence[Taken]) -> set[Table]:
        """The tables whose batch is not on disk. After a failure each is tried alone."""
        if not taken:
            return set()
        entries = [table.entry(batch) for table, batch in taken]
        try:
            natively(self._thread, journal.append, self._database, entries, now())
        except Exception as error:  # whatever a full disk, a lock or another process makes the database raise
            LOG.warning("drafts %s not written: %s", [entry.draft_id for entry in entries], type(error).__name__)
            return {taken[0][0]} if len(taken) == 1 else set().union(*(self._append([one]) for one in taken))
        return set()

    def _guarded(self, table: Table, act: Callable[[], None]) -> None:
        """A fault in one room must not stop the others from being written."""
        try:
            act()
        except (KeyboardInterrupt, SystemExit, gevent.GreenletExit):
            raise
        except BaseException:  # a panic inside the CRDT library is not an Exception
            LOG.exception("draft %d failed and is opened anew", table.draft_id)
            table.end("not_saved")
            self._drop(table)
