"""One live draft in memory: takes edits, hands them to the journal in order, shows what the journal has.

No I/O and no clock. There are two documents. `_shown` has what is on disk; every answer comes from it. `_ahead` has
also what was taken and waits for the disk; every check is made against it.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Generic

from pycrdt import Doc, Text, TransactionEvent

from . import frames, order, yupdate
from .batches import Batch, Queue, Row, Shown, W, merged
from .refusals import BadFrame, NotTaken
from .said import Said
from .seat import Seat
from .yupdate import EMPTY, Block, Update

ROOT = yupdate.ROOT.decode()


def nobody(_client: int) -> None:
    """Whose a client id is where none is reserved."""


def rebuilt(updates: Iterable[bytes], client_id: int | None = None) -> "Doc[Text]":
    """The document that these updates make, in the order of the journal."""
    doc: Doc[Text] = Doc(client_id=client_id)
    doc.get(ROOT, type=Text)
    with doc.transaction():
        for update in updates:
            doc.apply_update(update)
    return doc


class Room(Generic[W]):
    """Not thread-safe. `W` is whatever stands for a connection; its seat says whose it is."""

    def __init__(
        self,
        rows: Iterable[Row],
        bindings: Mapping[int, int | None],
        *,
        document_bytes: int,
        journal_bytes: int,
        frozen: bool = False,
    ) -> None:
        """`bindings`: whose each client id is; None for ids that nobody may write with.

        `journal_bytes`: how much the updates of one draft may take on disk, whatever became of their words.
        """
        self.frozen = frozen
        self.reserved: Callable[[int], int | None] = nobody
        """The person who is here with a client id that has not written yet."""
        self._limit = document_bytes
        self._journal_limit = journal_bytes
        self._journal_size = self._queue_size = 0
        self._bindings = dict(bindings)
        self._halves: set[tuple[int, int]] = set()
        self._seq = 0
        self._delta: bytes | None = None
        self._snapshot: Said | None = None
        self._queue: Queue[W] = Queue()
        self._in_flight: tuple[Row, ...] = ()
        self._size, self._size_is_exact = 0, False
        self._shown = rebuilt(self._remembered(rows))
        self._known = yupdate.decode_state(self._shown.get_state())
        self._on_disk = dict(self._known)
        self._restage()

    # what can be seen

    @property
    def text(self) -> str:
        return str(self._shown.get(ROOT, type=Text))

    @property
    def seq(self) -> int:
        """Of the last row that is on disk or on its way there."""
        return self._seq

    @property
    def quiet(self) -> bool:
        """Whether nothing waits to be taken to the disk."""
        return not self._queue.layers[0] and not self._queue.acks

    @property
    def settled(self) -> bool:
        """Whether everything that was taken is on disk."""
        return self.quiet and not self._in_flight

    def owner(self, client: int) -> int | None:
        """The person to whom a client id belongs; None if it is free or nobody's."""
        return self._bindings.get(client)

    def step_1(self) -> bytes:
        return frames.step_1(self._shown.get_state())

    def step_2(self, state: bytes) -> Said:
        """Everything that a client with this state vector lacks. Raises BadFrame."""
        shown = yupdate.decode_state(self._shown.get_state())
        theirs = {
            client: self._whole(client, min(clock, shown[client]))
            for client, clock in yupdate.decode_state(state).items()
            if client in shown
        }
        if theirs:
            return Said(frames.step_2(self._shown.get_update(yupdate.encode_state(theirs))))
        if self._snapshot is None:
            self._snapshot = Said(frames.step_2(self._shown.get_update()))
        return self._snapshot

    # what comes in

    def receive(self, member: W, n: int, data: bytes) -> None:
        """Take one update into the queue; `n` is confirmed when it is on disk.

        Raises NotTaken, and then nothing has changed.
        """
        update = yupdate.decode(data)
        new = order.news(update, self._known)
        if not order.complete(new, update, self._known):
            raise NotTaken("gap")
        if (new or update.deletes) and not self._repeats(new, data, member.seat):
            self._check(new, update, len(data), member.seat)
            self._take_in(new, update, data, member.seat.person_id)
        self._queue.acks[member] = n

    def take(self) -> Batch[W]:
        """What was queued, for the journal.

        One batch at a time: it must be committed or rolled back before the next is taken.
        """
        queue, self._queue = self._queue, Queue()
        rows = tuple(queue.rows(self._seq + 1)) if queue.layers[0] else ()
        self._seq += len(rows)
        self._journal_size, self._queue_size = self._journal_size + _size(rows), 0
        self._on_disk = dict(self._known)
        self._in_flight = rows
        return Batch(rows, queue.bindings, queue.acks)

    def commit(self, batch: Batch[W]) -> Shown[W]:
        """The batch is on disk: show it."""
        if not batch.rows:
            return Shown(None, batch.acks)
        with self._shown.transaction():
            for row in batch.rows:
                self._shown.apply_update(row.update)
        self._snapshot = None
        self._in_flight = ()
        return Shown(frames.update(merged([row.update for row in batch.rows])), batch.acks)

    def rollback(self, batch: Batch[W]) -> set[W]:
        """The disk refused: forget the batch, and what was built on it since. Returns whose edits were in either."""
        losers = {*batch.acks, *self._queue.acks}
        for client in (*batch.bindings, *self._queue.bindings):
            del self._bindings[client]
        self._seq -= len(batch.rows)
        self._journal_size, self._queue_size = self._journal_size - _size(batch.rows), 0
        self._queue, self._in_flight = Queue(), ()
        self._known = yupdate.decode_state(self._shown.get_state())
        self._on_disk = dict(self._known)
        self._restage()
        return losers

    # checks

    def _check(self, new: dict[int, list[Block]], update: Update, size: int, seat: Seat) -> None:
        if not seat.may_write:
            raise NotTaken("no_right")
        if self.frozen:
            raise NotTaken("frozen")
        if any(self._is_foreign(client, seat.person_id) for client in new):
            raise NotTaken("foreign_client")
        if order.cuts(new, update, self._known, (self._halves, order.low_halves(new))):
            raise BadFrame("a character cut in two")
        if new and not self._has_space(size):
            raise NotTaken("document_full")

    def _is_foreign(self, client: int, person_id: int) -> bool:
        if client in self._bindings:
            return self._bindings[client] != person_id
        return self.reserved(client) not in (None, person_id)

    def _repeats(self, new: dict[int, list[Block]], data: bytes, seat: Seat) -> bool:
        """Whether somebody who cannot write says only what is known: whoever synchronises repeats every deletion."""
        if new or (seat.may_write and not self.frozen):
            return False
        copy = rebuilt([self._ahead.get_update()])
        changes: list[bytes] = []
        _listening = copy.observe(lambda event: changes.append(event.update))
        copy.apply_update(data)
        return all(change == EMPTY for change in changes)

    def _has_space(self, size: int) -> bool:
        if self._journal_size + self._queue_size + size > self._journal_limit:
            return False
        if self._size + size > self._limit and not self._size_is_exact:
            self._size, self._size_is_exact = len(self._ahead.get_update()), True
        return self._size + size <= self._limit

    def _take_in(self, new: dict[int, list[Block]], update: Update, data: bytes, person_id: int) -> None:
        self._delta = None
        try:
            self._ahead.apply_update(data)
        except BaseException as error:  # a panic inside the library is not an Exception
            self._restage()
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            raise BadFrame("the library could not join it") from error
        delta = self._delta
        if delta is None or delta == EMPTY:
            return
        self._queue.add(person_id, delta, new, on_top=self._builds_on_others(new, update, person_id))
        for client in new:
            if client not in self._bindings:
                self._bindings[client] = self._queue.bindings[client] = person_id
        self._halves |= order.low_halves(new)
        self._known.update((client, blocks[-1].end) for client, blocks in new.items())
        self._size, self._size_is_exact = self._size + len(delta), False
        self._queue_size += len(delta)

    def _builds_on_others(self, new: dict[int, list[Block]], update: Update, person_id: int) -> bool:
        """Whether it depends on what somebody else sent and is not on disk: then it must come in a later row."""
        if not self._queue.layers[-1].keys() - {person_id}:
            return False
        return any(
            clock >= self._on_disk.get(client, 0) and self._bindings.get(client, person_id) != person_id
            for client, clock in order.references(new, update)
        )

    # keeping the two documents

    def _remembered(self, rows: Iterable[Row]) -> Iterable[bytes]:
        known: dict[int, int] = {}
        for row in rows:
            new = order.news(yupdate.decode(row.update, sys.maxsize), known)  # a row may be the sum of many frames
            known.update((client, blocks[-1].end) for client, blocks in new.items())
            self._halves |= order.low_halves(new)
            for client in row.clients:
                self._bindings.setdefault(client, row.person_id)
            self._seq = row.seq
            self._journal_size += len(row.update)
            yield row.update

    def _restage(self) -> None:
        """Make `_ahead` anew: what is shown, and what is queued."""
        waiting = [update for layer in self._queue.layers for updates in layer.values() for update in updates]
        waiting = [row.update for row in self._in_flight] + waiting
        snapshot = self._shown.get_update()
        self._ahead = rebuilt([snapshot, *waiting])
        self._size, self._size_is_exact = len(snapshot) + sum(map(len, waiting)), False
        self._listening = self._ahead.observe(self._note)

    def _note(self, event: TransactionEvent) -> None:
        self._delta = event.update

    def _whole(self, client: int, clock: int) -> int:
        """A clock that does not cut a character."""
        return clock - 1 if (client, clock) in self._halves else clock


def _size(rows: Iterable[Row]) -> int:
    return sum(len(row.update) for row in rows)
