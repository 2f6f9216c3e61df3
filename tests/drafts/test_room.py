"""Stories at one table."""

import pytest
from pycrdt import Array, Doc, Map, Text

from drafting.drafts import frames, varints, yencode, yupdate
from drafting.drafts.batches import Row
from drafting.drafts.past import Past
from drafting.drafts.refusals import NotTaken
from drafting.drafts.room import Room
from drafting.drafts.yupdate import Block, Id, Kind, Update
from tests.drafts.table import Table, seat


def update_of(words: str, client_id: int) -> bytes:
    doc: Doc[Text] = Doc(client_id=client_id)
    doc.get("content", type=Text).insert(0, words)
    return doc.get_update()


def test_two_writers_typing_at_once_end_with_the_same_text():
    table = Table()
    ada, bob = table.seat(), table.seat()
    bob.leaves()
    ada.types("Hello")
    table.ticks()
    bob.types("World")
    bob.returns()
    table.settles()
    table.everyone_reads(ada.text)
    assert "Hello" in ada.text and "World" in ada.text


def test_nothing_is_seen_or_called_saved_before_it_is_on_disk():
    table = Table()
    ada = table.seat()
    table.settles()
    ada.types("quiet")
    batch = table.begins()
    late = table.seat()
    assert (late.text, ada.saved) == ("", 1)
    table.ends(batch)
    assert (table.room.text, late.text, ada.saved) == ("quiet", "quiet", 2)


def test_what_the_disk_refused_was_never_there():
    table = Table()
    ada, bob = table.seat(), table.seat()
    table.settles()
    ada.types("lost")
    batch = table.begins()
    bob.types("too")
    assert table.refuses(batch) == {ada, bob}
    assert table.room.quiet and table.room.text == ""
    for client in (ada, bob):
        client.returns()
    table.settles()
    table.everyone_reads(ada.text)
    assert sorted(ada.text) == sorted("losttoo")


def test_a_frame_sent_twice_is_confirmed_twice_and_kept_once():
    table = Table()
    ada = table.seat()
    ada.types("once")
    ada.says(ada.doc.get_update())
    table.settles()
    rows = len(table.journal)
    ada.says(ada.doc.get_update())
    table.settles()
    assert ada.saved == ada.sent
    assert len(table.journal) == rows
    table.everyone_reads("once")


def test_a_repeat_of_what_is_still_on_its_way_is_confirmed_after_it():
    table = Table()
    ada = table.seat()
    table.settles()
    ada.types("once")
    batch = table.begins()
    ada.says(ada.doc.get_update())
    table.ends(batch)
    assert ada.saved == ada.sent - 1
    table.settles()
    assert ada.saved == ada.sent


def test_one_tick_makes_one_row_for_each_person():
    table = Table()
    ada, bob = table.seat(1), table.seat(2)
    tab = table.seat(1)
    table.settles()
    ada.types("a")
    bob.types("b")
    tab.types("c")
    ada.types("d")
    table.ticks()
    assert sorted((row.person_id, row.clients) for row in table.journal) == [(1, (101, 103)), (2, (102,))]


def test_words_that_build_on_unsaved_words_of_another_come_in_a_later_row():
    table = Table()
    ada, bob = table.seat(1), table.seat(2)
    table.settles()
    ada.types("one ")
    bob.doc.apply_update(ada.doc.get_update())  # a client that heard of it by another way
    bob.outbox.clear()
    bob.body.insert(4, "two ")
    bob.sends()
    ada.doc.apply_update(bob.doc.get_update())
    ada.outbox.clear()
    ada.body.insert(8, "three")
    ada.sends()
    table.ticks()
    assert [row.person_id for row in table.journal] == [1, 2, 1]
    table.everyone_reads("one two three")


def test_a_frame_that_leaves_a_gap_is_neither_kept_nor_confirmed_until_the_gap_is_filled():
    table = Table()
    ada = table.seat()
    table.settles()
    ada.connected = False
    ada.types("one ")
    ada.outbox.clear()
    ada.connected = True
    ada.types("two")
    assert ada.refused == ["gap"]
    table.everyone_reads("one two")


