"""Posts on Synapse, the reference Matrix server: what it keeps is read back from it."""

import itertools
import signal
import struct
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.errors import Invalid
from drafting.publishing import connecting
from drafting.publishing.channels import Rejected, Retry, Revoked
from drafting.publishing.channels.channel import Editing
from drafting.publishing.channels.matrix import Matrix
from drafting.publishing.claims import LEASE
from drafting.publishing.delivering import STEPS
from drafting.publishing.keys import new_key
from drafting.publishing.pictures import Picture, Pictures
from tests.conftest import free_port
from tests.peers.synapse_server import Account, SynapseServer
from tests.publishing.killing import kill_a_worker_at
from tests.publishing.newsroom import NOON, Newsroom, after, announcement

pytestmark = [pytest.mark.peer, pytest.mark.timeout(1200)]  # the first one may have to install the server

ALIASES = (f"river{n}" for n in itertools.count(1))
TAGS = {"strong", "br", "a"}  # of those in spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes


@pytest.fixture
def bot(synapse: SynapseServer) -> Account:
    return synapse.account("drafts")


@pytest.fixture
def fay(synapse: SynapseServer) -> Account:
    """She runs the room."""
    return synapse.account("fay")


@pytest.fixture
def alias(fay: Account) -> str:
    name = next(ALIASES)
    fay.makes_room(room_alias_name=name)
    return f"#{name}:rooms.test"


@pytest.fixture
def room(bot: Account, fay: Account, alias: str) -> str:
    """Its id; the account is in it."""
    return str(bot.ask("POST", f"join/{alias.replace('#', '%23')}", {})["room_id"])


@pytest.fixture
def pictures(newsroom: Newsroom) -> Pictures:
    return Pictures(newsroom.settings.pictures)


def channel_of(bot: Account, room: str, pictures: Pictures, token: str = "") -> Matrix:
    return Matrix(bot.server.url, token or bot.token, room, pictures, allow_private=True)


def typed(bot: Account, room: str) -> dict[str, str]:
    return {"server": bot.server.url, "token": bot.token, "room": room}


def said(events: list[Any]) -> list[str]:
    return [event["content"]["body"] for event in events]


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\xff" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_a_post_is_a_notice_in_plain_words_and_in_html(
    newsroom: Newsroom, bot: Account, fay: Account, alias: str, room: str
) -> None:
    newsroom.connects("matrix", **typed(bot, alias))
    newsroom.releases()
    newsroom.delivers()
    post = newsroom.post()
    assert (post.state, post.last_error) == ("sent", None)
    (event,) = fay.reads(room)
    content = event["content"]
    assert (event["event_id"], event["sender"]) == (post.remote_id, bot.id)
    assert content["msgtype"] == "m.notice" and "m.relates_to" not in content
    assert content["body"] == post.payload["text"]
    assert content["formatted_body"].startswith("<strong>Årsmöte 📝 charter: version 1 published</strong><br>")
    assert '<a href="https://drafts.example.org/e/river/charter/1">' in content["formatted_body"]
    assert post.remote_url == f"https://matrix.to/#/{alias.replace('#', '%23')}/{event['event_id']}"


def test_later_versions_are_in_the_thread_of_the_first(
    newsroom: Newsroom, bot: Account, fay: Account, alias: str, room: str
) -> None:
    newsroom.connects("matrix", **typed(bot, alias))
    for number in (1, 2, 3):
        newsroom.releases(number, after(number))
        newsroom.delivers(after(number))
    first, second, third = fay.reads(room)
    for event in (second, third):
        relation = event["content"]["m.relates_to"]
        assert (relation["rel_type"], relation["event_id"]) == ("m.thread", first["event_id"])
        assert relation["is_falling_back"] and relation["m.in_reply_to"] == {"event_id": first["event_id"]}
    found = fay.ask("GET", f"rooms/{room}/event/{first['event_id']}")
    assert found["unsigned"]["m.relations"]["m.thread"]["count"] == 2


def test_a_room_that_replaced_another_begins_a_thread_of_its_own(
    bot: Account, fay: Account, alias: str, room: str, pictures: Pictures
) -> None:
    channel = channel_of(bot, alias, pictures)
    first = channel.send(channel.compose(announcement(1), thread=None, at=NOON), new_key(NOON))
    newer = fay.makes_room()
    bot.ask("POST", f"join/{newer}", {})
    quoted = alias.replace("#", "%23")
    fay.ask("DELETE", f"directory/room/{quoted}")
    fay.ask("PUT", f"directory/room/{quoted}", {"room_id": newer})
    channel = channel_of(bot, alias, pictures)
    channel.send(channel.compose(announcement(2), thread=first.ref, at=NOON), new_key(NOON))
    (event,) = fay.reads(newer)
    assert "m.relates_to" not in event["content"]


