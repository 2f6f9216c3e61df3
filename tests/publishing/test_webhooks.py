"""A signed message to a real server that answers well, badly, late or not at all."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from drafting.publishing import connecting
from drafting.publishing.channels import Rejected, Retry, Uncertain
from drafting.publishing.channels.outward import Patience, is_public
from drafting.publishing.channels.speaking import seconds_to_wait
from drafting.publishing.channels.webhook import Webhook
from tests.publishing.newsroom import NOON, Newsroom, after, announcement
from tests.publishing.receiver import (
    Handler,
    Receiver,
    drips,
    hangs_up,
    never_stops_talking,
    says_nothing,
    status,
)

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


def test_the_receiver_can_check_who_sent_it(newsroom: Newsroom, receiver: Receiver) -> None:
    channel = newsroom.connects("webhook", url=receiver.url + "?token=t0ken")
    newsroom.releases()
    newsroom.delivers()
    (message,) = receiver.messages
    secret = connecting.signing_secret(newsroom.vault, newsroom.channel(channel))
    signed = f"{message.headers['webhook-id']}.{message.headers['webhook-timestamp']}.".encode() + message.body
    digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert message.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert message.headers["webhook-id"] == newsroom.post().key
    assert abs(int(message.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60


def test_the_message_says_what_was_published(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases(1)
    newsroom.delivers()
    body = json.loads(receiver.messages[0].body)
    assert body["type"] == "revision.released"
    assert body["data"]["url"] == "https://drafts.example.org/e/river/charter/1"
    assert body["data"]["text"].startswith("Årsmöte 📝 charter: version 1 published")
    assert (body["data"]["number"], body["data"]["kind"], body["data"]["hashtag"]) == (1, "common", "RiverDay")


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (status(200), "sent", None),
        (status(429, Retry_After="7200"), "due", "The address asked us to come back later (429)."),
        (status(503, Retry_After="7200"), "due", "The address asked us to come back later (503)."),
        (status(500), "uncertain", "The address had trouble (500); it may have the message all the same."),
        (status(404), "failed", "The address refused the message (404)."),
        (status(302, Location="http://127.0.0.1:1/"), "failed", "The address answered with a redirect (302)."),
        (hangs_up, "uncertain", "The connection broke before the answer came."),
        (never_stops_talking, "sent", None),
    ],
    ids=["well", "429", "503", "500", "404", "redirect", "cut", "endless"],
)
def test_every_answer_leads_to_a_state_and_a_reason_in_words(
    newsroom: Newsroom, receiver: Receiver, answer: Callable[[Handler], None], state: str, words: str | None
) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    receiver.answers = [answer]
    newsroom.delivers()
    post = newsroom.post()
    assert post.state == state
    assert (post.last_error or "").startswith(words or "") and bool(post.last_error) == bool(words)
    assert len(receiver.messages) == 1, "a redirect is not followed, nothing is sent twice"


def test_a_wait_that_the_server_asks_for_is_kept(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    receiver.answers = [status(429, Retry_After="7200")]
    newsroom.delivers()
    assert after(120) <= newsroom.post().not_before <= after(120 * 1.1 + 1)
    newsroom.delivers(after(119))
    assert len(receiver.messages) == 1
    newsroom.delivers(after(140))
    assert newsroom.post().state == "sent"


def test_a_message_that_was_stored_before_the_error_is_one_message(newsroom: Newsroom, receiver: Receiver) -> None:
    newsroom.connects("webhook", url=receiver.url)
    newsroom.releases()
    receiver.answers = [status(500), hangs_up]
    for minutes in (0, 2, 10):
        newsroom.delivers(after(minutes))
    assert newsroom.post().state == "sent"
    assert (len(receiver.messages), len(receiver.kept)) == (3, 1)
    assert len({message.body for message in receiver.messages}) == 1, "a repeated message is the same to the byte"


@pytest.mark.parametrize("answer", [says_nothing, drips], ids=["silence", "drops"])
def test_a_server_that_takes_its_time_is_left(receiver: Receiver, answer: Callable[[Handler], None]) -> None:
    receiver.answers = [answer]
    hook = Webhook(receiver.url, SECRET, allow_private=True, patience=Patience(silence_s=0.3, total_s=0.6))
    began = datetime.now(UTC)
    with pytest.raises(Uncertain, match="did not answer in time"):
        hook.send(hook.compose(announcement(), thread=None, at=NOON), "key")
    assert (datetime.now(UTC) - began).total_seconds() < 5


def test_our_own_network_is_not_posted_to(receiver: Receiver) -> None:
    for address in (receiver.url, receiver.url.replace("127.0.0.1", "localhost"), "http://[::ffff:10.0.0.1]/"):
        hook = Webhook(address, SECRET)
        with pytest.raises(Rejected, match="private network"):
            hook.send(hook.compose(announcement(), thread=None, at=NOON), "key")
    assert not receiver.messages


def test_an_address_where_nobody_listens_is_tried_again_later() -> None:
    hook = Webhook("http://127.0.0.1:1/", SECRET, allow_private=True)
    with pytest.raises(Retry, match="could not be reached"):
        hook.send(hook.compose(announcement(), thread=None, at=NOON), "key")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::"],
)  # fmt: skip
def test_addresses_within_are_known_however_they_are_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_addresses_of_the_world_are_posted_to(address: str) -> None:
    assert is_public(address)


def test_a_wait_may_be_a_number_or_a_date_or_nonsense() -> None:
    assert seconds_to_wait("90", NOON) == 90
    assert seconds_to_wait("Mon, 04 May 2026 12:01:00 GMT", NOON) == 60
    assert seconds_to_wait("soon", NOON) == 0
    assert seconds_to_wait("999999999", NOON) == 24 * 3600
