"""What people do with posts: approve them, say them in other words, correct them; each once, whatever is pressed."""

import pytest
import sqlalchemy as sa

from drafting.errors import Busy, Invalid
from drafting.publishing import connecting, outbox
from drafting.publishing.models import Delivery
from tests.publishing import mastodon_account
from tests.publishing.mastodon_misbehaving import stores_and_hangs_up
from tests.publishing.mastodon_state import MastodonServer
from tests.publishing.newsroom import NOON, Newsroom, after
from tests.publishing.receiver import Receiver


def asks(newsroom: Newsroom, channel: int) -> None:
    with newsroom.database.write() as session:
        connecting.ask_before(session, newsroom.event_id, channel, each=True)


def corrections(newsroom: Newsroom) -> list[Delivery]:
    return [post for post in newsroom.posts() if post.turn]


def test_a_post_that_is_to_be_approved_waits_until_somebody_does(newsroom: Newsroom, receiver: Receiver) -> None:
    asks(newsroom, newsroom.connects("webhook", url=receiver.url))
    newsroom.releases()
    newsroom.delivers(after(60))
    assert newsroom.post().state == "waiting" and receiver.messages == []
    with newsroom.database.write() as session:
        outbox.approve(session, newsroom.post().id, after(61))
    newsroom.delivers(after(61))
    assert newsroom.post().state == "sent" and len(receiver.messages) == 1
    with newsroom.database.write() as session, pytest.raises(Invalid, match="does not wait"):
        outbox.approve(session, newsroom.post().id, after(62))


def test_all_that_wait_are_approved_at_once_and_go_out_in_order(newsroom: Newsroom, receiver: Receiver) -> None:
    asks(newsroom, newsroom.connects("webhook", url=receiver.url))
    for number in (1, 2):
        newsroom.releases(number)
    with newsroom.database.write() as session:
        assert outbox.approve_all(session, newsroom.event_id, NOON) == 2
        assert outbox.approve_all(session, newsroom.event_id, NOON) == 0
    newsroom.delivers()
    assert [post.state for post in newsroom.posts()] == ["sent", "sent"]


def test_somebodys_own_words_stand_in_the_place_of_what_we_found(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    revision = newsroom.releases(2)
    with newsroom.database.write() as session:
        outbox.word_all(session, revision, "Speakers have less time, and everybody gets a turn.")
    newsroom.delivers()
    text = newsroom.post().payload["text"]
    assert "Speakers have less time" in text and "“Speakers” changed" not in text and "12 words" not in text
    for always in ("Årsmöte 📝 charter: version 2 published", "has not agreed", "We listen", "/charter/2", "0000000"):
        assert always in text
    with newsroom.database.write() as session, pytest.raises(Invalid, match="cannot be changed any more"):
        outbox.word(session, newsroom.post().id, "Too late.", NOON)


def test_what_waits_for_hands_is_laid_out_anew(newsroom: Newsroom) -> None:
    newsroom.connects("by_hand", name="Board")
    newsroom.releases()
    newsroom.delivers()
    with newsroom.database.write() as session:
        outbox.word(session, newsroom.post().id, "Other words.", after(1))
    newsroom.delivers(after(1))
    assert newsroom.post().state == "by_hand" and "Other words." in newsroom.post().payload["text"]


def test_a_post_is_corrected_in_its_place_where_that_is_possible_and_once(
    newsroom: Newsroom, mastodon_server: MastodonServer
) -> None:
    newsroom.keeps(mastodon_account.connection(mastodon_server))
    newsroom.releases()
    newsroom.delivers()
    for _ in range(2):
        with newsroom.database.write() as session:
            outbox.correct(session, newsroom.posts()[0].id, "It was the other bridge.", after(1))
        newsroom.delivers(after(1))
    (status,) = mastodon_server.posts()
    assert "It was the other bridge." in status["content"] and "Correction:" not in status["content"]
    (made,) = corrections(newsroom)
    assert (made.state, made.remote_id) == ("sent", status["id"])


def test_a_correction_that_broke_off_is_made_again_and_stays_one_post(
    newsroom: Newsroom, mastodon_server: MastodonServer
) -> None:
    newsroom.keeps(mastodon_account.connection(mastodon_server))
    newsroom.releases()
    newsroom.delivers()
    with newsroom.database.write() as session:
        outbox.correct(session, newsroom.posts()[0].id, "It was the other bridge.", after(1))
    status_id = newsroom.posts()[0].remote_id
    mastodon_server.next(f"PUT /api/v1/statuses/{status_id}", stores_and_hangs_up)
    newsroom.delivers(after(1))
    assert corrections(newsroom)[0].state in ("uncertain", "due")
    with newsroom.database.write() as session, pytest.raises(Busy, match="still on its way"):
        outbox.correct(session, newsroom.posts()[0].id, "No, the third one.", after(2))
    newsroom.delivers(after(30))
    assert corrections(newsroom)[0].state == "sent" and len(mastodon_server.posts()) == 1


def test_elsewhere_a_correction_is_another_message(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    newsroom.delivers()
    with newsroom.database.write() as session:
        outbox.correct(session, newsroom.post().id, "It was the other bridge.", after(1))
    newsroom.delivers(after(1))
    assert len(receiver.messages) == 2 and b"Correction: It was the other bridge." in receiver.messages[1].body
    assert [post.state for post in newsroom.posts()] == ["sent", "sent"]


def test_what_is_not_out_cannot_be_corrected(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    with newsroom.database.write() as session:
        with pytest.raises(Invalid, match="Only a post that is out"):
            outbox.correct(session, newsroom.post().id, "x", NOON)
        session.execute(sa.update(Delivery).values(state="sent"))
        with pytest.raises(Invalid, match="Say what is right"):
            outbox.correct(session, newsroom.post().id, "", NOON)
