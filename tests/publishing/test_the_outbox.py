"""One release, one row per channel, one post each, whoever delivers and however often."""

import json
import threading
from dataclasses import replace

import pytest

from drafting.errors import Invalid, NotFound
from drafting.publishing import connecting, outbox
from drafting.publishing.channels.by_hand import ByHand
from drafting.publishing.claims import SCHEDULE_S
from drafting.publishing.delivering import NOTHING_TO_TELL
from drafting.publishing.vault import Vault
from tests.product import until
from tests.publishing.newsroom import NOON, Newsroom, after, announcement
from tests.publishing.receiver import Receiver, listening, says_nothing, status


def test_a_release_is_queued_once_for_every_channel_that_is_not_paused(newsroom: Newsroom, receiver: Receiver) -> None:
    for name in ("one", "two", "paused"):
        last = newsroom.connects("webhook", name=name, url=receiver.url)
    with newsroom.database.write() as session:
        connecting.pause(session, newsroom.event_id, last, NOON)
    revision = newsroom.releases()
    with newsroom.database.write() as session:
        outbox.queue(session, event_id=newsroom.event_id, revision_id=revision, draft_id=newsroom.draft_id, at=after(1))
    assert [post.state for post in newsroom.posts()] == ["due", "due"]
    assert len({post.key for post in newsroom.posts()}) == 2