def test_the_same_post_sent_twice_is_one_event(
    bot: Account, fay: Account, alias: str, room: str, pictures: Pictures
) -> None:
    channel, key = channel_of(bot, alias, pictures), new_key(NOON)
    told = replace(announcement(), picture=Picture(pictures.keep(png(12, 5)), "Before: a. After: b."))
    post = channel.compose(told, thread=None, at=NOON)
    assert channel.find(post, key) is None
    sent = channel.send(post, key)
    assert channel.send(post, key) == sent == channel.find(post, key)
    picture, words = fay.reads(room)
    assert picture["content"]["info"] == {"mimetype": "image/png", "size": len(png(12, 5)), "w": 12, "h": 5}
    assert picture["content"]["body"] == "Before: a. After: b." and words["content"]["body"] == post.text
    again = channel_of(bot, room, pictures)
    assert again.find(post, key) is not None, "whoever looks later finds it by what it says"


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_twice_at_any_step_leaves_one_post(
    newsroom: Newsroom, bot: Account, fay: Account, alias: str, room: str, database_url: str, step: str
) -> None:
    newsroom.connects("matrix", **typed(bot, alias))
    newsroom.releases()
    assert kill_a_worker_at(step, database_url) == -signal.SIGKILL
    kill_a_worker_at(step, database_url)
    newsroom.delivers(after(LEASE.total_seconds() / 60 + 1))
    assert newsroom.post().state == "sent"
    (event,) = fay.reads(room)
    assert newsroom.post().remote_ref == {"room": room, "event": event["event_id"]}


def test_a_post_is_corrected_in_its_place(
    bot: Account, fay: Account, alias: str, room: str, pictures: Pictures
) -> None:
    channel = channel_of(bot, alias, pictures)
    sent = channel.send(channel.compose(announcement(1), thread=None, at=NOON), new_key(NOON))
    better = channel.compose(replace(announcement(1), what="A <better> word."), thread=None, at=NOON)
    assert isinstance(channel, Editing)
    assert channel.edit(sent.remote_id, better) == channel.edit(sent.remote_id, better) == sent
    first, change = fay.reads(room)
    assert change["content"]["m.new_content"]["body"] == better.text and "A <better> word." in better.text
    latest = fay.ask("GET", f"rooms/{room}/event/{first['event_id']}")["unsigned"]["m.relations"]["m.replace"]
    assert latest["event_id"] == change["event_id"], "the server takes it for the newest form of the first"


def test_nobody_is_pinged_by_what_people_typed(
    bot: Account, fay: Account, alias: str, room: str, pictures: Pictures
) -> None:
    level = fay.ask("GET", f"rooms/{room}/state/m.room.power_levels")
    level["users"] = {**level.get("users", {}), bot.id: 100}  # so that @room would work
    fay.ask("PUT", f"rooms/{room}/state/m.room.power_levels", level)
    words = f"@room fay {fay.id} <a href='https://matrix.to/#/{fay.id}'>fay</a> <script>x</script> & <mx-reply>"
    told = replace(announcement(2), draft_title=words, what=words, quote=words, summary=words)
    channel = channel_of(bot, alias, pictures)
    before = fay.highlights(room)
    post = channel.compose(told, thread=None, at=NOON)
    channel.send(post, new_key(NOON))
    assert fay.highlights(room) == before
    tags, links = seen(post.body["content"]["formatted_body"])
    assert tags <= TAGS and links == [told.url]
    careless = {"msgtype": "m.text", "body": post.text}
    bot.ask("PUT", f"rooms/{room}/send/m.room.message/careless", careless)
    assert fay.highlights(room) > before, "the same words without our care would"


def seen(html: str) -> tuple[set[str], list[str]]:
    """Tags and links of a message."""
    tags: set[str] = set()
    links: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            links.extend(str(value) for name, value in attributes if name == "href")

    Reader().feed(html)
    return tags, links


