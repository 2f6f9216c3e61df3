"""Open rooms over a real journal, on both databases."""

import threading
from contextlib import contextmanager

import gevent
import pytest
import sqlalchemy as sa
from pycrdt import Doc, Text
from sqlalchemy.orm import Session

from drafting.config import Limits
from drafting.db import Database, now
from drafting.drafts import frames, journal
from drafting.drafts.batches import Row
from drafting.drafts.models import ClientBinding, Draft, JournalRow
from drafting.drafts.plain import merge, read
from drafting.drafts.refusals import NotTaken
from drafting.drafts.rooms import Rooms
from drafting.drafts.said import Said
from drafting.drafts.seat import Seat
from drafting.drafts.starting import start_draft
from drafting.errors import Busy, NotFound, Refused
from tests.drafts.loop import serving


class Visitor:
    """A connection that remembers what it was told."""

    def __init__(self, rooms: Rooms, draft: Draft, person: int = 1) -> None:
        self.seat = Seat(person, None, "#000", draft.id, draft.epoch, may_write=True)
        self.doc: Doc[Text] = Doc()
        self.body = self.doc.get("content", type=Text)
        self.confirmed = self.sent = 0
        self.refusals: list[str] = []
        self.news: list[dict] = []
        self.ended: list[str] = []
        self.table = rooms.admit(self.seat)
        self.table.sit(self)
        self.table.hear(self, 0, frames.step_1(self.doc.get_state()))

    def types(self, words: str) -> None:
        before = self.doc.get_state()
        self.body += words
        self.sent += 1
        self.table.hear(self, self.sent, frames.update(self.doc.get_update(before)))

    def deliver(self, said: Said) -> None:
        message = frames.parse(said.message)
        if message.kind.edits:
            self.doc.apply_update(message.body)

    def saved(self, n: int) -> None:
        self.confirmed = n

    def refuse(self, n: int | None, refusal: NotTaken) -> None:
        self.refusals.append(refusal.reason)

    def tell(self, news: dict) -> None:
        self.news.append(news)

    def end(self, why: str) -> None:
        self.ended.append(why)
        self.table.leave(self)

    @property
    def text(self) -> str:
        return str(self.body)


def eventually(true, what: str = "it") -> None:
    with gevent.Timeout(10, AssertionError(f"{what} did not happen in 10 s")):
        while not true():
            gevent.sleep(0.005)


def rows_of(database: Database, draft: Draft) -> tuple[Row, ...]:
    return journal.load(database, draft.id).past.rows


def an_update(words: str, client_id: int) -> bytes:
    doc: Doc[Text] = Doc(client_id=client_id)
    doc.get("content", type=Text).insert(0, words)
    return doc.get_update()


def test_what_one_types_the_other_reads_and_the_journal_has(rooms, draft, database):
    ada, bob = Visitor(rooms, draft, 1), Visitor(rooms, draft, 2)
    ada.types("Hello ")
    eventually(lambda: bob.text == "Hello " and ada.confirmed == 1)
    bob.types("world")
    eventually(lambda: ada.text == "Hello world")
    assert [row.person_id for row in rows_of(database, draft)] == [1, 2]
    assert journal.load(database, draft.id).bindings == {ada.doc.client_id: 1, bob.doc.client_id: 2}


def test_a_restarted_server_has_the_text_and_knows_whose_ids_are_whose(rooms, draft, database):
    ada = Visitor(rooms, draft, 1)
    ada.types("kept")
    eventually(lambda: ada.confirmed == 1)
    again = Rooms(database, Limits())
    again.start()
    bob = Visitor(again, draft, 2)
    assert bob.text == "kept"
    with pytest.raises(NotTaken) as refusal:
        bob.table.hear(bob, 1, frames.update(an_update("kept and forged", ada.doc.client_id)))
    assert refusal.value.reason == "foreign_client"
    again.close_all()


def test_two_who_open_a_draft_at_once_sit_at_one_table(rooms, draft):
    tables = gevent.joinall(
        [gevent.spawn(rooms.admit, Visitor.__new__(Visitor).__class__ and seat_at(draft)) for _ in range(8)]
    )
    assert len({id(greenlet.value) for greenlet in tables}) == 1


def seat_at(draft: Draft, person: int = 1) -> Seat:
    return Seat(person, None, "#000", draft.id, draft.epoch, may_write=True)


def test_a_draft_that_is_not_there_is_not_opened(rooms, draft):
    with pytest.raises(NotFound):
        rooms.admit(Seat(1, None, "#000", draft.id + 1, draft.epoch, may_write=True))


def test_a_copy_of_another_epoch_is_not_let_in(rooms, draft):
    with pytest.raises(NotTaken) as refusal:
        rooms.admit(Seat(1, None, "#000", draft.id, "older", may_write=True))
    assert refusal.value.reason == "other_epoch"


