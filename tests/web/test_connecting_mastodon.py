"""Somebody connects an account of a Mastodon server: there and back again, with script off."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import sqlalchemy as sa

from drafting.config import Settings
from drafting.db import Database
from drafting.events.models import Event
from drafting.publishing import connecting
from drafting.publishing.channels.mastodon_sign_in import server_of
from drafting.publishing.models import Channel, Delivery, Registration
from drafting.web import trips
from tests.publishing import signing_in
from tests.publishing.mastodon_misbehaving import refuses, says, sends_on
from tests.publishing.mastodon_server import serving
from tests.publishing.mastodon_state import MastodonServer
from tests.publishing.newsroom import allowing_private
from tests.web.visitor import Page, Visitor
from tests.web.world import World

BACK = "https://drafts.example.org/-/connect/mastodon"
NEW = "/e/river/-/channels/new/mastodon"
GO = "Go on to the server"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return allowing_private(settings)


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with serving() as server:
        yield server


def goes_there(who: Visitor, server: MastodonServer, **typed: str) -> str:
    """The address of the page on which the server asks."""
    who.opens(NEW)
    return who.leaves_by(GO, **{"server": server.url, **typed})


def answers(page: str, answer: str = "Authorize") -> str:
    """Press a button on the server's page; where the browser is sent, without the scheme and the host."""
    back = signing_in.answers(page, answer)
    assert back.startswith(BACK + "?")
    return back.removeprefix("https://drafts.example.org")


def connects(who: Visitor, server: MastodonServer, **typed: str) -> Page:
    return who.opens(answers(goes_there(who, server, **typed)))


def channels(world: World) -> list[Channel]:
    with world.services.database.read() as session:
        return list(session.scalars(sa.select(Channel).where(Channel.kind != "fediverse").order_by(Channel.id)))


def test_an_account_is_connected_and_posts(world: World, event: Event, fay: Visitor, server: MastodonServer):
    page = goes_there(fay, server, visibility="unlisted")
    asked = {name: value for name, (value,) in parse_qs(urlsplit(page).query).items()}
    assert asked["scope"] == "read:accounts read:statuses write:statuses write:media"
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (BACK, "S256")
    host = urlsplit(server.url).netloc
    assert f"@river@{host} is connected." in fay.opens(answers(page)).text
    (row,) = channels(world)
    assert (row.address, row.name) == (f"@river@{host}", f"@river@{host}")
    assert not any(token.encode() in row.secret for token in server.tokens)
    ada = world.member(event, "editor", "Ada")
    world.publishes(ada, world.draft(event, "Minutes", slug="minutes"), "We meet at noon.", "The first.")
    world.worker_works()
    (status,) = server.posts()
    assert "Minutes: version 1 published" in status["content"] and status["visibility"] == "unlisted"
    assert status["url"] in fay.opens("/e/river/-/channels").source


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("mastodon.social", "https://mastodon.social"),
        ("@river@mastodon.social", "https://mastodon.social"),
        ("river@Mastodon.Social", "https://mastodon.social"),
        (" https://mastodon.social/@river ", "https://mastodon.social"),
        ("https://mastodon.social:443/", "https://mastodon.social"),
        ("social.example:8443", "https://social.example:8443"),
        ("bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_server_is_read_as_people_write_it(settings: Settings, typed: str, server: str):
    settings = replace(settings, allow_private_webhooks=False)
    assert server_of(typed, connecting.ground(settings, Database(sa.create_engine("sqlite://")))) == server


@pytest.mark.parametrize("typed", ["", "  ", "@", "a b.example", "https://", "https://x:y@z.example", "ftp://a.example",
                                   "https://a.example:99999", "https://[::1", "\u202e.example", "x" * 600])  # fmt: skip
def test_what_is_no_server_is_said_at_the_field(fay: Visitor, typed: str):
    fay.opens(NEW)
    page = fay.presses(GO, server=typed)
    assert page.status == 422 and "#server" in page.links.values()


def test_a_choice_that_was_not_offered_is_refused(fay: Visitor, server: MastodonServer):
    fay.opens(NEW)
    page = fay.presses(GO, server=server.url, visibility="direct")
    assert page.status == 422 and page.links["Choose who finds the posts."] == "#visibility"


def test_private_addresses_and_open_lines_are_refused_unless_they_are_allowed(world: World, server: MastodonServer):
    object.__setattr__(world.services, "ground", replace(world.services.ground, allow_private=False))
    fay = world.signed_in(world.member(world.event(), "facilitator", "Fay"))
    fay.opens(NEW)
    assert "must begin with https://" in fay.presses(GO, server=server.url).text
    for private in ("https://127.0.0.1", "https://10.0.0.1:8443", "https://[fd00::1.2.3.4]"):
        page = fay.presses(GO, server=private)
        assert page.status == 422 and "belongs to a private network" in page.text
    assert server.asked == []


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (refuses(404), "does not answer as Mastodon does"),
        (refuses(403), "does not answer as Mastodon does"),
        (says(b"<html>"), "does not answer as Mastodon does"),
        (says(b"[]"), "does not answer as Mastodon does"),
        (says(b'{"client_id": 1, "client_secret": null}'), "does not answer as Mastodon does"),
        (says(b"[" * 100_000), "does not answer as Mastodon does"),
        (says(b"x" * 2_000_000), "broke before the answer came"),
        (refuses(429), "asked us to come back later"),
        (refuses(500), "had trouble (500)"),
        (sends_on("https://social.example/x"), "sends us on to social.example"),
    ],
)
def test_a_server_that_is_none_is_named_in_words(fay: Visitor, server: MastodonServer, behaviour, words: str):
    server.next("POST /api/v1/apps", behaviour)
    fay.opens(NEW)
    page = fay.presses(GO, server=server.url)
    assert page.status == 422 and words in page.text and server.url in page.source


