"""Posts on the reference Bluesky server: what it keeps is read back from it."""

import itertools
import signal
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.errors import Invalid
from drafting.publishing import connecting, outbox
from drafting.publishing.channels import Rejected, Retry, Revoked
from drafting.publishing.channels.bluesky import Bluesky
from drafting.publishing.claims import LEASE
from drafting.publishing.delivering import STEPS
from drafting.publishing.drawing import draw
from drafting.publishing.keys import new_key
from drafting.publishing.pictures import Picture
from drafting.wording.graphemes import count
from tests.conftest import free_port
from tests.peers.bluesky_server import BlueskyServer
from tests.publishing.cards import CARDS
from tests.publishing.killing import kill_a_worker_at
from tests.publishing.newsroom import NOON, Newsroom, after, announcement

pytestmark = [pytest.mark.peer, pytest.mark.timeout(1200)]  # the first one may have to build the server

HANDLES = (f"river{n}.test" for n in itertools.count(1))


@pytest.fixture
def handle(bluesky_pds: BlueskyServer) -> str:
    return next(HANDLES)


@pytest.fixture
def did(bluesky_pds: BlueskyServer, handle: str) -> str:
    return bluesky_pds.account(handle)


def channel_of(server: BlueskyServer, handle: str, password: str | None = None) -> Bluesky:
    return Bluesky(handle, password or server.password, server.url, allow_private=True)


def connect(newsroom: Newsroom, server: BlueskyServer, handle: str) -> None:
    newsroom.connects("bluesky", handle=handle, app_password=server.password, service=server.url)


def test_a_post_says_what_changed_with_a_card_and_a_hashtag(
    newsroom: Newsroom, bluesky_pds: BlueskyServer, did: str, handle: str
) -> None:
    connect(newsroom, bluesky_pds, handle)
    newsroom.releases()
    newsroom.delivers()
    post = newsroom.post()
    assert (post.state, post.last_error) == ("sent", None)
    (record,) = bluesky_pds.posts(did)
    assert record["uri"] == post.remote_id == f"at://{did}/app.bsky.feed.post/{post.key}"
    assert post.remote_url == f"https://bsky.app/profile/{did}/post/{post.key}"
    value = record["value"]
    assert value["text"].startswith("Årsmöte 📝 charter: version 1 published")
    assert value["embed"]["external"]["uri"] == "https://drafts.example.org/e/river/charter/1"
    (facet,) = value["facets"]
    tagged = value["text"].encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]]
    assert (tagged.decode(), facet["features"][0]["tag"]) == ("#RiverDay", "RiverDay")
    assert value["langs"] == ["en"]


def test_the_dry_run_is_what_is_posted(newsroom: Newsroom, bluesky_pds: BlueskyServer, did: str, handle: str) -> None:
    connect(newsroom, bluesky_pds, handle)
    newsroom.releases()
    shown = outbox.preview(announcement(), channel_of(bluesky_pds, handle), NOON)
    newsroom.delivers()
    (record,) = bluesky_pds.posts(did)
    assert shown.startswith(record["value"]["text"] + "\n\n[")
    assert record["value"]["embed"]["external"]["uri"] in shown


def test_later_versions_answer_the_first_post_of_their_draft(
    newsroom: Newsroom, bluesky_pds: BlueskyServer, did: str, handle: str
) -> None:
    connect(newsroom, bluesky_pds, handle)
    for number in (1, 2, 3):
        newsroom.releases(number, after(number))
        newsroom.delivers(after(number))
    first, second, third = bluesky_pds.posts(did)
    assert "reply" not in first["value"]
    for reply in (second, third):
        for end in ("root", "parent"):
            named = reply["value"]["reply"][end]
            assert (named["uri"], named["cid"]) == (first["uri"], first["cid"])


def test_the_same_post_sent_twice_is_one_record(bluesky_pds: BlueskyServer, did: str, handle: str) -> None:
    channel, key = channel_of(bluesky_pds, handle), new_key(NOON)
    post = channel.compose(announcement(), thread=None, at=NOON)
    assert channel.find(post, key) is None
    sent = channel.send(post, key)
    assert channel.send(post, key) == sent == channel.find(post, key)
    assert len(bluesky_pds.posts(did)) == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_leaves_one_post(
    newsroom: Newsroom, bluesky_pds: BlueskyServer, did: str, handle: str, database_url: str, step: str
) -> None:
    connect(newsroom, bluesky_pds, handle)
    newsroom.releases()
    assert kill_a_worker_at(step, database_url) == -signal.SIGKILL
    already = bluesky_pds.posts(did)
    assert len(already) == (1 if step in ("posted", "confirmed") else 0)
    newsroom.delivers(after(LEASE.total_seconds() / 60 + 1))
    assert newsroom.post().state == "sent"
    posts = bluesky_pds.posts(did)
    assert len(posts) == 1 and posts[: len(already)] == already
    assert newsroom.post().remote_ref == {"uri": posts[0]["uri"], "cid": posts[0]["cid"]}


def test_a_wrong_password_loses_nothing_and_is_said_in_words(
    newsroom: Newsroom, bluesky_pds: BlueskyServer, did: str, handle: str
) -> None:
    newsroom.connects("bluesky", handle=handle, app_password="wrong", service=bluesky_pds.url)
    newsroom.releases()
    newsroom.delivers()
    assert newsroom.post().state == "due"
    assert "did not accept the handle and the app password. Connect it again." in str(newsroom.post().last_error)


