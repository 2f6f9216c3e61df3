"""Matrix without a Matrix server: servers that misbehave, what people type into the form, and the size of a message."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from drafting.config import Settings
from drafting.errors import Invalid
from drafting.publishing import connecting
from drafting.publishing.channels import Rejected, Retry, Revoked, Uncertain, Undelivered
from drafting.publishing.channels.matrix import Matrix
from drafting.publishing.channels.outward import Patience
from drafting.publishing.pictures import Picture, Pictures
from tests.publishing.newsroom import NOON, announcement, ground_of
from tests.publishing.receiver import Handler, Receiver, hangs_up, listening, never_stops_talking, says_nothing, status

NOTHING = Pictures(Path("/nonexistent"))
EVENT_BYTES = 65_536  # spec.matrix.org/latest/client-server-api/#size-limits
AROUND_BYTES = 4_096
"""Room, sender, hashes, signatures and the like."""

Answer = Callable[[Handler], None]


class Homeserver(Handler):
    """Says to everything what it was told to say."""

    do_GET = do_PUT = Handler.do_POST

    def well(self, message: object) -> None:
        self.say(200, b'{"user_id": "@a:b", "room_id": "!r:b", "event_id": "$e", "joined_rooms": ["!r:b"]}')


@pytest.fixture
def homeserver() -> Iterator[Receiver]:
    with listening(handler=Homeserver, path="") as receiver:
        yield receiver


@pytest.fixture
def channel(homeserver: Receiver) -> Matrix:
    patience = Patience(silence_s=0.5, total_s=2)
    return Matrix(homeserver.url, "token", "!r:b", NOTHING, allow_private=True, patience=patience)


def says(code: int, **told: object) -> Answer:
    return lambda handler: handler.say(code, json.dumps(told).encode())


def raw(body: bytes) -> Answer:
    return lambda handler: handler.say(200, body)


@pytest.mark.parametrize(
    ("answer", "failure", "words"),
    [
        (says(429, errcode="M_LIMIT_EXCEEDED", retry_after_ms=90_500), Retry, "later"),
        (says(429, errcode="M_LIMIT_EXCEEDED", retry_after_ms="soon"), Retry, "later"),
        (says(429, errcode="M_LIMIT_EXCEEDED", retry_after_ms=-5e300), Retry, "later"),
        (says(401, errcode="M_UNKNOWN_TOKEN", soft_logout=True), Revoked, "access token"),
        (says(401, errcode="M_MISSING_TOKEN"), Revoked, "access token"),
        (says(403, errcode="M_FORBIDDEN"), Revoked, "may not write"),
        (says(413, errcode="M_TOO_LARGE"), Rejected, "M_TOO_LARGE"),
        (says(400, errcode="<script>"), Rejected, r"\(400\)"),
        (says(502), Uncertain, "had trouble"),
        (status(302, Location="http://127.0.0.1:1/"), Rejected, "redirect"),
        (hangs_up, Uncertain, "broke"),
        (says_nothing, Uncertain, "in time"),
        (never_stops_talking, Uncertain, "broke"),
        (raw(b"<html>"), Uncertain, "unreadable"),
        (raw(b"[" * 100_000), Uncertain, "unreadable"),
        (raw(b'{"event_id": 5}'), Uncertain, "unreadable"),
        (says(200, event_id="$" * 5000), Uncertain, "unreadable"),
    ],
)
def test_every_answer_has_a_meaning_in_words(
    channel: Matrix, homeserver: Receiver, answer: Answer, failure: type[Exception], words: str
) -> None:
    homeserver.answers = [answer]
    with pytest.raises(failure, match=words) as raised:
        channel.send(channel.compose(announcement(), thread=None, at=NOON), "key")
    if isinstance(raised.value, Retry):
        assert raised.value.after_s in (90.5, 0)
    assert len(homeserver.messages) == 1


@pytest.mark.parametrize(
    "answer",
    [raw(b"{}"), raw(b"[]"), raw(b'{"chunk": 5}'), raw(b'{"chunk": [5, {}, {"content": {}}]}'), says(500), says(404)],
    ids=["empty", "list", "number", "odd", "500", "404"],
)
def test_looking_and_checking_survive_what_servers_say(channel: Matrix, homeserver: Receiver, answer: Answer) -> None:
    post = channel.compose(announcement(), thread=None, at=NOON)
    homeserver.answers = [says(200, user_id="@a:b"), answer]
    try:
        assert channel.find(post, "key") is None
    except Undelivered:
        pass
    for first in range(3):
        homeserver.answers = [says(200, user_id="@a:b", joined_rooms=5)] * first + [answer] * 3
        try:
            channel.check()
        except Undelivered as failure:
            assert failure.words


def test_a_picture_that_the_server_does_not_want_is_left_out(homeserver: Receiver, tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    channel = Matrix(homeserver.url, "token", "!r:b", pictures, allow_private=True)
    told = replace(announcement(), picture=Picture(pictures.keep(b"png"), "Alt"))
    homeserver.answers = [says(413, errcode="M_TOO_LARGE")]
    assert channel.send(channel.compose(told, thread=None, at=NOON), "key").remote_id == "$e"
    upload, words = homeserver.messages
    assert upload.path.startswith("/_matrix/media/v3/upload") and words.path.endswith("/key")


def test_the_token_is_in_no_address_and_in_no_words(channel: Matrix, homeserver: Receiver) -> None:
    homeserver.answers = [says(401, errcode="M_UNKNOWN_TOKEN", error="token token token")]
    with pytest.raises(Revoked) as raised:
        channel.check()
    assert "token token" not in raised.value.words
    (asked,) = homeserver.messages
    assert "token" not in asked.path and asked.headers["authorization"] == "Bearer token"


SERVER = "https://matrix.example.org"


@pytest.mark.parametrize(
    ("server", "token", "room", "field"),
    [
        ("", "t", "#a:b", "server"),
        ("matrix.example.org", "t", "#a:b", "server"),
        ("http://matrix.example.org", "t", "#a:b", "server"),
        ("https://[::1", "t", "#a:b", "server"),
        (SERVER, "", "#a:b", "token"),
        (SERVER, "a\nb", "#a:b", "token"),
        (SERVER, "ä", "#a:b", "token"),
        (SERVER, "t", "", "room"),
        (SERVER, "t", "a:b", "room"),
        (SERVER, "t", "#a", "room"),
        (SERVER, "t", "#a b:c", "room"),
        (SERVER, "t", "#a:b/../../x", "room"),
        (SERVER, "t", "@fay:b", "room"),
        (SERVER, "t", "#" + "ä" * 130 + ":b", "room"),
        (SERVER, "t", "https://matrix.to/#/@fay:b", "room"),
    ],
)
def test_what_is_missing_or_wrong_is_named(settings: Settings, server: str, token: str, room: str, field: str) -> None:
    typed = {"server": server, "token": token, "room": room}
    with pytest.raises(Invalid) as refused:
        connecting.read(ground_of(settings), kind="matrix", name="", fields=typed)
    assert refused.value.field == field


@pytest.mark.parametrize("room", ["#a:b", "!a:b", "!v12-_x", "https://matrix.to/#/%23a:b?via=b", "#ä.ö:b:8448"])
def test_a_room_is_read_as_people_copy_it(settings: Settings, room: str) -> None:
    typed = {"server": SERVER + "/", "token": " t ", "room": f" {room} "}
    account = connecting.read(ground_of(settings), kind="matrix", name="", fields=typed).account
    assert account.credentials["server"] == SERVER and account.credentials["token"] == "t"
    assert account.credentials["room"][0] in "#!" and "t" not in account.address.split()


MATRIX = Matrix(SERVER, "token", "#a:b", NOTHING)
PIECES = ("👩‍👩‍👧‍👦", "ä", "e\u0301", "word ", "字", '"', "'", '"' * 99, "\\", "&", "<", "x" * 40, " ")
LONG = st.lists(st.sampled_from(PIECES), max_size=900).map("".join)
TYPED = st.one_of(LONG, st.text(max_size=300))


@examples(max_examples=60, deadline=None)
@given(title=TYPED, what=TYPED, quote=TYPED, standing=TYPED)
def test_no_event_is_too_large_not_even_a_correction(title: str, what: str, quote: str, standing: str) -> None:
    told = replace(announcement(2), draft_title=title, what=what, quote=quote, standing=standing)
    post = MATRIX.compose(told, thread={"room": "!r:b", "event": "$e"}, at=NOON)
    content = post.body["content"]
    assert told.url in content["body"] and f'<a href="{told.url}">' in content["formatted_body"]
    assert content["formatted_body"].count("<") == 4 + content["formatted_body"].count("<br>")
    both = json.dumps([content, content], ensure_ascii=False).encode()
    assert len(both) + AROUND_BYTES <= EVENT_BYTES
