"""Nothing is posted at night: what becomes due then waits until the morning, unless somebody wants it now."""

from datetime import UTC, datetime, time

import pytest

from drafting.publishing import connecting, outbox
from drafting.publishing.models import Channel
from drafting.publishing.quiet import until
from tests.publishing.newsroom import NOON, Newsroom, after
from tests.publishing.receiver import Receiver


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begin", "end", "zone", "at", "ends"),
    [
        (time(22), time(7), "UTC", utc(5, 4, 23), utc(5, 5, 7)),
        (time(22), time(7), "UTC", utc(5, 4, 6, 59), utc(5, 4, 7)),
        (time(22), time(7), "UTC", utc(5, 4, 7), None),
        (time(22), time(7), "UTC", utc(5, 4, 12), None),
        (time(12), time(14), "Europe/London", utc(5, 4, 11, 30), utc(5, 4, 13)),
        (time(12), time(14), "Europe/London", utc(1, 4, 11, 30), None),
        # The night in which clocks go forward, and the one in which they go back.
        (time(22), time(7), "Europe/London", utc(3, 29, 1), utc(3, 29, 6)),
        (time(22), time(7), "Europe/London", utc(10, 25, 1), utc(10, 25, 7)),
        (time(9), time(9), "UTC", utc(5, 4, 9), None),
    ],
)
def test_the_clocks_at_the_event_say_when_it_is_quiet(
    begin: time, end: time, zone: str, at: datetime, ends: datetime | None
) -> None:
    assert until(begin, end, zone, at) == ends


def test_what_becomes_due_at_night_goes_out_in_the_morning_or_when_somebody_wants_it(
    newsroom: Newsroom, receiver: Receiver
) -> None:
    channel = newsroom.connects("webhook", url=receiver.url)
    manner = connecting.Manner(time(11), time(14), ("RiverDay", "OpenSpace"))
    with newsroom.database.write() as session:
        connecting.change(session, newsroom.event_id, channel, manner)
    for number in (1, 2):
        newsroom.releases(number)
    newsroom.delivers()
    assert receiver.messages == [] and {post.attempts for post in newsroom.posts()} == {0}
    with newsroom.database.write() as session:
        outbox.retry(session, newsroom.posts()[1].id, NOON)
    newsroom.delivers(after(1))
    assert len(receiver.messages) == 1
    assert "#OpenSpace" in newsroom.posts()[1].payload["text"]
    newsroom.delivers(after(125))
    assert [post.state for post in newsroom.posts()] == ["sent", "sent"]
    with newsroom.database.read() as session:
        assert session.get_one(Channel, channel).quiet_from == "11:00"