def test_what_is_not_ready_waits_without_counting_as_tried(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    newsroom.written = False
    for minute in range(5):
        newsroom.delivers(after(minute))
    assert (newsroom.post().state, newsroom.post().attempts, receiver.messages) == ("due", 0, [])
    newsroom.written = True
    newsroom.delivers(after(5))
    assert (newsroom.post().state, newsroom.post().attempts) == ("sent", 1)


def test_the_post_is_frozen_by_the_first_attempt(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    receiver.answers = [status(500)]
    newsroom.delivers()
    frozen = newsroom.post().payload
    newsroom.describe = lambda session, revision_id, language="": announcement(99)  # type: ignore[method-assign]
    newsroom.delivers(after(2))
    assert newsroom.post().payload == frozen
    assert receiver.messages[0].body == receiver.messages[1].body


def test_what_readers_would_not_notice_is_told_to_programs_only_until_somebody_insists(
    newsroom: Newsroom, receiver: Receiver
) -> None:
    newsroom.connects("webhook", name="program", url=receiver.url)
    newsroom.connects("by_hand", name="Notice board")
    newsroom.describe = lambda session, revision_id, language="": replace(announcement(2), trivial=True)  # type: ignore[method-assign]
    newsroom.releases(2)
    newsroom.delivers()
    program, board = newsroom.posts()
    assert (program.state, board.state, board.last_error) == ("sent", "cancelled", NOTHING_TO_TELL)
    assert json.loads(receiver.messages[0].body)["data"]["trivial"] is True
    with newsroom.database.write() as session:
        assert [entry.may_insist for entry in outbox.ledger(session, newsroom.event_id)] == [True, False]
        outbox.insist(session, board.id, after(1))
    newsroom.delivers(after(1))
    assert newsroom.posts()[1].state == "by_hand" and newsroom.posts()[1].last_error is None
    for post in newsroom.posts():
        with newsroom.database.write() as session, pytest.raises(Invalid):
            outbox.insist(session, post.id, after(2))


def test_what_was_left_out_because_its_version_was_taken_back_is_not_posted_after_all(newsroom: Newsroom) -> None:
    newsroom.connects("by_hand", name="Notice board")
    revision = newsroom.releases()
    with newsroom.database.write() as session:
        outbox.leave_out(session, revision)
    with newsroom.database.write() as session:
        assert [entry.may_insist for entry in outbox.ledger(session, newsroom.event_id)] == [False]
        with pytest.raises(Invalid):
            outbox.insist(session, newsroom.post().id, after(1))


def test_attempts_become_rarer_and_end_after_two_days(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    receiver.answers = [status(500)] * 20
    at, waits = NOON, []
    while newsroom.post().state != "failed":
        newsroom.delivers(at)
        waits.append((newsroom.post().not_before - at).total_seconds())
        at = newsroom.post().not_before
    assert len(waits) == len(SCHEDULE_S) + 1 == len(receiver.messages)
    assert all(plan <= wait <= plan * 1.1 + 1 for plan, wait in zip(SCHEDULE_S, waits, strict=False)), waits
    assert newsroom.post().last_error.startswith("Given up after two days. ")  # type: ignore[union-attr]


def test_a_channel_that_hangs_holds_up_no_other_and_not_the_worker(newsroom: Newsroom, receiver: Receiver) -> None:
    with listening() as silent:
        newsroom.connects("webhook", name="silent", url=silent.url)
        newsroom.connects("webhook", name="quick", url=receiver.url)
        silent.answers = [says_nothing] * 10
        newsroom.releases()
        publisher = newsroom.publisher(patience_s=0.5)
        publisher.deliver_due(NOON)
        until(lambda: [post.state for post in newsroom.posts()] == ["sending", "sent"])
        assert publisher.deliver_due(NOON) == 0, "a channel that is at work is left to it"


def test_a_channel_that_fails_does_not_touch_another(newsroom: Newsroom, receiver: Receiver) -> None:
    with listening() as broken:
        newsroom.connects("webhook", name="broken", url=broken.url)
        newsroom.connects("webhook", name="well", url=receiver.url)
        broken.answers = [status(404)]
        newsroom.releases()
        newsroom.delivers()
    assert [post.state for post in newsroom.posts()] == ["failed", "sent"]


def test_two_workers_at_once_send_one_message(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    for number in range(1, 9):
        newsroom.releases(number)
    start = threading.Barrier(2)

    def meet(step: str) -> None:
        if step == "composed" and not start.broken:
            try:
                start.wait(2)
            except threading.BrokenBarrierError:
                return  # the other has nothing left to do

    workers = [threading.Thread(target=newsroom.publisher(meet).deliver_due, args=(NOON,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    until(lambda: newsroom.delivers() or {post.state for post in newsroom.posts()} == {"sent"})
    assert (len(receiver.messages), len(receiver.kept)) == (8, 8)


def test_whoever_comes_back_after_losing_the_claim_changes_nothing(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    receiver.answers = [status(404)]
    asleep, wake = threading.Event(), threading.Event()

    def sleeps(step: str) -> None:
        if step == "claimed":
            asleep.set()
            wake.wait(20)

    sleeper = threading.Thread(target=newsroom.publisher(sleeps).deliver_due, args=(NOON,))
    sleeper.start()
    assert asleep.wait(20)
    receiver.answers = []
    newsroom.delivers(after(10))
    assert newsroom.post().state == "sent"
    receiver.answers = [status(404)]
    wake.set()
    sleeper.join(20)
    assert (newsroom.post().state, newsroom.post().last_error) == ("sent", None)


def test_somebody_asks_for_another_try(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    receiver.answers = [status(404)]
    newsroom.delivers()
    with newsroom.database.write() as session:
        outbox.retry(session, newsroom.post().id, after(60))
    newsroom.delivers(after(60))
    assert newsroom.post().state == "sent"
    with newsroom.database.write() as session, pytest.raises(Invalid, match="cannot be tried again: posted"):
        outbox.retry(session, newsroom.post().id, after(61))


def test_a_post_that_was_left_out_is_not_sent(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    with newsroom.database.write() as session:
        outbox.cancel(session, newsroom.post().id)
    newsroom.delivers()
    assert (newsroom.post().state, receiver.messages) == ("cancelled", [])


def test_a_paused_channel_keeps_what_waits_and_a_removed_one_forgets_it(newsroom: Newsroom, receiver: Receiver) -> None:
    channel = newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    with newsroom.database.write() as session:
        connecting.pause(session, newsroom.event_id, channel, NOON)
    newsroom.delivers()
    with newsroom.database.read() as session:
        assert outbox.ledger(session, newsroom.event_id)[0].words == "Paused"
    with newsroom.database.write() as session:
        connecting.remove(session, newsroom.event_id, channel, NOON)
    newsroom.delivers()
    assert (newsroom.post().state, receiver.messages) == ("cancelled", [])
    assert newsroom.channel(channel).secret == b""


def test_nothing_is_tried_again_on_a_channel_that_was_disconnected(newsroom: Newsroom, receiver: Receiver) -> None:
    channel = newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    receiver.answers = [status(404)]
    newsroom.delivers()
    with newsroom.database.write() as session:
        connecting.remove(session, newsroom.event_id, channel, NOON)
    with newsroom.database.write() as session, pytest.raises(Invalid, match="disconnected"):
        outbox.retry(session, newsroom.post().id, after(1))


def test_a_text_to_paste_waits_for_a_person_who_says_where_it_is(newsroom: Newsroom) -> None:
    newsroom.connects("by_hand", name="Facebook page")
    newsroom.releases()
    newsroom.delivers()
    with newsroom.database.read() as session:
        (entry,) = outbox.ledger(session, newsroom.event_id)
    assert (entry.state, entry.channel, entry.attempts) == ("by_hand", "Facebook page", 0)
    assert entry.text == outbox.preview(announcement(), ByHand(), NOON)
    assert "https://drafts.example.org/e/river/charter/1" in entry.text and len(entry.text) <= 500
    with newsroom.database.write() as session, pytest.raises(Invalid):
        outbox.tick_off(session, entry.delivery_id, "javascript:alert(1)", None, after(5))
    with newsroom.database.write() as session:
        outbox.tick_off(session, entry.delivery_id, " https://example.org/post/1 ", None, after(5))
    post = newsroom.post()
    assert (post.state, post.remote_url, post.sent) == ("sent", "https://example.org/post/1", after(5))


def test_credentials_of_another_installation_fail_in_words(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    newsroom.vault = Vault(b"another installation's 32 bytes!")
    newsroom.delivers()
    assert newsroom.post().state == "failed"
    assert "Connect the channel again" in str(newsroom.post().last_error)


def test_a_post_that_is_not_there_is_said_not_to_be(newsroom: Newsroom) -> None:
    with newsroom.database.write() as session, pytest.raises(NotFound):
        outbox.cancel(session, 4711)
