"""What is told together loses nothing when something is taken back, corrected, approved or put off on the way."""

from dataclasses import replace
from datetime import time

from sqlalchemy.orm import Session

from drafting.publishing import claims, connecting, outbox
from drafting.publishing.announcement import Announcement
from drafting.publishing.channels import Retry, Revoked
from drafting.publishing.models import Delivery
from drafting.record.models import Revision
from tests.publishing import mastodon_account
from tests.publishing.mastodon_state import MastodonServer
from tests.publishing.newsroom import NOON, Newsroom, after, announcement
from tests.publishing.receiver import Receiver
from tests.publishing.test_digests import posts_as, states
from tests.publishing.test_hands import asks


def test_a_digest_waits_for_approval_too(newsroom: Newsroom, receiver: Receiver) -> None:
    channel = newsroom.connects("webhook", url=receiver.url)
    posts_as(newsroom, channel, "digest")
    asks(newsroom, channel)
    newsroom.releases(1)
    newsroom.releases(2)
    newsroom.delivers(after(61))
    assert receiver.messages == []


def trivial(newsroom: Newsroom, *numbers: int) -> None:
    def describe(session: Session, revision_id: int, language: str) -> Announcement:
        n = session.get_one(Revision, revision_id).number
        return replace(announcement(n), trivial=n in numbers)

    newsroom.describe = describe  # type: ignore[method-assign]


def test_a_trivial_newest_one_does_not_take_the_others_with_it(newsroom: Newsroom) -> None:
    posts_as(newsroom, newsroom.connects("by_hand", name="Board"), "digest")
    trivial(newsroom, 3)
    for n in (1, 2, 3):
        newsroom.releases(n)
    newsroom.delivers(after(61))
    newsroom.delivers(after(200))
    assert "by_hand" in states(newsroom)


def test_taking_back_the_carrier_leaves_the_others_told(newsroom: Newsroom) -> None:
    posts_as(newsroom, newsroom.connects("by_hand", name="Board"), "digest")
    newsroom.releases(1)
    last = newsroom.releases(2)
    newsroom.delivers(after(61))
    with newsroom.database.write() as session:
        outbox.leave_out(session, last)
    newsroom.delivers(after(62))
    newsroom.delivers(after(500))
    assert states(newsroom) == ["by_hand", "cancelled"]


def test_taking_back_a_joined_one_is_no_longer_told(newsroom: Newsroom) -> None:
    posts_as(newsroom, newsroom.connects("by_hand", name="Board"), "digest")
    first = newsroom.releases(1)
    newsroom.releases(2)
    newsroom.delivers(after(61))
    with newsroom.database.write() as session:
        outbox.leave_out(session, first)
    newsroom.delivers(after(62))
    assert "versions 1" not in newsroom.posts()[1].payload["text"]


def test_correcting_a_digest_keeps_the_others(newsroom: Newsroom, mastodon_server: MastodonServer) -> None:
    channel = newsroom.keeps(mastodon_account.connection(mastodon_server))
    posts_as(newsroom, channel, "digest")
    for n in (1, 2):
        newsroom.releases(n)
    newsroom.delivers(after(61))
    before = str(mastodon_server.posts())
    assert "versions 1 to 2" in before
    with newsroom.database.write() as session:
        outbox.correct(session, newsroom.posts()[1].id, "Four minutes, not three.", after(70))
    newsroom.delivers(after(70))
    assert "versions 1 to 2" in str(mastodon_server.posts())


def test_seeing_to_it_makes_what_backed_off_due_at_once_and_in_order(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases(1)
    newsroom.releases(2)
    with newsroom.database.write() as session:
        one, two = session.query(Delivery).order_by(Delivery.id)
        taken = claims.claim(session, one, {"text": "x", "beside": "", "body": {}, "picture": None}, NOON)
        session.expire_all()
        claims.give_back(session, taken, Retry("later", 7200), NOON)
        session.expire_all()
        two = session.get(Delivery, two.id)
        taken = claims.claim(session, two, {"text": "x", "beside": "", "body": {}, "picture": None}, after(1))
        claims.give_back(session, taken, Revoked("no"), after(1))
        session.expire_all()
        outbox.retry(session, two.id, after(2))
    with newsroom.database.read() as session:
        assert [r.id for r in session.scalars(claims.due(after(2)))] == [1, 2]


def test_changed_quiet_hours_count_for_what_was_put_off_by_the_old_ones(newsroom: Newsroom, receiver: Receiver) -> None:
    channel = newsroom.connects("webhook", url=receiver.url)
    with newsroom.database.write() as session:
        connecting.change(session, newsroom.event_id, channel, connecting.Manner(time(10), time(20)))
    newsroom.releases(1)
    newsroom.delivers(NOON)
    with newsroom.database.write() as session:
        connecting.change(session, newsroom.event_id, channel, connecting.Manner())
    newsroom.delivers(after(1))
    assert states(newsroom) == ["sent"]