def test_connecting_signs_in_for_real_before_anything_is_kept(
    newsroom: Newsroom, bluesky_pds: BlueskyServer, did: str, handle: str
) -> None:
    typed = {"handle": handle, "app_password": bluesky_pds.password, "service": bluesky_pds.url}
    connecting.check(newsroom.ground, connecting.read(newsroom.ground, kind="bluesky", name="", fields=typed))
    wrong = connecting.read(newsroom.ground, kind="bluesky", name="", fields={**typed, "app_password": "wrong"})
    with pytest.raises(Invalid, match="app password"):
        connecting.check(newsroom.ground, wrong)
    with pytest.raises(Invalid, match="private network"):
        connecting.check(replace(newsroom.ground, allow_private=False), wrong)


def test_one_sign_in_serves_many_posts_and_is_renewed_when_it_ends(
    bluesky_pds: BlueskyServer, did: str, handle: str
) -> None:
    channel = channel_of(bluesky_pds, handle)
    post = channel.compose(announcement(), thread=None, at=NOON)
    channel.send(post, new_key(NOON))
    session = channel._client
    channel.send(post, new_key(NOON))
    assert channel._client is session, "sign-ins are rationed"
    broken = session.export_session_string().split(":::")[2]
    session._session.access_jwt = broken[:-8] + "AAAAAAAA"
    channel.send(post, new_key(NOON))
    assert channel._client is not session
    assert len(bluesky_pds.posts(did)) == 3


def test_a_server_that_is_away_is_tried_again_later() -> None:
    channel = Bluesky("river.test", "x", f"http://127.0.0.1:{free_port()}", allow_private=True)
    with pytest.raises(Retry, match="could not be reached"):
        channel.check()


def test_an_account_that_is_not_there_is_said_not_to_be(bluesky_pds: BlueskyServer) -> None:
    with pytest.raises(Revoked, match="did not accept"):
        channel_of(bluesky_pds, "nobody.test").check()


PIECES = ("👩‍👩‍👧‍👦", "ä", "e\u0301", "word ", "字", "🇪🇺", "x" * 40, " ")
LONG = st.lists(st.sampled_from(PIECES), max_size=400).map("".join)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=LONG, what=LONG, quote=LONG, standing=LONG)
def test_the_server_takes_every_text_we_make(
    bluesky_pds: BlueskyServer, title: str, what: str, quote: str, standing: str
) -> None:
    """301 graphemes or 3,001 bytes would be refused; the server is the judge of both."""
    channel = _one_account_for_all(bluesky_pds)
    long = replace(announcement(2), draft_title=title, what=what, quote=quote, standing=standing)
    post = channel.compose(long, thread=None, at=NOON)
    assert count(unicodedata.normalize("NFC", post.text)) <= 300 and len(post.text.encode()) <= 3000
    channel.send(post, "3l00000000000".replace("0", "2"))


def _one_account_for_all(server: BlueskyServer, kept: dict[str, Bluesky] = {}) -> Bluesky:  # noqa: B006
    """Making accounts is slow, so every example posts as the same one."""
    if server.url not in kept:
        handle = next(HANDLES)
        server.account(handle)
        kept[server.url] = channel_of(server, handle)
    return kept[server.url]


def test_a_text_over_the_limit_is_refused_by_the_server_in_words(
    bluesky_pds: BlueskyServer, did: str, handle: str
) -> None:
    """Shows that the limit we keep is the one that counts."""
    channel = channel_of(bluesky_pds, handle)
    post = channel.compose(announcement(), thread=None, at=NOON)
    channel.send(replace(post, body={**post.body, "text": "ä" * 300, "facets": []}), new_key(NOON))
    with pytest.raises(Rejected, match="300"):
        channel.send(replace(post, body={**post.body, "text": "ä" * 301, "facets": []}), new_key(NOON))


def test_a_picture_is_shown_with_its_description_and_the_link_stands_in_the_text(
    newsroom: Newsroom, bluesky_pds: BlueskyServer, did: str, handle: str
) -> None:
    png, alt = draw(CARDS["en"]), "Before: five minutes. After: three minutes."
    digest = newsroom.ground.pictures.keep(png)
    shown = replace(announcement(2), picture=Picture(digest, alt))
    newsroom.describe = lambda session, revision_id, language="": shown  # type: ignore[method-assign]
    connect(newsroom, bluesky_pds, handle)
    newsroom.releases(2)
    newsroom.delivers()
    assert (newsroom.post().state, newsroom.post().last_error) == ("sent", None)
    (record,) = bluesky_pds.posts(did)
    (image,) = record["value"]["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]["width"], image["aspectRatio"]["height"]) == (alt, 1200, 675)
    assert image["image"]["size"] == len(png)
    links = [feature.get("uri") for facet in record["value"]["facets"] for feature in facet["features"]]
    assert "https://drafts.example.org/e/river/charter/2" in links
    channel = Bluesky(
        handle, bluesky_pds.password, bluesky_pds.url, allow_private=True, pictures=newsroom.ground.pictures
    )
    again = channel.compose(shown, thread=None, at=NOON)
    key = new_key(NOON)
    assert channel.send(again, key) == channel.send(again, key), "twice the same is one record"