def test_a_token_that_was_ended_asks_for_a_person(bot: Account, alias: str, room: str, pictures: Pictures) -> None:
    channel = channel_of(bot, alias, pictures)
    post = channel.compose(announcement(), thread=None, at=NOON)
    bot.ask("POST", "logout", {})
    for attempt in (channel.check, lambda: channel.send(post, "key"), lambda: channel.find(post, "key")):
        with pytest.raises(Revoked, match="access token"):
            attempt()


def test_who_was_put_out_of_the_room_asks_for_a_person(
    bot: Account, fay: Account, alias: str, room: str, pictures: Pictures
) -> None:
    channel = channel_of(bot, alias, pictures)
    post = channel.compose(announcement(), thread=None, at=NOON)
    fay.ask("POST", f"rooms/{room}/ban", {"user_id": bot.id})
    with pytest.raises(Revoked, match="may not write"):
        channel.send(post, "key")
    with pytest.raises(Revoked, match="not in this room"):
        channel.find(post, "key")
    with pytest.raises(Rejected, match="may not join"):
        channel.check()


def test_connecting_joins_a_public_room_and_one_it_was_invited_to(
    newsroom: Newsroom, bot: Account, fay: Account, alias: str
) -> None:
    secret = fay.makes_room(preset="private_chat")
    closed = connecting.read(newsroom.ground, kind="matrix", name="", fields=typed(bot, secret))
    with pytest.raises(Invalid, match="Invite it there first"):
        connecting.check(newsroom.ground, closed)
    fay.ask("POST", f"rooms/{secret}/invite", {"user_id": bot.id})
    shared = f"https://matrix.to/#/{alias.replace('#', '%23')}?via=rooms.test"
    for name in (alias, secret, shared):
        connection = connecting.read(newsroom.ground, kind="matrix", name="", fields=typed(bot, name))
        connecting.check(newsroom.ground, connection)
    assert len(bot.ask("GET", "joined_rooms")["joined_rooms"]) == 2
    assert bot.reads(secret) == [], "nothing is posted"


def test_a_room_that_is_not_there_is_said_not_to_be(bot: Account, pictures: Pictures) -> None:
    with pytest.raises(Rejected, match="There is no room #nowhere:rooms.test"):
        channel_of(bot, "#nowhere:rooms.test", pictures).check()
    with pytest.raises(Rejected, match="may not join"):
        channel_of(bot, "!nowhere:rooms.test", pictures).check()


def test_an_encrypted_room_is_refused(bot: Account, fay: Account, pictures: Pictures) -> None:
    state = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    room = fay.makes_room(initial_state=[state])
    with pytest.raises(Rejected, match="encrypted"):
        channel_of(bot, room, pictures).check()


def test_another_server_and_one_that_is_away_are_told_apart(bot: Account, pictures: Pictures) -> None:
    with pytest.raises(Rejected, match="no Matrix server"):
        Matrix(f"{bot.server.url}/elsewhere", bot.token, "#a:b", pictures, allow_private=True).check()
    with pytest.raises(Retry, match="could not be reached"):
        Matrix(f"http://127.0.0.1:{free_port()}", bot.token, "#a:b", pictures, allow_private=True).check()
    with pytest.raises(Rejected, match="private network"):
        Matrix(bot.server.url, bot.token, "#a:b", pictures).check()


PIECES = ("👩‍👩‍👧‍👦", "ä", "e\u0301", "word ", "字", '"', "\\", "&", "<b>", "x" * 40, " ")
LONG = st.lists(st.sampled_from(PIECES), max_size=900).map("".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=LONG, what=LONG, quote=LONG, standing=LONG)
def test_the_server_takes_every_text_we_make_and_every_correction(
    synapse: SynapseServer, pictures: Pictures, title: str, what: str, quote: str, standing: str
) -> None:
    channel = _one_room_for_all(synapse, pictures)
    told = replace(announcement(2), draft_title=title, what=what, quote=quote, standing=standing)
    post = channel.compose(told, thread=None, at=NOON)
    assert len(post.text.encode()) <= 4000 and told.url in post.text
    sent = channel.send(post, new_key(NOON))
    channel.edit(sent.remote_id, post)


def _one_room_for_all(server: SynapseServer, pictures: Pictures, kept: dict[str, Matrix] = {}) -> Matrix:  # noqa: B006
    if server.url not in kept:
        bot = server.account("drafts")
        kept[server.url] = channel_of(bot, bot.makes_room(), pictures)
    return kept[server.url]