def test_deleting_what_the_server_does_not_know_is_a_gap():
    table = Table()
    ada = table.seat()
    other: Doc[Text] = Doc(client_id=900)
    text = other.get("content", type=Text)
    text.insert(0, "abc")
    before = other.get_state()
    del text[0:2]
    with pytest.raises(NotTaken, match="missing"):
        table.room.receive(ada, 1, other.get_update(before))


def test_nobody_writes_under_the_client_id_of_another():
    table = Table()
    ada, mallory = table.seat(), table.seat()
    ada.types("mine")
    table.settles()
    forged: Doc[Text] = Doc(client_id=101)
    forged.apply_update(ada.doc.get_update())
    forged.get("content", type=Text).insert(4, " forged")
    with pytest.raises(NotTaken) as refusal:
        table.room.receive(mallory, 1, forged.get_update())
    assert refusal.value.reason == "foreign_client" and refusal.value.final
    table.everyone_reads("mine")


def test_passing_on_the_words_of_another_is_harmless_even_when_they_were_changed():
    table = Table()
    ada, mallory = table.seat(), table.seat()
    ada.types("mine")
    table.settles()
    mallory.says(update_of("evil", client_id=101))
    mallory.says(ada.doc.get_update())
    table.settles()
    assert mallory.refused == []
    table.everyone_reads("mine")
    assert len(table.journal) == 1


def test_what_is_still_queued_cannot_be_passed_on_with_other_words():
    table = Table()
    ada, mallory = table.seat(), table.seat()
    ada.types("I vote ")
    table.settles()
    mallory.types("!")
    ada.types("yes")
    (client,) = (client for row in table.journal for client in row.clients)
    forged = Update(
        {
            mallory.doc.client_id: [Block(1, 1, Kind.STRING, Id(mallory.doc.client_id, 0), None, "!")],
            client: [Block(7, 3, Kind.STRING, Id(client, 6), None, "no ")],
        }
    )
    table.room.receive(mallory, 2, yencode.encode(forged))
    table.settles()
    assert table.room.text.startswith("I vote yes") and "no" not in table.room.text
    assert ada.text == table.room.text
    assert [row.clients for row in table.journal if row.person_id == ada.seat.person_id] == [(client,), (client,)]


def test_the_same_person_may_go_on_under_an_id_of_an_earlier_day():
    table = Table()
    ada = table.seat(1)
    ada.types("day one")
    table.settles()
    table.room = table.restored()
    ada.types(", day two")
    table.everyone_reads("day one, day two")


def test_an_id_that_somebody_else_is_here_with_cannot_be_taken():
    table = Table()
    mallory = table.seat(2)
    table.room.reserved = {777: 1}.get
    with pytest.raises(NotTaken) as refusal:
        table.room.receive(mallory, 1, update_of("x", client_id=777))
    assert refusal.value.reason == "foreign_client"


def test_template_text_belongs_to_nobody():
    row = Row(1, None, (7,), update_of("# Report\n", client_id=7))
    table = Table(journal=[row], bindings={7: None})
    with pytest.raises(NotTaken) as refusal:
        table.room.receive(table.seat(), 1, update_of("# Report\nand more", client_id=7))
    assert refusal.value.reason == "foreign_client"


@pytest.mark.parametrize(("who", "reason"), [("reader", "no_right"), ("late", "frozen")])
def test_who_may_not_write_still_synchronises(who, reason):
    table = Table()
    ada = table.seat()
    ada.types("words")
    ada.deletes(0, 2)
    table.settles()
    guest = table.seat(may_write=who != "reader")
    table.room.frozen = who == "late"
    guest.leaves()
    guest.returns()
    assert guest.refused == [] and guest.text == "rds"
    guest.types("mine too")
    assert guest.refused == [reason]
    guest.refused.clear()
    guest.says(guest.doc.get_update())
    assert guest.refused == [reason]
    table.settles()
    assert table.room.text == ada.text == "rds"


def test_deleting_is_writing():
    table = Table()
    ada = table.seat()
    ada.types("words")
    table.settles()
    guest = table.seat(may_write=False)
    guest.deletes(0, 2)
    assert guest.refused == ["no_right"]


