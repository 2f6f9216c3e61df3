"""One live draft in memory: takes edits, hands them to the journal in order, shows what the journal has.

No I/O and no clock. What is taken is checked against numbers that are kept for it and waits in a queue; it is joined to
the document when it goes to the disk. While a batch is on its way the document is ahead of the disk, and nobody is
answered from it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Generic

from pycrdt import Doc, Text, TransactionEvent

from . import frames, letters, order, varints, yupdate
from .batches import Batch, Piece, Queue, Row, Shown, W, merged
from .deletions import Deletions
from .letters import Letters
from .past import ROOT, Past, rebuilt
from .refusals import BadFrame, NotTaken
from .said import Said
from .seat import Seat
from .space import Space
from .yupdate import EMPTY, Block, Id, Update

MOST_ANSWERS = 4
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
        self._answers: dict[bytes, Said] = {}
        self._doc = past.document()
        self._applied = yupdate.decode_state(self._doc.get_state())
        self._known = dict(self._applied)
        self._halves = _halves(self._doc)
        self._deletions = Deletions(self._doc)
        on_disk = past.journal_bytes + sum(len(row.update) for row in past.rows)
        self._space = Space(self._doc, document_bytes=document_bytes, journal_bytes=journal_bytes, journal_size=on_disk)
        self._delta: bytes | None = None
        self._listening = self._doc.observe(self._note)

    # what can be seen

    @property
    def text(self) -> str:
        return str(self._doc.get(ROOT, type=Text))

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
        return frames.step_1(self._doc.get_state())

    def step_2(self, state: bytes) -> Said:
        """Everything that a client with this state vector lacks; not while a batch is in flight. Raises BadFrame."""
        assert not self._in_flight
        answer = self._answers.get(state)
        if answer is None:
            if len(self._answers) == MOST_ANSWERS:
                self._answers.clear()
            answer = self._answers[state] = Said(frames.step_2(self._lacking(state)))
        return answer

    def forget_answers(self) -> None:
        """Answers are kept for a crowd that comes at once; a quiet room needs no second copy of its text."""
        self._answers.clear()

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
            self._take_in(ends, order.references(new, update), data, seat.person_id, plain=plain)
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
                delta = self._join([update for _, piece in some for update in piece.updates])
                if delta is not None:
                    news.append(delta)
                    rows.extend(self._row(person_id, piece, delta) for person_id, piece in some)
        self._applied.update((client, self._known[client]) for client in queue.begins)
        if rows:
            self._answers.clear()
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
        waiting = [update for _, piece in self._queue.pieces() for update in piece.updates]
        copy = rebuilt([self._doc.get_update(), *waiting])
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

    def _join(self, updates: Sequence[bytes]) -> bytes | None:
        """Join to the document in one go. Returns what was new in it."""
        self._delta = None
        with self._doc.transaction():
            for update in updates:
                self._doc.apply_update(update)
        return None if self._delta == EMPTY else self._delta

    def _note(self, event: TransactionEvent) -> None:
        self._delta = event.update

    # answering

    def _lacking(self, state: bytes) -> bytes:
        theirs = {
            client: self._whole(client, min(clock, self._applied[client]))
            for client, clock in yupdate.decode_state(state).items()
            if client in self._applied
        }
        return self._doc.get_update(yupdate.encode_state(theirs)) if theirs else self._doc.get_update()

    def _whole(self, client: int, clock: int) -> int:
        """A clock that does not cut a character."""
        return clock - 1 if (client, clock) in self._halves else clock


def _halves(doc: "Doc[Text]") -> set[tuple[int, int]]:
    """Where the text that is seen must not be cut. What was deleted has no characters any more."""
    if max(str(doc.get(ROOT, type=Text)), default="") <= "\uffff":
        return set()
    return order.low_halves(yupdate.decode(doc.get_update(), yupdate.ANY_NUMBER).blocks)