@contextmanager
def full_disk(database: Database):
    """The database takes no more rows of the journal."""
    refuse = sa.DDL(
        "CREATE TRIGGER full_disk BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        if database.engine.dialect.name == "sqlite"
        else "ALTER TABLE journal ADD CONSTRAINT full_disk CHECK (false) NOT VALID"
    )
    allow = sa.DDL(
        "DROP TRIGGER full_disk"
        if database.engine.dialect.name == "sqlite"
        else "ALTER TABLE journal DROP CONSTRAINT full_disk"
    )
    with database.write() as session:
        session.execute(refuse)
    yield
    with database.write() as session:
        session.execute(allow)


def test_a_full_disk_is_said_and_what_was_typed_comes_back_with_the_writer(rooms, draft, database):
    ada, bob = Visitor(rooms, draft, 1), Visitor(rooms, draft, 2)
    with full_disk(database):
        ada.types("not yet")
        eventually(lambda: ada.ended == ["not_saved"])
    assert (ada.refusals, bob.refusals, bob.ended, bob.text) == (["not_saved"], [], ["not_saved"], "")
    back, again = Visitor(rooms, draft, 1), Visitor(rooms, draft, 2)
    back.table.hear(back, 1, frames.step_2(ada.doc.get_update()))
    eventually(lambda: again.text == "not yet" and back.confirmed == 1)


def test_another_process_that_wrote_first_wins_and_nothing_is_lost(rooms, draft, database):
    ada = Visitor(rooms, draft, 1)
    entry = journal.Entry(draft.id, draft.epoch, (Row(1, 2, (77,), an_update("theirs ", 77)),), {77: 2})
    journal.append(database, [entry], now())
    ada.types("mine")
    eventually(lambda: ada.ended == ["not_saved"])
    back = Visitor(rooms, draft, 1)
    back.table.hear(back, 1, frames.step_2(ada.doc.get_update()))
    eventually(lambda: sorted(back.text) == sorted("theirs mine"))


def test_one_draft_in_trouble_does_not_hold_up_another(rooms, draft, database, event_id):
    with database.write() as session:
        other = start_draft(session, event_id=event_id, title="Air", kind="notes", at=now())
        session.get(Draft, draft.id).frozen = now()  # closed by another process
    ada = Visitor(rooms, other, 1)
    table = rooms.admit(seat_at(draft, 2))
    table.room.frozen = False
    bob = Visitor(rooms, draft, 2)
    ada.types("fine")
    bob.types("late")
    eventually(lambda: ada.confirmed == 1 and bob.ended == ["not_saved"])


class Liar(Visitor):
    """A connection that cannot be ended."""

    def end(self, why: str) -> None:
        raise RuntimeError("not now")


def test_a_connection_that_cannot_be_ended_stops_neither_the_others_nor_the_disk(rooms, draft, database, event_id):
    with database.write() as session:
        other = start_draft(session, event_id=event_id, title="Other", kind="common", at=now())
    liars = [Liar(rooms, draft, 1) for _ in range(3)]
    ada, bob = Visitor(rooms, draft, 2), Visitor(rooms, other, 2)
    rooms.ask_again(1)
    ada.types("words")
    eventually(lambda: ada.confirmed == 1)
    journal_is_taken(database, draft)
    liars[0].types("lost")
    eventually(lambda: ada.ended == ["not_saved"])
    bob.types("elsewhere")
    eventually(lambda: bob.confirmed == 1, "saving another text")
    assert rooms.works


def journal_is_taken(database: Database, draft: Draft) -> None:
    """Another process writes the row that is next, so that the room's own is refused."""
    row = Row(2, 1, (77,), an_update("first", 77))
    with database.write() as session:
        journal.add(session, [journal.Entry(draft.id, draft.epoch, (row,), {77: 1})], now())


def test_edits_may_make_something_else_true_in_the_same_transaction(database, draft):
    rooms = Rooms(database, Limits())
    with serving(rooms):
        rooms.submit(draft.id, 1, an_update("one", 5), lambda session: name_it(session, draft, "Named"))
        with pytest.raises(NotTaken):
            rooms.submit(draft.id, 1, an_update("two", 6), lambda session: name_it(session, draft, ""))
        rooms.submit(draft.id, 1, an_update("three", 7))
    assert [row.clients for row in rows_of(database, draft)] == [(5,), (7,)]
    with database.read() as session:
        assert session.get_one(Draft, draft.id).title == "Named"


def name_it(session: Session, draft: Draft, title: str) -> None:
    session.get_one(Draft, draft.id).title = title
    session.flush()
    if not title:
        raise Refused("A text needs a name.")


