"""What one person can take of a server: seats and disk."""

import threading

import gevent
import pytest

from drafting.config import Limits
from drafting.drafts.rooms import Rooms
from drafting.errors import Busy, Refused
from tests.drafts.table import Table
from tests.drafts.test_rooms import Visitor, an_update, eventually, seat_at


def test_one_person_cannot_fill_a_room(rooms, draft):
    windows = [Visitor(rooms, draft, 1) for _ in range(10)]
    with pytest.raises(Busy, match="too many of your windows"):
        rooms.admit(seat_at(draft, 1))
    with pytest.raises(Busy, match="too many of your windows"):  # also if all were let in before one sat down
        windows[0].table.sit(windows[0])
    Visitor(rooms, draft, 2)
    windows[0].end("closed")
    Visitor(rooms, draft, 1)


def test_writing_and_deleting_again_fills_the_disk_only_so_far():
    table = Table(document_bytes=20_000, journal_bytes=50_000)
    ada = table.seat(1)
    while not ada.refused:
        ada.types("x" * 1000)
        table.ticks()
        if not ada.refused:
            ada.deletes(0, 1000)
            table.ticks()
        assert ada.sent < 200
    assert ada.refused == ["document_full"]
    assert 48_000 < sum(len(row.update) for row in table.journal) <= 50_000
    table.room = table.restored()
    bob = table.seat(2)
    bob.types("x" * 3000)
    assert bob.refused == ["document_full"], "a restarted server has counted it, too"


def test_a_full_journal_still_takes_deletions():
    table = Table(journal_bytes=1000)
    ada = table.seat(1)
    ada.types("x" * 900)
    ada.types("y" * 200)
    table.settles()
    assert ada.refused == ["document_full"]
    bob = table.seat(2)
    bob.deletes(0, 900)
    table.settles()
    assert bob.refused == [] and table.room.text == ""


def test_what_the_disk_refused_does_not_count():
    table = Table(journal_bytes=1000)
    ada = table.seat(1)
    table.settles()
    ada.types("x" * 900)
    table.refuses(table.begins())
    bob = table.seat(2)
    bob.types("y" * 900)
    table.settles()
    assert bob.refused == [] and table.room.text == "y" * 900


def submitted(rooms: Rooms, draft_id: int, update: bytes) -> str:
    """What came of an edit of a page: the reason of its refusal, or `saved`."""
    outcome: list[str] = []

    def page() -> None:
        try:
            rooms.submit(draft_id, 3, update)
            outcome.append("saved")
        except Refused as refusal:
            outcome.append(refusal.reason)

    threading.Thread(target=page).start()
    eventually(lambda: outcome)
    return outcome[0]


def test_a_page_may_send_more_than_a_frame_and_not_more_than_a_text(database, draft):
    rooms = Rooms(database, Limits(frame_bytes=1000, document_bytes=10_000))
    rooms.start()
    assert submitted(rooms, draft.id, an_update("x" * 5000, 555)) == "saved"
    assert submitted(rooms, draft.id, an_update("x" * 11_000, 556)) == "too_large"
    assert submitted(rooms, draft.id, an_update("x" * 9000, 557)) == "document_full"
    rooms.close_all()


def test_drafts_that_are_closed_send_everybody_away_and_lose_nothing(rooms, draft):
    ada = Visitor(rooms, draft, 1)
    ada.types("just typed")
    threading.Thread(target=rooms.close_drafts, args=([draft.id, draft.id + 1],)).start()
    eventually(lambda: ada.ended == ["rights"])
    with gevent.Timeout(10):
        while not (back := Visitor(rooms, draft, 2)).text:
            back.end("again")
            gevent.sleep(0.01)
    assert back.text == "just typed"
