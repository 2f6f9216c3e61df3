"""Posts on a server that speaks the Mastodon API, well, badly, late or not at all: one of each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from drafting.config import Settings
from drafting.publishing import connecting, outbox
from drafting.publishing.announcement import Announcement
from drafting.publishing.channels import Rejected, Retry, Revoked, Uncertain, Undelivered
from drafting.publishing.channels.channel import Editing
from drafting.publishing.channels.mastodon import Mastodon
from drafting.publishing.channels.mastodon_errors import wait
from drafting.publishing.channels.mastodon_sizes import Sizes, announced
from drafting.publishing.channels.outward import Patience
from drafting.publishing.keys import new_key
from drafting.publishing.pictures import Picture, Pictures
from tests.conftest import free_port
from tests.publishing import mastodon_account
from tests.publishing.mastodon_misbehaving import (
    hangs_up,
    refuses,
    says,
    sends_on,
    stores_and_answers,
    stores_and_hangs_up,
    stores_and_says_nothing,
)
from tests.publishing.mastodon_server import serving
from tests.publishing.mastodon_state import Behaviour, MastodonServer
from tests.publishing.newsroom import NOON, Newsroom, after, announcement

POST = "POST /api/v1/statuses"
LINK = "https://drafts.example.org/e/river/charter/1"
QUICK = Patience(connect_s=2, silence_s=0.3, total_s=1)
PNG = b"\x89PNG not really"


@pytest.fixture
def server(mastodon_server: MastodonServer) -> MastodonServer:
    return mastodon_server


def shows_a_picture(newsroom: Newsroom, alt: str = "Before: a. After: b.") -> None:
    digest = Pictures(newsroom.settings.pictures).keep(PNG)

    def describe(session: Session, revision_id: int, language: str) -> Announcement:
        return replace(announcement(), picture=Picture(digest, alt))

    newsroom.describe = describe  # type: ignore[method-assign]


def test_a_post_says_what_changed_in_the_language_and_to_whom_it_was_meant(
    newsroom: Newsroom, server: MastodonServer
) -> None:
    newsroom.keeps(mastodon_account.connection(server, visibility="unlisted"))
    newsroom.releases()
    newsroom.delivers()
    (status,) = server.posts()
    assert (newsroom.post().state, newsroom.post().last_error) == ("sent", None)
    assert (newsroom.post().remote_id, newsroom.post().remote_url) == (status["id"], status["url"])
    assert (status["visibility"], status["language"], status["in_reply_to_id"]) == ("unlisted", "en", None)
    assert status["content"].startswith("<p>Årsmöte 📝 charter: version 1 published")
    assert f'href="{LINK}"' in status["content"] and status["tags"][0]["name"] == "RiverDay"
    assert server.agents == {"drafting"}


def test_the_dry_run_is_what_is_posted(settings: Settings, server: MastodonServer) -> None:
    channel = mastodon_account.channel(server, settings)
    post = channel.compose(announcement(), thread=None, at=NOON)
    assert outbox.preview(announcement(), channel, NOON) == post.text == post.body["status"]["status"]
    pictured = replace(announcement(), picture=Picture("0" * 64, "Before and after."))
    assert outbox.preview(pictured, channel, NOON).endswith("\n\n[Picture: Before and after.]")
    assert server.asked == [], "nobody is asked for a preview"


def test_later_versions_answer_the_first_post_of_their_draft(newsroom: Newsroom, server: MastodonServer) -> None:
    newsroom.keeps(mastodon_account.connection(server))
    for number in (1, 2, 3):
        newsroom.releases(number, after(number))
        newsroom.delivers(after(number))
    first, second, third = server.posts()
    assert [post["in_reply_to_id"] for post in (first, second, third)] == [None, first["id"], first["id"]]


def test_a_thread_whose_first_post_was_deleted_goes_on_without_it(newsroom: Newsroom, server: MastodonServer) -> None:
    newsroom.keeps(mastodon_account.connection(server))
    newsroom.releases(1)
    newsroom.delivers()
    server.statuses.clear()
    newsroom.releases(2)
    newsroom.delivers(after(1))
    (second,) = server.posts()
    assert second["in_reply_to_id"] is None and newsroom.posts()[1].state == "sent"


@pytest.mark.parametrize("looks", [0, 3])
def test_a_picture_is_shown_with_its_words_once_the_server_has_read_it(
    newsroom: Newsroom, server: MastodonServer, looks: int
) -> None:
    server.looks_until_read = looks
    newsroom.keeps(mastodon_account.connection(server))
    shows_a_picture(newsroom)
    newsroom.releases()
    newsroom.delivers()
    (status,) = server.posts()
    (shown,) = status["media_attachments"]
    assert shown["description"] == "Before: a. After: b." and server.pictures[shown["id"]] == PNG


def test_words_of_a_picture_are_cut_to_what_the_server_takes(newsroom: Newsroom, server: MastodonServer) -> None:
    server.description = 40
    newsroom.keeps(mastodon_account.connection(server))
    shows_a_picture(newsroom, "word " * 100)
    newsroom.releases()
    newsroom.delivers()
    (shown,) = server.posts()[0]["media_attachments"]
    assert shown["description"].endswith("…") and len(shown["description"]) <= 40


def test_what_is_said_is_not_held_up_by_a_picture_that_nobody_wants(newsroom: Newsroom, server: MastodonServer) -> None:
    server.reads_pictures = False
    newsroom.keeps(mastodon_account.connection(server))
    shows_a_picture(newsroom)
    newsroom.releases()
    newsroom.delivers()
    assert server.posts()[0]["media_attachments"] == [] and newsroom.post().state == "sent"


def test_a_picture_that_is_never_read_means_another_try(settings: Settings, server: MastodonServer) -> None:
    server.looks_until_read = 1000
    channel = mastodon_account.channel(server, settings)
    digest = Pictures(settings.pictures).keep(PNG)
    post = channel.compose(replace(announcement(), picture=Picture(digest, "x")), thread=None, at=NOON)
    with pytest.raises(Retry, match="not yet worked through the picture"):
        channel.send(post, new_key(NOON))
    server.next("POST /api/v2/media", stores_and_answers(500))
    with pytest.raises(Retry, match="had trouble"):
        channel.send(post, new_key(NOON))
    assert server.posts() == []


@pytest.mark.parametrize("keeps_keys", [True, False])
@pytest.mark.parametrize(
    "behaviour", [stores_and_answers(500), stores_and_answers(504), stores_and_hangs_up, says(b"<html>"), says(b"{}")]
)
def test_what_was_taken_without_a_good_answer_is_found_and_not_said_twice(
    newsroom: Newsroom, server: MastodonServer, behaviour: Behaviour, keeps_keys: bool
) -> None:
    server.keeps_keys = keeps_keys
    newsroom.keeps(mastodon_account.connection(server))
    for number in (1, 12):
        newsroom.releases(number)
    server.next(POST, behaviour, behaviour)
    newsroom.delivers()
    assert [post.state for post in newsroom.posts()] == ["uncertain", "uncertain"]
    newsroom.delivers(after(2))
    assert [post.state for post in newsroom.posts()] == ["sent", "sent"]
    assert [post.remote_id for post in newsroom.posts()] == list(server.statuses)
    assert server.asked.count(POST) == 2


def test_a_server_that_falls_silent_is_asked_before_it_is_told_again(
    settings: Settings, server: MastodonServer
) -> None:
    channel, key = mastodon_account.channel(server, settings, patience=QUICK), new_key(NOON)
    post = channel.compose(announcement(), thread=None, at=NOON)
    assert channel.find(post, key) is None
    server.next(POST, stores_and_says_nothing)
    with pytest.raises(Uncertain, match="broke before the answer came"):
        channel.send(post, key)
    found = channel.find(post, key)
    assert found is not None and found.ref == {"id": server.posts()[0]["id"]}


@pytest.mark.parametrize(
    ("behaviour", "failure", "words"),
    [
        (refuses(401), Revoked, "does not let us post for this account any more. Connect it again."),
        (refuses(403), Revoked, "Connect it again"),
        (refuses(422), Rejected, r"refused this \(422\). Because of the test"),
        (refuses(404), Rejected, "does not find it"),
        (refuses(429, Retry_After="90"), Retry, "come back later"),
        (refuses(503), Uncertain, "may be out all the same"),
        (sends_on("https://elsewhere.example/api"), Rejected, "sends us on to elsewhere.example"),
        (hangs_up, Uncertain, "broke before the answer"),
        (says(b"x" * 2_000_000), Uncertain, "broke before the answer"),
        (says(b"[" * 200_000), Uncertain, "unreadable"),
    ],
)
def test_every_way_to_fail_has_its_name_and_its_words(
    settings: Settings, server: MastodonServer, behaviour: Behaviour, failure: type[Undelivered], words: str
) -> None:
    channel = mastodon_account.channel(server, settings)
    post = channel.compose(announcement(), thread=None, at=NOON)
    server.next(POST, behaviour)
    with pytest.raises(Undelivered, match=words) as raised:
        channel.send(post, new_key(NOON))
    assert type(raised.value) in (failure, *failure.__subclasses__())
    assert not any(token in str(raised.value) for token in server.tokens)


def test_nobody_there_and_nobody_we_may_speak_to(settings: Settings, server: MastodonServer) -> None:
    away = replace(server, url=f"http://127.0.0.1:{free_port()}")
    channel = mastodon_account.channel(away, settings)
    post = channel.compose(announcement(), thread=None, at=NOON)
    with pytest.raises(Retry, match="could not be reached"):
        channel.send(post, new_key(NOON))
    strict = Mastodon(mastodon_account.credentials(server), Pictures(settings.pictures))
    with pytest.raises(Rejected, match="private network"):
        strict.check()


def test_a_server_that_asks_for_a_break_gets_it(newsroom: Newsroom, server: MastodonServer) -> None:
    """By its own clock, in both of the ways in which servers write a time."""
    newsroom.keeps(mastodon_account.connection(server))
    newsroom.releases()
    until = datetime.now(UTC) + timedelta(hours=3)
    server.next(POST, refuses(429, X_RateLimit_Reset=until.isoformat().replace("+00:00", "Z")))
    newsroom.delivers()
    waits = (newsroom.post().not_before - NOON).total_seconds()
    assert newsroom.post().state == "due" and 10_700 < waits < 12_000


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"x-ratelimit-reset": "2026-05-04T12:30:00Z"}, 1800),
        ({"x-ratelimit-reset": "2026-05-04T12:30:00Z", "date": "Mon, 04 May 2026 12:20:00 GMT"}, 600),
        ({"x-ratelimit-reset": str(int(NOON.timestamp()) + 60)}, 60),
        ({"x-ratelimit-reset": "9" * 40}, 0),
        ({"x-ratelimit-reset": "2026-05-04T11:00:00Z"}, 0),
        ({"x-ratelimit-reset": "2099-01-01T00:00:00Z"}, 24 * 3600),
        ({"x-ratelimit-reset": "soon", "date": "yesterday"}, 0),
        ({"x-ratelimit-reset": "2026-05-04T12:30:00"}, 0),
        ({}, 0),
    ],
)
def test_times_to_wait_are_read_as_servers_write_them(headers: dict[str, str], seconds: float) -> None:
    assert wait(headers, NOON) == seconds


def test_times_that_cannot_be_read_do_not_make_a_post_uncertain(settings: Settings, server: MastodonServer) -> None:
    channel = mastodon_account.channel(server, settings)
    post = channel.compose(announcement(), thread=None, at=NOON)

    def odd(server: MastodonServer, act):  # type: ignore[no-untyped-def]
        answer = act()
        answer.headers["X-RateLimit-Reset"] = answer.headers["X-RateLimit-Remaining"] = "soon"
        return answer

    server.next(POST, odd)
    assert channel.send(post, new_key(NOON)).remote_id == server.posts()[0]["id"]


def test_a_token_that_was_taken_back_loses_nothing(newsroom: Newsroom, server: MastodonServer) -> None:
    newsroom.keeps(mastodon_account.connection(server))
    newsroom.releases()
    server.revoke()
    newsroom.delivers()
    assert newsroom.post().state == "due" and "Connect it again" in str(newsroom.post().last_error)


def test_a_server_that_takes_less_than_before_gets_a_shorter_post(newsroom: Newsroom, server: MastodonServer) -> None:
    newsroom.keeps(mastodon_account.connection(server))
    newsroom.releases()
    server.characters = 200
    publisher = newsroom.publisher()
    publisher.deliver_due(NOON)
    assert (newsroom.post().state, newsroom.post().payload, server.posts()) == ("due", {}, [])
    publisher.deliver_due(after(2))
    assert newsroom.post().state == "sent"
    assert server.taken_by(newsroom.post().payload["text"]) <= 200


@pytest.mark.parametrize("has_v2", [True, False])
def test_limits_are_the_servers_own(settings: Settings, has_v2: bool) -> None:
    with serving(characters=300, link=40, description=99, has_v2=has_v2) as server:
        channel = mastodon_account.channel(server, settings, characters="500", link="23")
        post = channel.compose(announcement(2), thread=None, at=NOON)
        long = replace(post, text="x" * 301, body={**post.body, "status": {**post.body["status"], "status": "x" * 301}})
        with pytest.raises(Retry, match="shorter posts than before"):
            channel.send(long, new_key(NOON))
        assert channel.limits.units == 300 and channel.limits.measure("https://example.org/") == 40


@pytest.mark.parametrize(
    "said",
    [None, [], {}, {"configuration": None}, {"configuration": {"statuses": {"max_characters": "many"}}},
     {"configuration": {"statuses": {"max_characters": -1, "characters_reserved_per_url": True}}},
     {"configuration": {"statuses": {"max_characters": 10**9}}}],
)  # fmt: skip
def test_nonsense_about_limits_counts_for_nothing(said: object) -> None:
    assert announced(said) == Sizes()


def test_limits_of_the_old_way_are_read_too() -> None:
    assert announced({"max_toot_chars": 5000}).characters == 5000


def test_a_correction_takes_the_place_of_the_post_and_leaves_its_picture(
    newsroom: Newsroom, settings: Settings, server: MastodonServer
) -> None:
    newsroom.keeps(mastodon_account.connection(server))
    shows_a_picture(newsroom)
    newsroom.releases()
    newsroom.delivers()
    before = dict(server.posts()[0])
    channel = mastodon_account.channel(server, settings)
    assert isinstance(channel, Editing)
    better = channel.compose(replace(announcement(), summary="x", what="Better words."), thread=None, at=NOON)
    server.next(f"PUT /api/v1/statuses/{before['id']}", stores_and_hangs_up)
    with pytest.raises(Retry):
        channel.edit(before["id"], better)
    sent = channel.edit(before["id"], better)
    (now,) = server.posts()
    assert sent.remote_id == before["id"] and "Better words." in now["content"] and now["edited_at"]
    assert now["media_attachments"] == before["media_attachments"] != []
    server.statuses.clear()
    with pytest.raises(Rejected, match="does not find it"):
        channel.edit(before["id"], better)


def test_addresses_that_a_server_makes_up_are_not_shown(settings: Settings, server: MastodonServer) -> None:
    channel = mastodon_account.channel(server, settings)
    post = channel.compose(announcement(), thread=None, at=NOON)
    for url in ("javascript:alert(1)", "https://example.org/" + "x" * 600, None):
        server.next(
            POST, says(f'{{"id": 7, "url": {"null" if url is None else repr(url)}}}'.replace("'", '"').encode())
        )
        assert channel.send(post, new_key(NOON)).url is None


def test_a_token_is_never_taken_for_the_name_of_a_file(settings: Settings, server: MastodonServer) -> None:
    """Mastodon.py reads a token from a file if there is one of that name."""
    secret = settings.key_file("private")
    secret.write_text("what nobody else may know")
    server.tokens[str(secret)] = {"read", "write"}
    mastodon_account.channel(server, settings, token=str(secret)).check()


PIECES = ("👩‍👩‍👧‍👦", "ä", "e\u0301", "word ", "字", "🇪🇺", "x" * 40, " ", "https://example.org/a/b ", "http://x ")
LONG = st.lists(st.sampled_from(PIECES), max_size=200).map("".join)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=LONG, what=LONG, quote=LONG, standing=LONG, most=st.integers(100, 900), link=st.integers(10, 60))
def test_no_post_is_longer_than_the_server_takes(
    settings: Settings, title: str, what: str, quote: str, standing: str, most: int, link: int
) -> None:
    server = MastodonServer(url="https://example.org", characters=most, link=link)
    channel = mastodon_account.channel(server, settings)
    long = replace(announcement(2), draft_title=title, what=what, quote=quote, standing=standing)
    text = channel.compose(long, thread=None, at=NOON).text
    assert server.taken_by(text) <= most and long.url in text


STATUSES = "GET /api/v1/accounts/42/statuses"


def test_what_may_be_out_stays_in_doubt_until_it_could_be_looked_for(settings: Settings, newsroom: Newsroom) -> None:
    """Otherwise the next attempt would send without looking."""
    with serving(keeps_keys=False) as server:
        newsroom.keeps(mastodon_account.connection(server))
        newsroom.releases()
        server.next(POST, stores_and_answers(500))
        newsroom.delivers()
        assert newsroom.post().state == "uncertain"
        server.next(STATUSES, refuses(429))
        newsroom.delivers(after(2))
        assert newsroom.post().state == "uncertain"
        newsroom.delivers(after(60))
        assert newsroom.post().state == "sent" and len(server.posts()) == 1


def test_an_account_that_lets_us_in_no_more_needs_attention_and_everything_waits_for_it(
    newsroom: Newsroom, server: MastodonServer
) -> None:
    channel = newsroom.keeps(mastodon_account.connection(server))
    server.revoke()
    for number in (1, 2):
        newsroom.releases(number)
    newsroom.delivers()
    assert "Connect it again" in newsroom.channel(channel).attention
    asked = len(server.asked)
    for day in range(5):
        newsroom.delivers(after(day * 24 * 60))
    assert len(server.asked) == asked and [post.state for post in newsroom.posts()] == ["due", "due"]
    fresh = mastodon_account.connection(server)
    with newsroom.database.write() as session:
        connecting.replace(session, newsroom.vault, fresh, event_id=newsroom.event_id, channel_id=channel)
    newsroom.delivers(after(6 * 24 * 60))
    assert [post.state for post in newsroom.posts()] == ["sent", "sent"]
    assert newsroom.channel(channel).attention_since is None and len(server.posts()) == 2
