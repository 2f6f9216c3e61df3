"""Opening a draft costs the same after a year as on the first day."""

import pytest
import sqlalchemy as sa
from pycrdt import Doc, Text

from drafting.config import Limits
from drafting.db import Database, now
from drafting.drafts import authorship, compaction, journal, plain
from drafting.drafts.batches import Row
from drafting.drafts.models import Draft, JournalRow, Snapshot, Strike
from drafting.drafts.past import Past
from drafting.drafts.refusals import NotTaken
from drafting.drafts.rooms import Rooms
from drafting.pool import Inline
from tests.drafts.test_rooms import Visitor, eventually


def writes_for_a_year(database: Database, draft: Draft, rows: int = 1200, person: int = 1) -> str:
    """`rows` rows of typing and deleting. Returns the text."""
    doc: Doc[Text] = Doc(client_id=1000 + person)
    body = doc.get("content", type=Text)
    updates: list[bytes] = []
    _listening = doc.observe(lambda event: updates.append(event.update))
    for n in range(rows):
        if n % 5 == 4:
            del body[0:3]
        else:
            body += f"{n} word, "
    with database.read() as session:
        last = journal.past(session, draft.id).last_seq
    made = tuple(Row(last + n, person, (doc.client_id,), update) for n, update in enumerate(updates, 1))
    journal.append(database, [journal.Entry(draft.id, draft.epoch, made, {doc.client_id: person})], now())
    return str(body)


def snapshot_of(database: Database, draft: Draft) -> Snapshot | None:
    with database.read() as session:
        return session.get(Snapshot, draft.id)


def test_opening_a_long_history_makes_a_snapshot_and_the_next_opening_reads_no_row(database, draft):
    text = writes_for_a_year(database, draft)
    rooms = Rooms(database, Limits())
    rooms.start()
    assert Visitor(rooms, draft, 2).text == text
    eventually(lambda: snapshot_of(database, draft))
    rooms.close_all()
    found = journal.load(database, draft.id).past
    assert (found.seq, found.rows) == (1200, ())
    again = Rooms(database, Limits())
    again.start()
    assert Visitor(again, draft, 3).text == text
    again.close_all()
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(JournalRow)) == 1200, "the evidence stays"


def test_a_room_goes_on_while_its_snapshot_is_made(database, draft, monkeypatch):
    monkeypatch.setattr(compaction, "ROWS", 20)
    rooms = Rooms(database, Limits())
    rooms.start()
    ada, bob = Visitor(rooms, draft, 1), Visitor(rooms, draft, 2)
    for n in range(40):
        ada.types(f"{n} ")
        eventually(lambda: ada.confirmed == ada.sent)
    eventually(lambda: snapshot_of(database, draft))
    ada.types("end")
    eventually(lambda: bob.text.endswith("39 end"))
    rooms.close_all()
    assert plain.read(journal.load(database, draft.id).past)[0] == bob.text


def test_credits_and_the_plain_form_are_the_same_with_and_without_a_snapshot(database, draft):
    writes_for_a_year(database, draft, 600, person=1)
    compaction.compact(database, Inline(), draft.id)
    seen_before = 500
    writes_for_a_year(database, draft, 600, person=2)
    compaction.compact(database, Inline(), draft.id)
    writes_for_a_year(database, draft, 30, person=3)
    with database.read() as session:
        with_snapshot = journal.past(session, draft.id, marks=True)
        whole = Past(tuple(journal.read(session, draft.id)))
        assert (with_snapshot.seq, len(with_snapshot.rows)) == (1200, 30)
        assert journal.past(session, draft.id, until=seen_before) == whole
    assert authorship.weigh(with_snapshot) == authorship.weigh(whole)
    assert set(authorship.weigh(whole).words_by) == {"1", "2", "3"}
    assert plain.read(with_snapshot) == plain.read(whole)


class Meanwhile(Inline):
    """Something happens while the snapshot is being made."""

    def __init__(self, happens) -> None:
        self.happens = happens

    def run(self, work, *args):
        result = work(*args)
        self.happens()
        return result


@pytest.mark.parametrize("event", ["strike", "another epoch", "destroyed"])
def test_a_snapshot_of_rows_that_were_changed_meanwhile_is_not_kept(database, draft, event):
    writes_for_a_year(database, draft, 600)

    def happens() -> None:
        with database.write() as session:
            found = session.get_one(Draft, draft.id)
            match event:
                case "strike":
                    session.add(
                        Strike(
                            draft_id=draft.id, epoch=draft.epoch, person_id=1, reason="a name",
                            places=1, characters=4, ranges=[[1001, 0, 4]], at=now(),
                        )
                    )  # fmt: skip
                case "another epoch":
                    found.epoch = "another"
                case "destroyed":
                    found.journal_destroyed = now()

    compaction.compact(database, Meanwhile(happens), draft.id)
    assert snapshot_of(database, draft) is None


def test_a_pool_that_has_no_time_disturbs_nobody(database, draft, caplog):
    writes_for_a_year(database, draft, 600)

    class Full(Inline):
        def run(self, work, *args):
            raise MemoryError

    compaction.try_to_compact(database, Full(), draft.id)
    assert snapshot_of(database, draft) is None and "MemoryError" in caplog.text


def test_an_edit_that_cannot_be_joined_is_found_in_the_next_room_and_holds_nobody_up(rooms, draft, monkeypatch):
    """No such edit is known that passes the checks; the document is made to choke on one word."""
    ada, mallory = Visitor(rooms, draft, 1), Visitor(rooms, draft, 2)
    honest = Doc.apply_update

    def chokes(doc: Doc, update: bytes) -> None:
        if b"poison" in update:
            raise RuntimeError("panic")
        honest(doc, update)

    monkeypatch.setattr(Doc, "apply_update", chokes)
    ada.types("good")
    mallory.types("poison")
    eventually(lambda: ada.ended == mallory.ended == ["not_saved"])
    back, again = Visitor(rooms, draft, 1), Visitor(rooms, draft, 2)
    back.types("good")
    with pytest.raises(NotTaken) as refusal:
        again.types("poison")
    assert refusal.value.reason == "malformed"
    third = Visitor(rooms, draft, 3)
    eventually(lambda: back.confirmed == 1 and third.text == "good")