def test_who_says_no_there_finds_nothing_connected_here(world: World, fay: Visitor, server: MastodonServer):
    page = fay.opens(answers(goes_there(fay, server, name="Our feed"), "Deny"))
    assert page.status == 422 and "did not allow it. Nothing was connected." in page.text
    assert server.url in page.source and "Our feed" in page.source and channels(world) == []
    assert fay.leaves_by(GO).startswith(server.url), "the form leads there again"


def test_an_answer_counts_once(world: World, fay: Visitor, server: MastodonServer):
    back = answers(goes_there(fay, server))
    fay.opens(back)
    page = fay.opens(back)
    assert page.status == 422 and "perhaps it was used before" in page.text and len(channels(world)) == 1


@pytest.mark.parametrize("said", [{}, {"state": ""}, {"state": "x.y.z", "code": "1"}, {"state": "x" * 5000}])
def test_an_answer_to_nothing_is_refused(world: World, event: Event, fay: Visitor, said: dict[str, str]):
    page = fay.opens(f"/-/connect/mastodon?{urlencode(said)}")
    assert page.status == 422 and "We did not send you there" in page.text
    assert fay.opens("/-/connect/carrier-pigeon?state=x").status == 404


def test_a_forged_a_foreign_and_an_old_answer_are_refused(
    world: World, event: Event, fay: Visitor, reader: Visitor, server: MastodonServer, monkeypatch: pytest.MonkeyPatch
):
    back = answers(goes_there(fay, server))
    query = {name: value for name, (value,) in parse_qs(urlsplit(back).query).items()}
    forged = {**query, "state": query["state"][:-2] + "AA"}
    assert fay.opens(f"/-/connect/mastodon?{urlencode(forged)}").status == 422
    assert fay.opens(f"/-/connect/bluesky?{urlencode(query)}").status == 422
    assert reader.opens(back).status == 401
    other = world.signed_in(world.member(event, "facilitator", "Fritz"))
    page = other.opens(back)
    assert page.status == 403 and "Somebody else began this." in page.text
    monkeypatch.setattr(trips, "LASTS_S", -1)
    page = fay.opens(back)
    assert page.status == 422 and "longer than a quarter of an hour" in page.text
    assert channels(world) == []
    monkeypatch.undo()
    assert "is connected" in fay.opens(back).text


def test_who_may_no_longer_connect_does_not_by_coming_back(
    world: World, event: Event, fay: Visitor, server: MastodonServer
):
    back = answers(goes_there(fay, server))
    with world.services.database.write() as session:
        session.execute(sa.text("update membership set role = 'drafter'"))
    assert fay.opens(back).status == 403 and channels(world) == []


@pytest.mark.parametrize(
    ("address", "behaviour", "words"),
    [
        ("POST /oauth/token", refuses(401), "did not accept its own answer"),
        ("POST /oauth/token", says(b"{}"), "did not accept its own answer"),
        ("POST /oauth/token", says(b'{"access_token": "a\\nb"}'), "does not answer as Mastodon does"),
        ("POST /oauth/token", says(b'{"access_token": "x", "scope": "read"}'), "did not allow everything"),
        ("GET /api/v1/accounts/verify_credentials", says(b"{}"), "unreadable"),
        ("GET /api/v1/accounts/verify_credentials", refuses(401), "does not let us post"),
        ("GET /api/v2/instance", refuses(500), "had trouble"),
    ],
)
def test_a_server_that_fails_on_the_way_back_leaves_nothing(
    world: World, fay: Visitor, server: MastodonServer, address: str, behaviour, words: str
):
    back = answers(goes_there(fay, server))
    server.next(address, behaviour)
    page = fay.opens(back)
    assert page.status == 422 and words in page.text and channels(world) == []
    assert not any(token in page.source for token in server.tokens)


