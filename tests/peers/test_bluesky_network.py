"""What people see in the app: our posts on the whole Bluesky network, as its AppView shows them."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from drafting.publishing import outbox
from drafting.publishing.channels import Retry
from drafting.publishing.channels.bluesky import Bluesky
from drafting.publishing.drawing import draw
from drafting.publishing.keys import new_key
from drafting.publishing.pictures import Picture
from tests.peers.bluesky_server import BlueskyNetwork
from tests.product import until
from tests.publishing.cards import CARDS
from tests.publishing.newsroom import NOON, Newsroom, after, announcement

pytestmark = [pytest.mark.peer, pytest.mark.timeout(1200)]  # the first one may have to build the servers

HANDLES = (f"town{n}.test" for n in itertools.count(1))
SIGN_INS = 30  # in five minutes for one account: docs.bsky.app/docs/advanced-guides/rate-limits


@pytest.fixture
def handle() -> str:
    return next(HANDLES)


@pytest.fixture
def did(bluesky_network: BlueskyNetwork, handle: str, newsroom: Newsroom) -> str:
    did = bluesky_network.account(handle)
    password, service = bluesky_network.password, bluesky_network.url
    newsroom.connects("bluesky", handle=handle, app_password=password, service=service)
    return did


def seen(network: BlueskyNetwork, uri: str | None) -> Any:
    """A post as the app shows it, once it does."""
    assert uri is not None
    found: list[Any] = []

    def look() -> bool:
        answer = network.shown("getPosts", uris=uri)
        found[:] = answer["posts"] if answer else []
        return bool(found)

    until(look, 30, "the app does not show it")
    return found[0]


def test_the_app_shows_the_words_the_card_and_what_can_be_pressed_past_an_emoji(
    newsroom: Newsroom, bluesky_network: BlueskyNetwork, did: str, handle: str
) -> None:
    newsroom.releases()
    newsroom.delivers()
    post = seen(bluesky_network, newsroom.post().remote_id)
    assert post["author"]["handle"] == handle
    assert post["record"]["text"].startswith("Årsmöte 📝 charter: version 1 published")
    card = post["embed"]["external"]
    assert post["embed"]["$type"] == "app.bsky.embed.external#view"
    assert card["uri"] == "https://drafts.example.org/e/river/charter/1"
    assert card["title"] == "Årsmöte 📝 charter: version 1 published" and card["description"]
    (facet,) = post["record"]["facets"]
    pressed = post["record"]["text"].encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
    assert pressed == "#RiverDay" and facet["features"][0]["tag"] == "RiverDay"


def test_the_app_shows_the_picture_with_its_description(
    newsroom: Newsroom, bluesky_network: BlueskyNetwork, did: str
) -> None:
    alt = "Before: five minutes. After: three minutes."
    shown = replace(announcement(2), picture=Picture(newsroom.ground.pictures.keep(draw(CARDS["en"])), alt))
    newsroom.describe = lambda session, revision_id, language="": shown  # type: ignore[method-assign]
    newsroom.releases(2)
    newsroom.delivers()
    (image,) = seen(bluesky_network, newsroom.post().remote_id)["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]["width"], image["aspectRatio"]["height"]) == (alt, 1200, 675)
    assert image["fullsize"].startswith("http") and image["thumb"].startswith("http")


def test_versions_stand_in_one_thread_and_a_correction_below_what_it_corrects(
    newsroom: Newsroom, bluesky_network: BlueskyNetwork, did: str
) -> None:
    for number in (1, 2):
        newsroom.releases(number, after(number))
        newsroom.delivers(after(number))
    first, second = newsroom.posts()
    with newsroom.database.write() as session:
        outbox.correct(session, second.id, "It is four minutes.", after(3))
    newsroom.delivers(after(4))
    correction = newsroom.posts()[-1]
    assert (correction.state, correction.last_error) == ("sent", None)
    assert seen(bluesky_network, correction.remote_id)["record"]["text"].count("Correction: It is four minutes.") == 1
    thread = bluesky_network.shown("getPostThread", uri=str(first.remote_id), depth="6")["thread"]
    (answer,) = thread["replies"]
    assert answer["post"]["uri"] == second.remote_id
    (below,) = answer["replies"]
    assert below["post"]["uri"] == correction.remote_id


def test_a_post_that_is_sent_again_is_shown_once(
    newsroom: Newsroom, bluesky_network: BlueskyNetwork, did: str, handle: str
) -> None:
    channel = Bluesky(handle, bluesky_network.password, bluesky_network.url, allow_private=True)
    post, key = channel.compose(announcement(), thread=None, at=NOON), new_key(NOON)
    sent = [channel.send(post, key) for _ in range(3)]
    assert sent[0] == sent[1] == sent[2] == channel.find(post, key)
    seen(bluesky_network, sent[0].remote_id)
    assert len(bluesky_network.shown("getAuthorFeed", actor=did)["feed"]) == 1


def test_who_signs_in_too_often_is_told_when_to_come_back_and_does(
    newsroom: Newsroom, bluesky_network: BlueskyNetwork, did: str, handle: str
) -> None:
    newsroom.releases()
    with pytest.raises(Retry, match="come back later") as refused:
        for _ in range(SIGN_INS + 1):
            Bluesky(handle, bluesky_network.password, bluesky_network.url, allow_private=True).check()
    assert 0 < refused.value.after_s <= 300
    newsroom.delivers()
    post = newsroom.post()
    assert post.state == "due" and post.not_before > NOON and "come back later" in str(post.last_error)
