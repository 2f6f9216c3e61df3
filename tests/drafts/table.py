"""A table without a network: a real room, writers with real Yjs documents, and a journal that is a list."""

import itertools
from dataclasses import dataclass, field, replace

from pycrdt import Doc, Text

from drafting.drafts import authorship, frames, yupdate
from drafting.drafts.batches import Batch, Row
from drafting.drafts.past import Past, rebuilt
from drafting.drafts.refusals import NotTaken
from drafting.drafts.room import Room
from drafting.drafts.seat import Seat


def seat(person: int = 1, *, may_write: bool = True) -> Seat:
    return Seat(person_id=person, name=None, colour="#0b6e4f", draft_id=1, epoch="one", may_write=may_write)


class Client:
    """One browser tab: a document, what it has not sent, what was confirmed and refused."""

    def __init__(self, table: "Table", who: Seat, client_id: int) -> None:
        self.table = table
        self.seat = who
        self.doc: Doc[Text] = Doc(client_id=client_id)
        self.body = self.doc.get("content", type=Text)
        self.sent = 0
        self.saved = 0
        self.refused: list[str] = []
        self.outbox: list[bytes] = []
        self.connected = False
        self._own = True
        self._listening = self.doc.observe(lambda event: self.outbox.append(event.update) if self._own else None)

    def types(self, words: str, at: int | None = None) -> None:
        """At a character position, or at the end."""
        text = str(self.body)
        self.body.insert(len(text[:at].encode()), words)
        self.sends()

    def deletes(self, start: int, length: int) -> None:
        text = str(self.body)
        begin, end = len(text[:start].encode()), len(text[: start + length].encode())
        if begin < end:
            del self.body[begin:end]
        self.sends()

    def sends(self) -> None:
        """Send what waits, if there is a connection."""
        while self.connected and self.outbox:
            self.says(self.outbox.pop(0))

    def says(self, update: bytes) -> None:
        self.sent += 1
        try:
            self.table.room.receive(self, self.sent, update)
        except NotTaken as refusal:
            self.refused.append(refusal.reason)
            if refusal.reason == "gap":
                self.says(self.doc.get_update(bytes(frames.parse(self.table.room.step_1()).body)))

    def leaves(self) -> None:
        self.connected = False
        self.table.clients.discard(self)
        self.table.asking.pop(self, None)

    def returns(self) -> None:
        """Connect and synchronise in both directions."""
        self.connected = True
        self.table.clients.add(self)
        self.outbox.clear()
        if self.table.room.in_flight:
            self.table.asking[self] = self.doc.get_state()
        else:
            self.hears(self.table.room.step_2(self.doc.get_state()).message)
        self.says(self.doc.get_update(frames.parse(self.table.room.step_1()).body))

    def hears(self, frame: bytes) -> None:
        self._own = False
        self.doc.apply_update(frames.parse(frame).body)
        self._own = True

    @property
    def text(self) -> str:
        return str(self.body)


@dataclass
class Table:
    document_bytes: int = 5_000_000
    journal_bytes: int = 50_000_000
    journal: list[Row] = field(default_factory=list)
    bindings: dict[int, int | None] = field(default_factory=dict)
    clients: set[Client] = field(default_factory=set)
    asking: dict[Client, bytes] = field(default_factory=dict)
    snapshot: Past = Past()

    def __post_init__(self) -> None:
        self.ids = itertools.count(101)
        self.room: Room[Client] = self.restored()

    def restored(self) -> Room[Client]:
        """The room as a restarted server makes it."""
        sizes = {"document_bytes": self.document_bytes, "journal_bytes": self.journal_bytes}
        return Room(self.past, self.bindings, **sizes)

    @property
    def past(self) -> Past:
        """The journal behind the newest snapshot."""
        return replace(self.snapshot, rows=tuple(self.journal[self.snapshot.seq :]))

    def compacts(self) -> None:
        """A snapshot is made of all that is on disk."""
        past = self.past
        state, marks = authorship.carried_on(past)
        size = past.journal_bytes + sum(len(row.update) for row in past.rows)
        self.snapshot = Past((), state, past.last_seq, size, marks)

    def seat(self, person: int | None = None, *, may_write: bool = True) -> Client:
        """Somebody new sits down, on a tab of their own."""
        client_id = next(self.ids)
        client = Client(self, seat(person or client_id, may_write=may_write), client_id)
        client.returns()
        return client

    def begins(self) -> Batch[Client]:
        """The disk begins to write."""
        return self.room.take()

    def ends(self, batch: Batch[Client]) -> None:
        """The disk has written."""
        self.journal.extend(batch.rows)
        self.bindings.update(batch.bindings)
        shown = self.room.commit(batch)
        while self.asking:
            client, state = self.asking.popitem()
            client.hears(self.room.step_2(state).message)
        for client in self.clients:
            if shown.frame is not None:
                client.hears(shown.frame)
        for client, n in shown.acks.items():
            client.saved = n

    def refuses(self, batch: Batch[Client]) -> set[Client]:
        """The disk could not write: everybody is sent away, the room is made anew. Returns whose edits were lost."""
        losers = self.room.losers(batch)
        for client in list(self.clients):
            client.leaves()
        self.room = self.restored()
        return losers

    def ticks(self) -> None:
        self.ends(self.begins())

    def settles(self) -> None:
        while not self.room.quiet:
            self.ticks()

    def everyone_reads(self, text: str) -> None:
        self.settles()
        assert [client.text for client in self.clients] == [text] * len(self.clients)
        assert self.room.text == text
        self.rebuilds()

    def rebuilds(self) -> None:
        """The journal alone makes the same room, at every point where a server may have died."""
        assert self.room.in_flight or self.restored().text == self.room.text
        assert self.restored().step_1() == rebuilt_step_1(self.journal)
        assert [row.seq for row in self.journal] == list(range(1, len(self.journal) + 1))
        ends: dict[int, int] = {}
        doc: Doc[Text] = Doc()
        for row in self.journal:
            for client, blocks in yupdate.decode(row.update).blocks.items():
                assert tuple(row.clients).count(client) == 1
                ends[client] = blocks[-1].end
            doc.apply_update(row.update)
            assert yupdate.decode_state(doc.get_state()) == ends, "a row depends on a later one"


def rebuilt_step_1(journal: list[Row]) -> bytes:
    return frames.step_1(rebuilt([row.update for row in journal]).get_state())