def test_a_server_without_the_newer_page_about_itself_will_do(world: World, fay: Visitor):
    with serving(has_v2=False, characters=5000) as old:
        assert "is connected" in connects(fay, old).text
        (row,) = channels(world)
        assert world.services.vault.open(row.secret)["characters"] == "5000"


def test_we_are_made_known_to_a_server_once_and_again_when_it_forgot(
    world: World, event: Event, fay: Visitor, server: MastodonServer
):
    connects(fay, server)
    connects(fay, server)
    assert len(server.apps) == 1
    server.apps.clear()
    assert "is connected" in connects(fay, server).text
    with world.services.database.read() as session:
        rows = list(session.scalars(sa.select(Registration)))
    assert len(rows) == 2 and not any(app["client_secret"].encode() in rows[1].secret for app in server.apps.values())


def test_a_token_that_was_taken_back_is_given_anew_and_what_waited_goes_out(
    world: World, event: Event, fay: Visitor, server: MastodonServer
):
    connects(fay, server, name="Our feed", visibility="unlisted")
    server.revoke()
    ada = world.member(event, "editor", "Ada")
    world.publishes(ada, world.draft(event, "Minutes", slug="minutes"), "We meet at noon.", "The first.")
    world.worker_works()
    page = fay.opens("/e/river/-/channels")
    assert "Needs attention" in page.text and "Waiting until the account lets us in again" in page.text
    assert "Nothing can be posted to" in fay.opens("/e/river").text
    assert "Nothing can be posted" not in world.visitor().opens("/e/river").text
    fay.opens("/e/river/-/channels")
    (asked,) = [form.fields for form in fay.follows("Connect Our feed again").forms if GO in form.buttons]
    assert (asked["server"], asked["visibility"]) == (f"@river@{urlsplit(server.url).netloc}", "unlisted")
    page = fay.leaves_by(GO, server=server.url)
    assert "Our feed is connected again." in fay.opens(answers(page)).text
    world.worker_works()
    assert len(server.posts()) == 1 and len(channels(world)) == 1
    with world.services.database.read() as session:
        assert session.scalars(sa.select(Delivery.state)).all() == ["sent", "sent"]


def test_another_account_does_not_take_the_place_of_one(world: World, fay: Visitor, server: MastodonServer):
    connects(fay, server, name="Our feed")
    before = channels(world)[0].secret
    server.username = "lake"
    fay.follows("Connect Our feed again")
    page = fay.opens(answers(fay.leaves_by(GO, server=server.url)))
    assert page.status == 422 and "This is another account: @lake@" in page.text
    assert [row.secret for row in channels(world)] == [before]


def test_every_place_we_post_to_can_be_connected_again_and_no_other(world: World, event: Event, fay: Visitor):
    for kind, typed in (("by_hand", {"name": "Board"}), ("webhook", {"url": "https://hooks.example.org/in?key=1"})):
        fay.opens(f"/e/river/-/channels/new/{kind}")
        fay.presses("Connect", **typed)
    board, hook = channels(world)
    assert fay.opens(f"/e/river/-/channels/{board.id}/again").status == 404
    assert "key=1" not in fay.opens(f"/e/river/-/channels/{hook.id}/again").source
    page = fay.presses("Connect", url="https://elsewhere.example.org/in")
    assert page.status == 422 and "This is another account" in page.text
    page = fay.presses("Connect", url="https://hooks.example.org/in?key=2")
    assert "whsec_" in page.source and len(channels(world)) == 2
    assert world.services.vault.open(channels(world)[1].secret)["url"].endswith("key=2")
    world.event("Another", slug="another")
    assert fay.opens(f"/e/another/-/channels/{hook.id}/again").status == 403


def test_only_who_runs_the_event_is_sent_there_and_not_too_often(
    world: World, event: Event, fay: Visitor, server: MastodonServer
):
    bob = world.signed_in(world.member(event, "editor", "Bob"))
    assert bob.opens(NEW).status == 403
    for _ in range(10):
        goes_there(fay, server)
    fay.opens(NEW)
    assert fay.presses(GO, server=server.url).status == 429


def test_only_the_page_that_leads_there_has_a_form_that_may(fay: Visitor):
    for path, leads in ((NEW, True), ("/e/river/-/channels", False), ("/e/river/-/channels/new/bluesky", False)):
        policy = fay.opens(path).headers["Content-Security-Policy"]
        assert ("form-action 'self' https:" in policy) == leads