def test_a_page_in_a_native_thread_puts_an_edit_in_and_waits_for_the_disk(rooms, draft, database):
    ada = Visitor(rooms, draft, 1)
    outcome: list[object] = []

    def page() -> None:
        rooms.submit(draft.id, 3, an_update("from the form", 555))
        outcome.append(rows_of(database, draft)[-1].person_id)

    thread = threading.Thread(target=page)
    thread.start()
    eventually(lambda: ada.text == "from the form" and outcome == [3])


def test_a_page_is_told_why_its_edit_was_refused(rooms, draft):
    refusals: list[str] = []

    def page() -> None:
        try:
            rooms.submit(draft.id, 3, b"\1nonsense")
        except Refused as refusal:
            refusals.append(refusal.reason)

    thread = threading.Thread(target=page)
    thread.start()
    eventually(lambda: refusals == ["malformed"])


def test_news_reaches_everybody_and_a_frozen_draft_takes_nothing_more(rooms, draft):
    ada = Visitor(rooms, draft, 1)
    thread = threading.Thread(target=rooms.tell, args=(draft.id, {"kind": "frozen", "message": "Closed."}))
    thread.start()
    eventually(lambda: ada.news == [{"kind": "frozen", "message": "Closed."}])
    rooms.freeze(draft.id, True)
    eventually(lambda: ada.table.room.frozen)
    with pytest.raises(NotTaken) as refusal:
        ada.types("late")
    assert refusal.value.reason == "frozen"


def test_somebody_whose_rights_changed_must_come_in_again(rooms, draft):
    ada, bob = Visitor(rooms, draft, 1), Visitor(rooms, draft, 2)
    rooms.ask_again(2)
    eventually(lambda: bob.ended == ["rights"])
    assert ada.ended == []


def test_a_graceful_stop_leaves_everything_on_disk(database, draft):
    rooms = Rooms(database, Limits())
    rooms.start()
    ada = Visitor(rooms, draft, 1)
    for n in range(50):
        ada.types(f"{n} ")
    rooms.close_all()
    assert ada.confirmed == 50 and ada.ended == ["restart"] and ada.news[0]["kind"] == "restart"
    assert rows_of(database, draft)[-1].seq <= 50
    with pytest.raises(Refused):
        rooms.admit(seat_at(draft))


def test_a_room_that_nobody_sits_in_leaves_memory(database, draft):
    rooms = Rooms(database, Limits(idle_room_s=1))
    rooms.start()
    ada = Visitor(rooms, draft, 1)
    ada.types("kept")
    ada.table.leave(ada)
    eventually(lambda: not ada.table.open)
    assert Visitor(rooms, draft, 2).text == "kept"
    rooms.close_all()


def test_places_are_limited_per_room_and_per_person(database, draft, event_id):
    with database.write() as session:
        other = start_draft(session, event_id=event_id, title="Air", kind="notes", at=now())
    rooms = Rooms(database, Limits(members_per_room=2, rooms_per_person=1))
    rooms.start()
    Visitor(rooms, draft, 1)
    with pytest.raises(Busy):
        rooms.admit(seat_at(other, 1))
    Visitor(rooms, draft, 1)
    with pytest.raises(Busy):
        rooms.admit(seat_at(draft, 2))
    rooms.close_all()


def test_a_template_is_the_first_row_and_belongs_to_nobody(database, event_id):
    with database.write() as session:
        report = start_draft(
            session, event_id=event_id, title="Water", kind="notes", template="session-report", at=now()
        )
    found = journal.load(database, report.id)
    text, seq = read(found.past)
    assert text.startswith("# Water\n") and seq == 1
    assert found.past.rows[0].person_id is None and set(found.bindings.values()) == {None}
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ClientBinding)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(JournalRow)) == 1


def test_pages_put_edits_in_one_after_another_while_the_rooms_run_elsewhere(database, draft):
    with serving(Rooms(database, Limits())) as rooms:
        for n in range(3):
            found = journal.load(database, draft.id).past
            text, seq = read(found)
            rooms.submit(draft.id, 1 + n, merge(found, seq, f"{text}{n} ", 900 + n))
        assert read(journal.load(database, draft.id).past)[0] == "0 1 2 "
    with pytest.raises(Busy):
        rooms.submit(draft.id, 1, an_update("late", 999))


def test_a_seat_that_was_given_just_before_rights_changed_is_not_taken(rooms, draft):
    ada, bob = Visitor(rooms, draft, 1), Visitor(rooms, draft, 2)
    turn = rooms.turn
    table = rooms.admit(seat_at(draft, 2))
    threading.Thread(target=rooms.close_drafts, args=([draft.id],)).start()
    eventually(lambda: ada.ended == bob.ended == ["rights"])
    with pytest.raises(Busy):
        rooms.sit(table, bob, turn)
    assert table.members == set()
    rooms.sit(table, bob, rooms.turn)
    assert table.members == {bob}
