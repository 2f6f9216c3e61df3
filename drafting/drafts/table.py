"""An open draft on the loop: the room, who sits at it, and what each of them is told. No I/O of its own."""

import time
from collections.abc import Callable
from typing import Any

from ..config import Limits
from ..errors import Busy
from . import frames, yupdate
from .batches import Batch
from .frames import Kind
from .journal import Also, Entry, Journal
from .member import Member, send_away
from .meters import Meters
from .page import PageEdit
from .presence import Presence
from .refusals import NotTaken
from .room import Room
from .said import Said


class Table:
    """`wake` is called when there is something to write to the disk or to say. Called on the loop only."""

    def __init__(
        self,
        journal: Journal,
        limits: Limits,
        wake: Callable[["Table"], None],
        meters: Meters,
        *,
        careful: bool = False,
    ) -> None:
        """`careful` as in Room."""
        self.draft_id = journal.draft_id
        self.epoch = journal.epoch
        self.members: set[Member] = set()
        self.open = True
        """Closed for good when the disk refused or the room was put away: nothing more is taken then."""
        self.sweeps_empty = 0
        self.failed = False
        """Whether the room could not join what it had taken: its next one looks more closely."""
        self.rows_since_snapshot = len(journal.past.rows)
        self.bytes_since_snapshot = sum(len(row.update) for row in journal.past.rows)
        self.room: Room[Member] = Room(
            journal.past,
            journal.bindings,
            document_bytes=limits.document_bytes,
            journal_bytes=limits.journal_bytes,
            frozen=journal.frozen,
            careful=careful,
        )
        self._asking: dict[Member, bytes] = {}
        self._also: list[Also] = []
        self._batch_also: tuple[Also, ...] = ()
        self._meters = meters
        self._edits, self._first_heard_s, self._batch_heard_s = 0, 0.0, 0.0
        self._presence: Presence[Member] = Presence(limits.awareness_bytes, self.room.owner)
        self.room.reserved = self._presence.holder
        self._limits = limits
        self._wake = wake

    def check_seat(self, person_id: int) -> None:
        """Raises Busy if no seat is left for this person."""
        if not self.open or len(self.members) >= self._limits.members_per_room:
            raise Busy("Too many people have this text open. Please try again soon.")
        if sum(member.seat.person_id == person_id for member in self.members) >= self._limits.seats_per_person:
            raise Busy("This text is open in too many of your windows.")

    def sit(self, member: Member) -> None:
        """Let somebody in, who is asked what they have and told who is here. Raises Busy if no seat is left."""
        self.check_seat(member.seat.person_id)
        self.members.add(member)
        member.deliver(Said(self.room.step_1()))
        self._introduce(member)

    def leave(self, member: Member) -> None:
        self.members.discard(member)
        self._presence.leave(member)
        self._wake(self)

    def hear(self, member: Member, n: int, data: bytes) -> None:
        """One message of `member`. Raises NotTaken; after a gap the member was asked what it has."""
        try:
            self._hear(member, n, data)
        except NotTaken as refusal:
            self._meters.refused(refusal.reason)
            raise

    def _hear(self, member: Member, n: int, data: bytes) -> None:
        if not self.open:
            raise NotTaken("not_saved")
        message = frames.parse(data)
        if len(data) > (self._limits.document_bytes if message.kind is Kind.STEP_2 else self._limits.frame_bytes):
            raise NotTaken("too_large")
        match message.kind:
            case Kind.STEP_1:
                self._answer(member, message.body)
            case Kind.STEP_2 | Kind.UPDATE:
                self._take(member, n, message.body)
            case Kind.AWARENESS:
                self._presence.hear(member, member.seat, message.body)
                self._wake(self)
            case Kind.ASK:
                self._introduce(member)

    def put(self, edit: PageEdit, update: bytes) -> None:
        """An edit of a page, which may be as large as the text. Raises NotTaken."""
        if not self.open:
            raise NotTaken("not_saved")
        if len(update) > self._limits.document_bytes:
            raise NotTaken("too_large")
        self._take(edit, 1, update)
        if edit.also is not None:
            self._also.append(edit.also)

    def entry(self, batch: Batch[Member]) -> Entry:
        return Entry(self.draft_id, self.epoch, batch.rows, batch.bindings, self._batch_also)

    def take(self) -> Batch[Member]:
        """What goes to the disk next."""
        try:
            batch = self.room.take()
        except BaseException:
            self.failed = True
            raise
        self._meters.batch.observe(self._edits)
        self._meters.edits.inc(self._edits)
        self._batch_heard_s, self._edits = self._first_heard_s, 0
        self._batch_also, self._also = tuple(self._also), []
        return batch

    def show(self, batch: Batch[Member]) -> None:
        """The batch is on disk."""
        self._meters.to_disk.observe(time.perf_counter() - self._batch_heard_s)
        self.rows_since_snapshot += len(batch.rows)
        self.bytes_since_snapshot += sum(len(row.update) for row in batch.rows)
        shown = self.room.commit(batch)
        asking, self._asking = self._asking, {}
        for member, state in asking.items():
            self._answer(member, state)
        if shown.frame is not None:
            said = Said(shown.frame)
            for member in list(self.members):
                member.deliver(said)
        for member, n in shown.acks.items():
            member.saved(n)
        self._meters.to_screens.observe(time.perf_counter() - self._batch_heard_s)

    def show_presence(self) -> None:
        for member, said in self._presence.take(list(self.members)).items():
            member.deliver(said)

    def give_up(self, batch: Batch[Member]) -> None:
        """The disk refused: tell those who wait, send everybody away; the journal is read anew when they return."""
        for member in self.room.losers(batch):
            member.refuse(None, NotTaken("not_saved"))
        self.end("not_saved")

    def tell(self, news: dict[str, Any]) -> None:
        for member in list(self.members):
            member.tell(news)

    def end(self, why: str) -> None:
        self.open = False
        send_away(self.members, why)

    @property
    def quiet(self) -> bool:
        """Whether nothing waits to be written or said, or is being written."""
        return self.room.settled and self._presence.quiet

    def _take(self, member: Member, n: int, update: bytes) -> None:
        try:
            self.room.receive(member, n, update)
        except NotTaken as refusal:
            if refusal.reason == "gap":
                self._meters.resyncs.inc()
                member.deliver(Said(self.room.step_1()))
            raise
        if not self._edits:
            self._first_heard_s = time.perf_counter()
        self._edits += 1
        self._wake(self)

    def _answer(self, member: Member, state: bytes) -> None:
        """Tell what `member` lacks, once all that the room has joined is on disk."""
        if self.room.in_flight:
            yupdate.decode_state(state)  # whoever cannot be understood hears it now
            self._asking[member] = state
        elif member in self.members:
            member.deliver(self.room.step_2(state))

    def _introduce(self, member: Member) -> None:
        others = self._presence.others(member)
        if others is not None:
            member.deliver(Said(others))
