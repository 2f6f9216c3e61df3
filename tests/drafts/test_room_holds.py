"""Whatever comes in whatever order: copies converge, the journal makes the same room, and the room lives on."""

import random

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pycrdt import Doc, Text

from drafting.drafts import authorship
from drafting.drafts.batches import Batch
from drafting.drafts.past import Past
from drafting.drafts.refusals import NotTaken
from drafting.drafts.room import Room
from tests.drafts.table import Client, Table

WORDS = st.text(alphabet="ab é😀\n", min_size=1, max_size=6)
WHO = st.integers(0, 3)
PLACE = st.integers(0, 40)


class Day(RuleBasedStateMachine):
    """Four tabs of three people, a disk that takes its time and sometimes refuses, a server that dies."""

    @initialize()
    def everybody_comes(self) -> None:
        self.table = Table()
        self.people = [self.table.seat(person) for person in (1, 2, 3, 3)]
        self.batch: Batch[Client] | None = None
        self.table.settles()

    @rule(who=WHO, words=WORDS, at=PLACE)
    def types(self, who, words, at):
        self.people[who].types(words, at)

    @rule(who=WHO, at=PLACE, length=st.integers(1, 8))
    def deletes(self, who, at, length):
        self.people[who].deletes(at, length)

    @rule(who=WHO)
    def loses_the_connection(self, who):
        self.people[who].leaves()

    @rule(who=WHO)
    def returns(self, who):
        self.people[who].leaves()
        self.people[who].returns()

    @rule(who=WHO)
    def repeats_itself(self, who):
        if self.people[who].connected:
            self.people[who].says(self.people[who].doc.get_update())

    @rule(who=WHO)
    def loses_a_frame(self, who):
        if self.people[who].outbox:
            self.people[who].outbox.pop()

    @rule(which=st.booleans())
    def a_tab_hears_from_the_tab_beside_it(self, which):
        """As tabs of one browser do. Between persons nothing passes but through the room."""
        tab, beside = self.people[2:] if which else self.people[:1:-1]
        tab._own = False
        tab.doc.apply_update(beside.doc.get_update())
        tab._own = True

    @rule()
    def the_disk_begins(self):
        if self.batch is None:
            self.batch = self.table.begins()

    @rule()
    def the_disk_has_written(self):
        if self.batch is not None:
            self.table.ends(self.batch)
            self.batch = None

    @rule()
    def the_disk_refuses(self):
        if self.batch is not None:
            self.table.refuses(self.batch)
            self.batch = None

    @rule()
    def a_snapshot_is_made(self):
        self.table.compacts()

    @rule()
    def the_server_dies(self):
        for client in self.people:
            client.leaves()
        self.batch = None
        self.table.room = self.table.restored()

    @invariant()
    def the_journal_makes_the_room(self):
        if hasattr(self, "table"):
            self.table.rebuilds()

    def teardown(self):
        if not hasattr(self, "table"):
            return
        if self.batch is not None:
            self.table.ends(self.batch)
        for client in self.people:
            client.leaves()
            client.returns()
        self.table.settles()
        for client in self.people:
            client.leaves()
            client.returns()
        self.table.settles()
        self.table.everyone_reads(self.table.room.text)
        assert authorship.weigh(self.table.past) == authorship.weigh(Past(tuple(self.table.journal)))
        for client in self.people:
            assert client.saved == client.sent
            assert "foreign_client" not in client.refused and "malformed" not in client.refused


TestDay = Day.TestCase
TestDay.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def real_update(rng: random.Random, client_id: int, base: bytes | None) -> bytes:
    doc: Doc[Text] = Doc(client_id=client_id)
    text = doc.get("content", type=Text)
    if base:
        doc.apply_update(base)
    before = doc.get_state()
    for _ in range(rng.randrange(1, 4)):
        text.insert(0, rng.choice(["a", "b😀", "long words "]))
        if rng.random() < 0.5:
            del text[0:1]
    return doc.get_update(before)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
@example(745, [(6858, 113)])  # text after what was garbage-collected, where nothing ever is
def test_a_mutated_frame_is_refused_or_harmless(seed, mutations):
    rng = random.Random(seed)
    table = Table()
    ada, mallory = table.seat(1), table.seat(2)
    ada.types("The river 😀 is low.")
    table.settles()
    data = bytearray(real_update(rng, 666, rng.choice([None, ada.doc.get_update()])))
    for place, value in mutations:
        match value % 3:
            case 0:
                data[place % len(data)] = value
            case 1:
                data.insert(place % len(data), value)
            case _:
                del data[place % len(data) : place % len(data) + value % 5]
                data = data or bytearray(b"\0")
    try:
        table.room.receive(mallory, 1, bytes(data))
    except NotTaken as refusal:
        assert refusal.reason in {"malformed", "gap", "foreign_client"}
    table.settles()
    ada.types(" Really.")
    table.settles()
    table.rebuilds()
    assert ada.text == table.room.text and ada.refused == []
    late = table.seat(3)
    assert late.text == table.room.text


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100))
def test_noise_is_refused(data):
    room: Room[Client] = Room(Past(), {}, document_bytes=1000, journal_bytes=10_000)
    try:
        room.receive(Table().seat(), 1, data)
    except NotTaken:
        assert room.quiet
