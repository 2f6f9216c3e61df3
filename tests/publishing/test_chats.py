"""Slack and Discord: what is shown there, who is not pinged, and what becomes of a post when they misbehave."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from drafting.config import Settings
from drafting.errors import Invalid
from drafting.publishing import connecting, outbox
from drafting.publishing.channels import Rejected, Retry, Revoked, Unseen
from drafting.publishing.channels.discord import Discord
from drafting.publishing.channels.marking import utf16
from drafting.publishing.channels.outward import Patience
from drafting.publishing.channels.slack import Slack
from drafting.publishing.delivering import STEPS
from drafting.publishing.pictures import Picture, Pictures
from tests.publishing import chat_rooms
from tests.publishing.chat_rooms import DISCORD_PATH, SLACK_PATH, Room
from tests.publishing.killing import kill_a_worker_at
from tests.publishing.newsroom import NOON, Newsroom, after, announcement, ground_of
from tests.publishing.receiver import Handler, after_taking_it, hangs_up, listening, says_nothing, status

KINDS = ["slack", "discord"]
PATIENCE = Patience(silence_s=0.5, total_s=2)
GARBAGE = (
    "<!channel> <!here|here> <@U123> <#C1|x> <!subteam^S1> @channel @here @everyone <@1> <@&2> @room "
    "&lt;!channel&gt; \\<@1> \\\\<@1> [free](https://evil.example) https://evil.example/x ||x|| *b* `c` # d > e"
)


@pytest.fixture
def slack() -> Iterator[Room]:
    with listening(Room(), chat_rooms.Slack, SLACK_PATH) as room:
        assert isinstance(room, Room)
        yield room


@pytest.fixture
def discord() -> Iterator[Room]:
    with listening(Room(), chat_rooms.Discord, DISCORD_PATH) as room:
        assert isinstance(room, Room)
        yield room


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def room(request: pytest.FixtureRequest, kind: str) -> Room:
    found: Room = request.getfixturevalue(kind)
    return found


def channel_of(kind: str, url: str, pictures: Pictures, *, allow_private: bool = True) -> Slack | Discord:
    if kind == "slack":
        return Slack(url, allow_private=allow_private, patience=PATIENCE)
    return Discord(url, pictures, allow_private=allow_private, patience=PATIENCE)


@pytest.fixture
def pictures(settings: Settings) -> Pictures:
    return Pictures(settings.pictures)


@pytest.fixture
def channel(kind: str, room: Room, pictures: Pictures) -> Slack | Discord:
    return channel_of(kind, room.url, pictures)


def posts(room: Room) -> int:
    return sum(message.method == "POST" for message in room.messages)


def test_a_message_says_what_changed_and_has_one_link(newsroom: Newsroom, room: Room, kind: str) -> None:
    newsroom.connects(kind, url=room.url)
    newsroom.releases()
    newsroom.delivers()
    post = newsroom.post()
    assert (post.state, post.last_error) == ("sent", None)
    (shown,) = room.shown
    assert shown.text == post.payload["text"]
    assert shown.text.startswith("Årsmöte 📝 charter: version 1 published")
    assert shown.links == [announcement().url]


def test_a_discord_message_has_a_card_a_picture_with_words_and_an_address(pictures: Pictures, discord: Room) -> None:
    png = b"\x89PNG not really"
    told = replace(announcement(2), picture=Picture(pictures.keep(png), "Before: a. After: b." + "ä" * 2000))
    channel = channel_of("discord", discord.url, pictures)
    sent = channel.send(channel.compose(told, thread=None, at=NOON), "key")
    (shown,) = discord.shown
    assert shown.card == {
        "title": "Årsmöte 📝 charter: version 2 published",
        "url": told.url,
        "description": told.summary,
    }
    ((bytes_, alt),) = shown.pictures
    assert bytes_ == png and alt.startswith("Before: a. After: b.") and 900 < len(alt) <= 1024
    assert sent.url == f"https://discord.com/channels/{chat_rooms.SERVER}/{chat_rooms.CHANNEL}/{sent.remote_id}"


def test_a_discord_message_is_corrected_in_its_place(pictures: Pictures, discord: Room) -> None:
    channel = Discord(discord.url, pictures, allow_private=True)
    first, second = replace(announcement(2), picture=Picture(pictures.keep(b"png"), "Alt")), announcement(3)
    sent = channel.send(channel.compose(first, thread=None, at=NOON), "key")
    for _ in range(2):
        assert channel.edit(sent.remote_id, channel.compose(second, thread=None, at=NOON)) == sent
    (shown,) = discord.shown
    assert "version 3" in shown.text and shown.pictures == []
    assert discord.pinged == []
    with pytest.raises(Rejected, match="deleted"):
        channel.edit("17", channel.compose(second, thread=None, at=NOON))


@pytest.mark.parametrize(
    "said", [b"<html>", b"[]", b"{}", b'{"guild_id": "../.."}', b"[" * 100_000], ids=lambda b: str(b[:9])
)
def test_a_webhook_that_does_not_say_where_it_is_is_posted_to_without_an_address(
    pictures: Pictures, said: bytes
) -> None:
    class Discord(chat_rooms.Discord):
        def do_GET(self) -> None:
            self.take()
            self.say(200, said)

    with listening(Room(), Discord, DISCORD_PATH) as room:
        channel = channel_of("discord", room.url, pictures)
        channel.check()
        sent = channel.send(channel.compose(announcement(), thread=None, at=NOON), "key")
        assert (sent.remote_id, sent.url) == ("0", None)


def test_an_answer_that_is_none_of_discords_leaves_it_to_a_person(pictures: Pictures, discord: Room) -> None:
    channel = channel_of("discord", discord.url, pictures)
    for body in (b"<html>", b'{"id": "x", "channel_id": "1"}', b'{"id": null}'):
        discord.answers = [lambda handler, body=body: handler.say(200, body)]  # type: ignore[misc]
        with pytest.raises(Unseen, match="unreadable"):
            channel.send(channel.compose(announcement(), thread=None, at=NOON), "key")


def test_a_picture_that_is_not_there_any_more_is_left_out(pictures: Pictures, discord: Room) -> None:
    channel = channel_of("discord", discord.url, pictures)
    told = replace(announcement(), picture=Picture(hashlib.sha256(b"gone").hexdigest(), "Alt"))
    channel.send(channel.compose(told, thread=None, at=NOON), "key")
    assert discord.shown[0].pictures == []


def test_nobody_is_pinged_and_nothing_is_linked_by_what_people_typed(channel: Slack | Discord, room: Room) -> None:
    told = replace(announcement(2), draft_title=GARBAGE, summary=GARBAGE, what=GARBAGE, quote=GARBAGE)
    channel.send(channel.compose(told, thread=None, at=NOON), "key")
    (shown,) = room.shown
    assert room.pinged == []
    assert shown.links == [told.url]
    assert "<!channel> <!here|here> <@U123>" in shown.text, "it is shown as it was typed"


def test_the_rooms_in_these_tests_do_ping() -> None:
    """Without our care the same words would."""
    for handler, path, key in ((chat_rooms.Slack, SLACK_PATH, "text"), (chat_rooms.Discord, DISCORD_PATH, "content")):
        with listening(Room(), handler, path) as room:
            assert isinstance(room, Room)
            httpx.post(room.url, json={key: GARBAGE}, trust_env=False)
            assert room.pinged and len(room.shown[0].links) >= 1


SLACK = Slack("https://hooks.slack.com/services/x")
DISCORD = Discord("https://discord.com/api/webhooks/1/x", Pictures(Path("/nonexistent")))
PIECES = (
    "👩‍👩‍👧‍👦",
    "ä",
    "e\u0301",
    "word ",
    "字",
    "\\",
    "<@1>",
    "*_~`",
    "&",
    "<",
    "x" * 40,
    " ",
    "1. ",
    "https://a.example ",
)
LONG = st.lists(st.sampled_from(PIECES), max_size=700).map("".join)
TYPED = st.one_of(LONG, st.text(max_size=300))


@examples(max_examples=60, deadline=None)
@given(title=TYPED, what=TYPED, quote=TYPED, summary=TYPED, standing=TYPED)
def test_no_limit_is_ever_exceeded_and_the_link_is_whole(
    title: str, what: str, quote: str, summary: str, standing: str
) -> None:
    told = replace(announcement(2), draft_title=title, what=what, quote=quote, summary=summary, standing=standing)
    slack = SLACK.compose(told, thread=None, at=NOON)
    assert utf16(slack.body["text"]) <= 4000 and f"<{told.url}>" in slack.body["text"]
    body = DISCORD.compose(told, thread=None, at=NOON).body
    (card,) = body["embeds"]
    assert utf16(body["content"]) <= 2000 and f"<{told.url}>" in body["content"]
    assert utf16(card["title"]) <= 256 and utf16(card["description"]) <= 4096


@examples(deadline=None)
@given(typed=st.text(alphabet="<>@!#&|:/\\*_[]()`~ 1.-+ahps\n", max_size=80))
def test_no_signs_make_a_mention_or_a_link(typed: str) -> None:
    told = replace(announcement(2), what=typed, quote=typed, promise=typed)
    slack = SLACK.compose(told, thread=None, at=NOON).body["text"]
    assert slack.count("<") == 1 and slack.count(">") == 1
    body = DISCORD.compose(told, thread=None, at=NOON).body
    assert body["allowed_mentions"] == {"parse": []}
    unescaped = body["content"].replace("\\\\", "").replace("\\<", "").replace("\\[", "")
    assert unescaped.count("<") == 1 and "[" not in unescaped


@pytest.mark.parametrize(
    ("answer", "failure", "words"),
    [
        (status(429, Retry_After="90"), Retry, "later"),
        (status(400), Rejected, "refused"),
        (status(302, Location="https://example.org/"), Rejected, "redirect"),
        (status(403), Revoked, "any more"),
        (status(404), Revoked, "any more"),
        (status(500), Unseen, "try again"),
        (after_taking_it(status(500)), Unseen, "try again"),
        (after_taking_it(hangs_up), Unseen, "broke"),
        (after_taking_it(says_nothing), Unseen, "in time"),
    ],
)
def test_every_answer_has_a_meaning_in_words(
    channel: Slack | Discord, room: Room, answer: Callable[[Handler], None], failure: type[Exception], words: str
) -> None:
    room.answers = [answer]
    with pytest.raises(failure, match=words) as raised:
        channel.send(channel.compose(announcement(), thread=None, at=NOON), "key")
    if isinstance(raised.value, Retry):
        assert raised.value.after_s == 90
    assert posts(room) == 1


def test_what_may_be_out_waits_for_a_person_who_looks(newsroom: Newsroom, room: Room, kind: str) -> None:
    newsroom.connects(kind, url=room.url)
    newsroom.releases()
    room.answers = [after_taking_it(status(502))]
    for minutes in (0, 5, 60, 600):
        newsroom.delivers(after(minutes))
    assert newsroom.post().state == "failed" and "may have the message" in str(newsroom.post().last_error)
    assert len(room.shown) == 1
    with newsroom.database.write() as session:
        outbox.retry(session, newsroom.post().id, after(601))
    newsroom.delivers(after(601))
    assert newsroom.post().state == "sent" and len(room.shown) == 2, "whoever asked for it has looked"


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_twice_never_posts_twice(
    newsroom: Newsroom, room: Room, kind: str, database_url: str, step: str
) -> None:
    newsroom.connects(kind, url=room.url)
    newsroom.releases()
    for _ in range(2):
        kill_a_worker_at(step, database_url)
    newsroom.delivers(after(10))
    newsroom.delivers(after(20))
    out = len(room.shown)
    assert out == (0 if step == "claimed" else 1)
    asks = step in ("claimed", "posted")
    assert newsroom.post().state == ("failed" if asks else "sent")
    assert ("if it is not there, try again" in str(newsroom.post().last_error)) == asks


def test_connecting_tries_it_without_posting(newsroom: Newsroom, room: Room, kind: str) -> None:
    connection = connecting.read(newsroom.ground, kind=kind, name="", fields={"url": room.url})
    connecting.check(newsroom.ground, connection)
    assert room.shown == []
    room.gone = True
    with pytest.raises(Invalid, match="any more"):
        connecting.check(newsroom.ground, connection)


def test_the_address_is_a_secret(newsroom: Newsroom, room: Room, kind: str) -> None:
    row = newsroom.channel(newsroom.connects(kind, url=room.url))
    for secret in ("XXXX", "to-ken_1"):
        assert secret not in row.address and secret not in row.name and secret.encode() not in row.secret


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("slack", "https://hooks.slack.com/services/T0/B0/x"),
        ("slack", "https://hooks.slack-gov.com/services/T0/B0/x"),
        ("discord", "https://discord.com/api/webhooks/12345/abc-_1"),
        ("discord", "https://discord.com/api/v10/webhooks/12345/abc?wait=true"),
    ],
)
def test_the_addresses_they_give_are_taken(settings: Settings, kind: str, url: str) -> None:
    connection = connecting.read(ground_of(settings), kind=kind, name="", fields={"url": url})
    assert connection.name == kind.capitalize()


GARBLED: list[dict[str, Any]] = [{}, {"url": ""}, {"url": "x" * 9000}, {"url": "https://[::1"}, {"url": "\x00"}]
ELSEWHERE = (
    "http://hooks.slack.com/services/T0/B0/x", "https://hooks.slack.com.evil.example/services/T0/B0/x",
    "https://hooks.slack.com/", "https://hooks.slack.com@127.0.0.1/services/x", "http://127.0.0.1/services/T0/B0/x",
    "http://discord.com/api/webhooks/12345/abc", "https://discord.com.evil.example/api/webhooks/12345/abc",
    "https://discord.com/api/webhooks/12345/abc/../../x", "https://discord.com/api/webhooks/me/abc",
    "https://discord.com/api/webhooks/12345/abc/slack", "https://127.0.0.1/api/webhooks/12345/abc",
)  # fmt: skip


@pytest.mark.parametrize(
    "fields", [*GARBLED, *({"url": url} for url in ELSEWHERE)], ids=lambda fields: str(fields)[:60]
)
def test_other_addresses_and_garbage_are_refused_with_the_field(
    settings: Settings, kind: str, fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        connecting.read(ground_of(settings), kind=kind, name="", fields=fields)
    assert refused.value.field == "url"


def test_our_own_network_is_not_posted_to(kind: str, room: Room, pictures: Pictures) -> None:
    channel = channel_of(kind, room.url, pictures, allow_private=False)
    with pytest.raises(Rejected, match="private network"):
        channel.send(channel.compose(announcement(), thread=None, at=NOON), "key")
    assert not room.messages


def test_what_is_said_of_an_error_is_a_word_of_theirs_or_nothing(slack: Room) -> None:
    slack.answers = [lambda handler: handler.say(403, b"<script>token=XXXX</script>")]
    with pytest.raises(Revoked) as raised:
        Slack(slack.url, allow_private=True).check()
    assert "script" not in raised.value.words