def test_a_full_document_takes_no_more_words_but_still_deletions():
    table = Table(document_bytes=1000)
    ada = table.seat()
    ada.types("x" * 900)
    table.settles()
    ada.says(update_of("y" * 200, client_id=500))
    assert ada.refused == ["document_full"]
    ada.deletes(0, 800)
    table.settles()
    ada.types("z" * 100)
    assert ada.refused == ["document_full"]
    table.everyone_reads("x" * 100 + "z" * 100)


def foreign(kind: str) -> bytes:
    doc: Doc = Doc(client_id=900)
    match kind:
        case "map":
            doc.get("content", type=Map)["a"] = 1
        case "array":
            doc.get("content", type=Array).append("x")
        case "other root":
            doc.get("title", type=Text).insert(0, "x")
        case "format":
            doc.get("content", type=Text).insert(0, "x", {"bold": True})
        case "embed":
            doc.get("content", type=Text).insert_embed(0, {"image": "x"})
    return doc.get_update()


@pytest.mark.parametrize("kind", ["map", "array", "other root", "format", "embed"])
def test_only_plain_text_is_taken(kind):
    table = Table()
    ada = table.seat()
    ada.says(foreign(kind))
    assert ada.refused == ["malformed"]
    ada.types("fine")
    table.everyone_reads("fine")


def test_a_character_of_two_halves_is_not_cut():
    table = Table()
    ada = table.seat(1)
    ada.types("a😀b")
    table.settles()
    ada.says(bytes([0, 1, 101, 1, 1, 1]))  # delete one clock of the two that 😀 takes
    ada.says(bytes([1, 1, 90, 0, 0x84, 101, 1, 1]) + b"x" + b"\0")  # a letter after its first half
    assert ada.refused == ["malformed", "malformed"]
    table.everyone_reads("a😀b")
    half = frames.parse(table.room.step_2(bytes([1, 101, 2])).message).body  # somebody claims to know one half of it
    other: Doc[Text] = Doc()
    other.apply_update(ada.doc.get_update())
    other.apply_update(half)
    assert str(other.get("content", type=Text)) == "a😀b"


def test_blocks_that_wait_for_each_other_are_not_let_in():
    table = Table()
    ada = table.seat(1)
    first = bytes([1, 90, 0, 0x84, 91, 0, 1]) + b"x"
    second = bytes([1, 91, 0, 0x84, 90, 0, 1]) + b"y"
    with pytest.raises(NotTaken) as refusal:
        table.room.receive(ada, 1, b"\2" + first + second + b"\0")
    assert refusal.value.reason == "gap"
    ada.types("fine")
    table.everyone_reads("fine")


def test_a_row_may_hold_more_pieces_than_a_frame():
    pieces = yupdate.MOST_PIECES + 1
    many = b"\1" + varints.encode(pieces) + b"\x09\x00" + b"\x00\x01" * pieces + b"\x00"
    table = Table(journal=[Row(1, 1, (9,), many)])
    table.seat().types("still opens")
    table.settles()
    assert table.room.text == "still opens"


def test_a_room_needs_no_more_than_its_journal():
    table = Table()
    ada = table.seat(1)
    ada.types("before")
    table.settles()
    room: Room = Room(Past(tuple(table.journal)), {}, document_bytes=10_000, journal_bytes=100_000)
    mallory = table.seat(2)
    with pytest.raises(NotTaken):
        room.receive(mallory, 1, update_of("before and after", client_id=101))
    assert room.text == "before" and seat(1).may_write


def test_whoever_deletes_without_the_right_again_and_again_does_not_make_the_room_read_all_deletions_each_time(
    monkeypatch: pytest.MonkeyPatch,
):
    table = Table()
    ada = table.seat()
    ada.types("x" * 400)
    for at in range(200):
        ada.deletes(at, 1)
    table.settles()
    guest = table.seat(may_write=False)
    table.settles()
    honest, reads = yupdate.decode, []
    monkeypatch.setattr(yupdate, "decode", lambda data, *most: reads.append(len(data)) or honest(data, *most))
    for at in range(20):
        guest.says(bytes([0, 1, 101, 1, 1 + 2 * at, 1]))
    assert guest.refused == ["no_right"] * 20
    assert sum(size > 100 for size in reads) <= 1
