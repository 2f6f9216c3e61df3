"""Before an election, say, nothing is posted about an event, and what waited goes out afterwards."""

from datetime import date, timedelta

import pytest

from drafting.errors import Invalid, Stale
from drafting.events.models import Event
from drafting.publishing import holding
from drafting.publishing.holding import Days
from tests.publishing.newsroom import NOON, Newsroom, after
from tests.publishing.receiver import Receiver, status

DAY = timedelta(days=1)


def declare(newsroom: Newsroom, first: date | None, last: date | None, because: str = "Election.") -> None:
    with newsroom.database.write() as session:
        holding.declare(session, newsroom.event_id, Days(first, last), because=because, by=None, at=NOON)


def test_what_becomes_due_waits_for_the_end_of_the_last_day_by_the_clocks_at_the_event(
    newsroom: Newsroom, receiver: Receiver
) -> None:
    with newsroom.database.write() as session:
        session.get_one(Event, newsroom.event_id).timezone = "Pacific/Auckland"  # in May twelve hours ahead
    newsroom.connects("webhook", url=receiver.url)
    newsroom.connects("by_hand", name="Notice board")
    declare(newsroom, None, date(2026, 5, 6))
    newsroom.releases()
    for at in (NOON, NOON + 2 * DAY - timedelta(seconds=1)):
        newsroom.delivers(at)
        assert [(post.state, post.attempts) for post in newsroom.posts()] == [("due", 0)] * 2
    newsroom.delivers(NOON + 2 * DAY)
    assert [post.state for post in newsroom.posts()] == ["sent", "by_hand"]


def test_a_hold_that_is_to_come_stops_nothing_yet(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    declare(newsroom, date(2026, 5, 6), date(2026, 5, 8))
    newsroom.releases()
    newsroom.delivers()
    assert newsroom.post().state == "sent"
    newsroom.releases(2)
    newsroom.delivers(NOON + 2 * DAY)
    assert [post.state for post in newsroom.posts()] == ["sent", "due"]


def test_it_can_be_lifted_and_another_takes_its_place(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    declare(newsroom, None, None)
    declare(newsroom, None, date(2026, 5, 30), because="Longer.")
    newsroom.releases()
    newsroom.delivers()
    with newsroom.database.write() as session:
        standing = holding.of_event(session, newsroom.event_id, NOON)
        assert standing is not None and standing.because == "Longer."
        holding.lift(session, newsroom.event_id, after(1))
        assert holding.of_event(session, newsroom.event_id, after(1)) is None
        with pytest.raises(Stale):
            holding.lift(session, newsroom.event_id, after(1))
    assert newsroom.post().state == "due"
    newsroom.delivers(after(1))
    assert newsroom.post().state == "sent"


def test_what_is_already_out_or_doubtful_is_not_tried_again_meanwhile(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    receiver.answers = [status(500)]
    newsroom.delivers()
    declare(newsroom, None, None)
    newsroom.delivers(after(60))
    assert (newsroom.post().state, newsroom.post().attempts) == ("uncertain", 1)


@pytest.mark.parametrize(
    ("first", "last", "because", "field"),
    [
        (None, None, "", "because"),
        (date(2026, 5, 9), date(2026, 5, 8), "Election.", "last"),
        (None, date(2026, 5, 3), "Election.", "last"),
        (date(2031, 1, 1), None, "Election.", "first"),
        (None, date(9999, 12, 31), "Election.", "last"),
        (date.min, date.min, "Election.", "last"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_at_its_field(
    newsroom: Newsroom, first: date | None, last: date | None, because: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        declare(newsroom, first, last, because)
    assert refused.value.field == field


def test_a_first_day_that_is_long_over_begins_now(newsroom: Newsroom) -> None:
    with newsroom.database.write() as session:
        session.get_one(Event, newsroom.event_id).timezone = "Pacific/Auckland"
    declare(newsroom, date.min, None)
    with newsroom.database.read() as session:
        standing = holding.of_event(session, newsroom.event_id, NOON)
        assert standing is not None and standing.since == NOON
