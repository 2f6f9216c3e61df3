"""One live draft in memory: takes edits, hands them to the journal in order, shows what the journal has.

No I/O and no clock. What is taken is checked against numbers that are kept for it and waits in a queue; it is joined to
the document when it goes to the disk. While a batch is on its way the document is ahead of the disk, and nobody is
answered from it.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Generic

from . import frames, letters, order, varints, yupdate
from .batches import Batch, Piece, Queue, Row, Shown, W, merged
from .deletions import Deletions
from .document import Document
from .letters import Letters
from .past import Past
from .refusals import BadFrame, NotTaken
from .said import Said
from .seat import Seat
from .space import Space
from .yupdate import Block, Id, Update

ECHO_BYTES = 1024  # a repeat of all deletions is longer than this, or costs nothing


def nobody(_client: int) -> None:
    """Whose a client id is where none is reserved."""


class Room(Generic[W]):
    """Not thread-safe. `W` is whatever stands for a connection; its seat says whose it is."""

    def __init__(
        self,
        past: Past,
        bindings: Mapping[int, int | None],
        *,
        document_bytes: int,
        journal_bytes: int,
        frozen: bool = False,
        careful: bool = False,
    ) -> None:
        """`bindings`: whose each client id is; None for ids that nobody may write with.

        `journal_bytes`: how much the updates of one draft may take on disk, whatever became of their words.
        `careful`: try each edit on a copy first, after a room of this draft met one that could not be joined.
        """
        self.frozen = frozen
        self.reserved: Callable[[int], int | None] = nobody
        """The person who is here with a client id that has not written yet."""
        self._careful = careful
        self._bindings = {client: row.person_id for row in past.rows for client in row.clients} | dict(bindings)
        self._seq = past.last_seq
        self._queue: Queue[W] = Queue()
        self._in_flight = False
        self._document = Document(past)
        self._known = dict(self._document.clocks)
        self._halves = self._document.halves
        self._deletions = Deletions(self._document.doc)
        on_disk = past.journal_bytes + sum(len(row.update) for row in past.rows)
        self._space = Space(
            self._document.doc, document_bytes=document_bytes, journal_bytes=journal_bytes, journal_size=on_disk
        )

    # what can be seen

    @property
    def text(self) -> str:
        return self._document.text

    @property
    def seq(self) -> int:
        """Of the last row that is on disk or on its way there."""
        return self._seq

    @property
    def quiet(self) -> bool:
        """Whether nothing waits to be taken to the disk."""
        return not self._queue.layers[0] and not self._queue.acks

    @property
    def in_flight(self) -> bool:
        """Whether a batch is on its way to the disk: nobody can be answered before it has arrived."""
        return self._in_flight

    @property
    def settled(self) -> bool:
        """Whether everything that was taken is on disk."""
        return self.quiet and not self._in_flight

    def owner(self, client: int) -> int | None:
        """The person to whom a client id belongs; None if it is free or nobody's."""
        return self._bindings.get(client)

    def step_1(self) -> bytes:
        return self._document.step_1()

    def step_2(self, state: bytes) -> Said:
        """Everything that a client with this state vector lacks; not while a batch is in flight. Raises BadFrame."""
        assert not self._in_flight
        return self._document.step_2(state)

    def forget_answers(self) -> None:
        """Nothing happens here: let go of what a crowd that comes at once would be answered from."""
        self._document.forget_answers()

    # what comes in

    def receive(self, member: W, n: int, data: bytes) -> None:
        """Take one update into the queue; `n` is confirmed when it is on disk.

        Raises NotTaken, and then nothing has changed.
        """
        few = letters.read(data)
        if few is not None and self._follows(few, member.seat):
            if not self._space.allows(len(data), self._queue.size):
                raise NotTaken("document_full")
            self._take_in({few.client: few.end}, (few.origin, few.right), data, member.seat.person_id, plain=True)
        elif len(data) <= ECHO_BYTES or not self._deletions.repeats(data):
            self._receive(data, member.seat)
        self._queue.acks[member] = n

    def _receive(self, data: bytes, seat: Seat) -> None:
        """Any update, step by step."""
        update = yupdate.decode(data)
        new = order.news(update, self._known)
        if not order.complete(new, update, self._known):
            raise NotTaken("gap")
        if new or (update.deletes and not self._is_echo(update, data, seat)):
            self._check(new, update, data, seat)
            ends = {client: blocks[-1].end for client, blocks in new.items()}
            plain = not update.deletes and order.all_new(update, self._known)
            self._take_in(ends, order.references(new, update, self._known), data, seat.person_id, plain=plain)
            self._queue.deleted += sum(length for ranges in update.deletes.values() for _, length in ranges)
            self._halves |= order.low_halves(new)

    def take(self) -> Batch[W]:
        """What was queued, for the journal.

        One batch at a time: it must be committed before the next is taken. Raises whatever the CRDT library does if it
        cannot join what it should; then, and if the disk refuses the batch, this room is over and its journal is read
        anew.
        """
        queue, self._queue = self._queue, Queue()
        self._in_flight = True
        rows: list[Row] = []
        news: list[bytes] = []
        for plain, pieces in groupby(queue.pieces(), key=lambda piece: piece[1].plain):
            for some in [list(pieces)] if plain else [[piece] for piece in pieces]:
                delta = self._document.join([update for _, piece in some for update in piece.updates])
                assert delta is not None or not plain, "new text turned out to be none"
                if delta is not None:
                    news.append(delta)
                    rows.extend(self._row(person_id, piece, delta) for person_id, piece in some)
        if rows:
            self._document.joined({client: self._known[client] for client in queue.begins})
            self._deletions.changed()
        self._space.joined(rows, queue.deleted)
        return Batch(tuple(rows), tuple(news), queue.bindings, queue.acks, queue.edits)

    def _row(self, person_id: int, piece: Piece, delta: bytes) -> Row:
        """`delta`: what was new when it was joined, where not all of it was."""
        self._seq += 1
        update = merged(piece.updates) if piece.plain else delta
        return Row(self._seq, person_id, tuple(sorted(piece.clients)), update)

    def commit(self, batch: Batch[W]) -> Shown[W]:
        """The batch is on disk: show it."""
        self._in_flight = False
        if not batch.rows:
            return Shown(None, batch.acks)
        return Shown(frames.update(merged(list(batch.news))), batch.acks)

    def losers(self, batch: Batch[W]) -> set[W]:
        """Whose edits are lost with `batch`, and with what was built on it since."""
        return {*batch.acks, *self._queue.acks}

    # checks

    def _check(self, new: dict[int, list[Block]], update: Update, data: bytes, seat: Seat) -> None:
        if not seat.may_write:
            raise NotTaken("no_right")
        if self.frozen:
            raise NotTaken("frozen")
        for client in new:
            if self._is_foreign(client, seat.person_id):
                raise NotTaken("foreign_client")
        if order.cuts(new, update, self._known, (self._halves, order.low_halves(new))):
            raise BadFrame("a character cut in two")
        if new and not self._space.allows(len(data), self._queue.size):
            raise NotTaken("document_full")
        if self._careful:
            self._try(data)

    def _follows(self, few: Letters, seat: Seat) -> bool:
        """Whether nothing is to be looked at more closely: the next letters of somebody who may write them, between
        letters that are here.
        """
        known, client, halves = self._known, few.client, self._halves
        origin, right = few.origin, few.right
        return (
            seat.may_write
            and not (self.frozen or self._careful)
            and known.get(client, 0) == few.clock
            and few.end <= yupdate.LAST_CLOCK
            and client <= varints.GREATEST
            and not self._is_foreign(client, seat.person_id)
            and (origin is None or origin.clock < known.get(origin.client, 0))
            and (right is None or right.clock < known.get(right.client, 0))
            and not (halves and order.between_halves(few, halves))
        )

    def _is_foreign(self, client: int, person_id: int) -> bool:
        if client in self._bindings:
            return self._bindings[client] != person_id
        return self.reserved(client) not in (None, person_id)

    def _is_echo(self, update: Update, data: bytes, seat: Seat) -> bool:
        """Whether these deletions are all known: whoever synchronises repeats every one of them.

        Looked at where it matters: a short one costs little, and the journal leaves out what changes nothing.
        """
        if seat.may_write and not self.frozen and len(data) <= ECHO_BYTES:
            return False
        return self._deletions.all_known(update.deletes, data)

    def _try(self, data: bytes) -> None:
        copy = self._document.with_also([update for _, piece in self._queue.pieces() for update in piece.updates])
        try:
            copy.apply_update(data)
        except BaseException as error:  # a panic inside the library is not an Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            raise BadFrame("the library could not join it") from error

    # taking in

    def _take_in(
        self, ends: Mapping[int, int], references: Iterable[Id | None], data: bytes, person_id: int, *, plain: bool
    ) -> None:
        """`ends`: how far each client has come with it; `references`: what it speaks of; `plain` as in Piece."""
        queue = self._queue
        queue.add(person_id, data, ends, on_top=self._builds_on_others(references, person_id), plain=plain)
        for client, end in ends.items():
            if client not in self._bindings:
                self._bindings[client] = queue.bindings[client] = person_id
            queue.begins.setdefault(client, self._known.get(client, 0))
            self._known[client] = end

    def _builds_on_others(self, references: Iterable[Id | None], person_id: int) -> bool:
        """Whether it depends on what somebody else sent and is still queued: then it must come in a later row."""
        layer = self._queue.layers[-1]
        if not layer or (len(layer) == 1 and person_id in layer):
            return False
        begins = self._queue.begins
        return any(
            reference is not None
            and reference.client in begins
            and reference.clock >= begins[reference.client]
            and self._bindings.get(reference.client, person_id) != person_id
            for reference in references
        )
