"""Several versions in one post: each told once, whenever it is time, and whatever is killed."""

import signal
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from drafting.publishing import connecting, outbox
from drafting.publishing.announcement import Announcement
from drafting.publishing.claims import LEASE
from drafting.publishing.delivering import STEPS
from drafting.record.models import Revision
from tests.publishing.killing import kill_a_worker_at
from tests.publishing.newsroom import NOON, Newsroom, after, announcement
from tests.publishing.receiver import Receiver

LATE = LEASE.total_seconds() / 60 + 1


def posts_as(newsroom: Newsroom, channel: int, rule: str, minutes: int = 60) -> None:
    with newsroom.database.write() as session:
        manner = connecting.Manner(rule=rule, digest_minutes=minutes)
        connecting.change(session, newsroom.event_id, channel, manner)


def states(newsroom: Newsroom) -> list[str]:
    return [post.state for post in newsroom.posts()]


def test_versions_gather_and_are_told_in_one_post_an_hour_after_the_first(
    newsroom: Newsroom, receiver: Receiver
) -> None:
    posts_as(newsroom, newsroom.connects("webhook", url=receiver.url), "digest")
    for number, minute in ((1, 0), (2, 20), (3, 50)):
        newsroom.releases(number, after(minute))
    newsroom.delivers(after(59))
    assert states(newsroom) == ["gathering"] * 3 and receiver.messages == []
    newsroom.delivers(after(60))
    assert states(newsroom) == ["joined", "joined", "sent"]
    text = newsroom.posts()[2].payload["text"]
    assert text.startswith("River day: Three new versions") and "versions 1 to 3" in text and "/charter/3" in text
    newsroom.releases(4, after(70))
    newsroom.delivers(after(129))
    assert states(newsroom)[3] == "gathering"
    newsroom.delivers(after(130))
    assert states(newsroom)[3] == "sent" and len(receiver.messages) == 2
    assert "version 4 published" in newsroom.posts()[3].payload["text"], "one alone is told as ever"


@pytest.mark.parametrize("step", STEPS)
def test_killed_workers_leave_one_post_about_several(
    newsroom: Newsroom, receiver: Receiver, database_url: str, step: str
) -> None:
    posts_as(newsroom, newsroom.connects("webhook", url=receiver.url), "digest", 15)
    for number in (1, 2):
        newsroom.releases(number)
    assert kill_a_worker_at(step, database_url, 16) == -signal.SIGKILL
    newsroom.delivers(after(16 + LATE))
    newsroom.delivers(after(16 + 3 * LATE))
    assert states(newsroom) == ["joined", "sent"] and len(receiver.kept) == 1


def little(newsroom: Newsroom, *numbers: int) -> None:
    def describe(session: Session, revision_id: int, language: str) -> Announcement:
        number = session.get_one(Revision, revision_id).number
        return replace(announcement(number), minor=number in numbers)

    newsroom.describe = describe  # type: ignore[method-assign]


def test_a_change_of_a_few_words_waits_for_company_or_an_hour(newsroom: Newsroom) -> None:
    newsroom.connects("by_hand", name="Board")
    little(newsroom, 2, 4)
    newsroom.releases(2)
    newsroom.delivers()
    assert states(newsroom) == ["gathering"]
    newsroom.releases(3, after(10))
    newsroom.delivers(after(10))
    assert states(newsroom) == ["joined", "by_hand"] and "versions 2 to 3" in newsroom.posts()[1].payload["text"]
    newsroom.releases(4, after(20))
    newsroom.delivers(after(21))
    assert states(newsroom)[2] == "gathering"
    newsroom.delivers(after(85))
    assert states(newsroom)[2] == "by_hand" and "version 4 published" in newsroom.posts()[2].payload["text"]


def test_somebody_may_want_what_gathers_now(newsroom: Newsroom) -> None:
    newsroom.connects("by_hand", name="Board")
    little(newsroom, 2)
    newsroom.releases(2)
    newsroom.delivers()
    with newsroom.database.write() as session:
        outbox.retry(session, newsroom.post().id, after(1))
    newsroom.delivers(after(1))
    assert states(newsroom) == ["by_hand"]


def test_where_only_major_changes_are_posted_the_rest_is_left_out_until_somebody_calls_it_so(
    newsroom: Newsroom, receiver: Receiver
) -> None:
    posts_as(newsroom, newsroom.connects("webhook", url=receiver.url), "major")
    newsroom.releases(1)
    revision = newsroom.releases(2, major=False)
    assert states(newsroom) == ["due", "cancelled"]
    with newsroom.database.write() as session:
        outbox.call_major(session, revision)
    newsroom.releases(3, major=False)
    newsroom.delivers()
    assert states(newsroom) == ["sent", "sent", "cancelled"]
    with newsroom.database.write() as session:
        outbox.insist(session, newsroom.posts()[2].id, NOON)
    newsroom.delivers(after(1))
    assert states(newsroom) == ["sent"] * 3


def test_what_is_taken_back_while_it_gathers_is_told_nowhere(newsroom: Newsroom, receiver: Receiver) -> None:
    posts_as(newsroom, newsroom.connects("webhook", url=receiver.url), "digest")
    revision = newsroom.releases(1)
    newsroom.releases(2, after(1))
    with newsroom.database.write() as session:
        outbox.leave_out(session, revision)
    newsroom.delivers(after(61))
    assert states(newsroom) == ["cancelled", "sent"] and "versions 1" not in newsroom.posts()[1].payload["text"]
