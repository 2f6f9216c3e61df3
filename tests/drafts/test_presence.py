"""Who is here: what others see is the server's word."""

import pytest
from pycrdt import Awareness, Doc

from drafting.drafts import frames
from drafting.drafts.frames import Entry
from drafting.drafts.presence import Presence
from drafting.drafts.refusals import BadFrame, NotTaken
from drafting.drafts.said import Said
from tests.drafts.table import seat

POSITION = {"type": None, "tname": None, "item": {"client": 1, "clock": 2}, "assoc": 0}
CURSOR = {"anchor": POSITION, "head": POSITION}


def said(*entries: Entry) -> bytes:
    return frames.parse(frames.awareness(entries)).body


def heard(frame: Said | bytes) -> list[tuple[int, int, object]]:
    message = frames.parse(frame.message if isinstance(frame, Said) else frame)
    return [(entry.client, entry.clock, entry.state) for entry in frames.parse_awareness(message.body)]


@pytest.fixture
def presence() -> Presence:
    return Presence(4096, owner={50: 5}.get)


def test_the_name_comes_from_the_seat_and_only_the_cursor_from_the_browser(presence):
    presence.hear("ada", seat(1), said(Entry(10, 1, {"user": {"name": "Mayor"}, "cursor": CURSOR, "more": "x"})))
    told = presence.take(["ada", "bob"])
    assert list(told) == ["bob"]  # nobody is told what they said themselves
    state = {"user": {"id": 1, "name": None, "colour": "#0b6e4f"}, "cursor": CURSOR}
    assert heard(told["bob"]) == [(10, 1, state)]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        {"anchor": POSITION},
        {"anchor": {}, "head": {}},
        {"anchor": {"item": {"client": -1, "clock": 0}}, "head": POSITION},
        {"anchor": {"item": {"client": True, "clock": 0}}, "head": POSITION},
        {"anchor": [POSITION], "head": POSITION},
    ],
)
def test_a_cursor_that_could_harm_another_browser_is_no_cursor(presence, cursor):
    presence.hear("ada", seat(1), said(Entry(10, 1, {"cursor": cursor})))
    assert heard(presence.take(["bob"])["bob"])[0][2]["cursor"] is None


def test_one_entry_each_and_none_for_others(presence):
    presence.hear("ada", seat(1), said(Entry(10, 1, {})))
    presence.hear("bob", seat(2), said(Entry(10, 9, {}), Entry(50, 1, {}), Entry(20, 1, {}), Entry(21, 1, {})))
    assert sorted(client for client, _, _ in heard(presence.others("new"))) == [10, 20]
    assert presence.holder(10) == 1 and presence.holder(20) == 2
    presence.hear("bob", seat(2), said(Entry(10, 99, None)))
    assert presence.holder(10) == 1


def test_who_leaves_is_gone_and_who_returns_looks_newer_than_the_leaving(presence):
    presence.hear("ada", seat(1), said(Entry(10, 7, {})))
    presence.take(["bob"])
    presence.leave("ada")
    ((client, clock, state),) = heard(presence.take(["bob"])["bob"])
    assert (client, state) == (10, None) and clock > 7
    presence.hear("ada again", seat(1), said(Entry(10, 7, {})))
    ((_, later, state),) = heard(presence.take(["bob"])["bob"])
    assert later > clock and state is not None


def test_a_reconnection_that_overtakes_the_old_connection_keeps_its_place(presence):
    presence.hear("old", seat(1), said(Entry(10, 7, {})))
    presence.hear("new", seat(1), said(Entry(10, 7, {})))
    presence.leave("old")
    assert presence.holder(10) == 1


def test_an_echo_is_not_passed_on_and_a_renewal_is(presence):
    presence.hear("ada", seat(1), said(Entry(10, 7, {})))
    presence.take([])
    presence.hear("ada", seat(1), said(Entry(10, 7, {})))
    assert presence.quiet
    presence.hear("ada", seat(1), said(Entry(10, 8, {})))
    assert not presence.quiet


def test_a_foreign_library_understands_who_is_here(presence):
    presence.hear("ada", seat(1), said(Entry(10, 1, {"cursor": CURSOR})))
    other = Awareness(Doc())
    for _ in range(2):  # also somebody who was here before and comes back
        other.apply_awareness_update(frames.parse(presence.others("new")).body, "server")
    assert other.states[10]["cursor"] == CURSOR


def test_too_much_or_no_json_is_refused(presence):
    with pytest.raises(NotTaken) as refusal:
        presence.hear("ada", seat(1), said(Entry(10, 1, {"cursor": "x" * 5000})))
    assert refusal.value.reason == "too_large"
    for junk in ("[" * 4000, "{", "[]", "1" * 5000):
        with pytest.raises(BadFrame):
            presence.hear("ada", seat(1), bytes([1, 10, 1]) + frames.prefixed(junk.encode()))
    assert presence.quiet
