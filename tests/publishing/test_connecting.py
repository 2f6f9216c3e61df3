"""What is needed to connect a channel, what is said when it is missing, and what the database gets to see."""

from dataclasses import replace

import pytest

from drafting.errors import Invalid, NotFound
from drafting.publishing import connecting
from drafting.publishing.vault import Locked, Vault
from tests.publishing.newsroom import NOON, Newsroom

BLUESKY = {"handle": "@River.bsky.social", "app_password": "abcd-efgh"}


def test_the_database_holds_no_credentials_in_the_clear(newsroom: Newsroom) -> None:
    row = newsroom.channel(newsroom.connects("webhook", url="https://hooks.example.org/in?token=t0ken"))
    assert b"t0ken" not in row.secret and "t0ken" not in row.address
    assert row.address == "https://hooks.example.org/in"
    assert newsroom.vault.open(row.secret)["url"] == "https://hooks.example.org/in?token=t0ken"


def test_a_damaged_secret_and_a_foreign_one_are_told_apart_from_none() -> None:
    vault = Vault(b"1" * 32)
    sealed = vault.seal({"url": "x"})
    for key, stored in ((b"2" * 32, sealed), (b"1" * 32, sealed[:-4] + b"AAAA"), (b"1" * 32, b"junk")):
        with pytest.raises(Locked, match="another key"):
            Vault(key).open(stored)
    assert vault.open(b"") == {}


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("bluesky", {"app_password": "x"}, "handle"),
        ("bluesky", {"handle": "river", "app_password": "x"}, "handle"),
        ("bluesky", {"handle": "a/b.example", "app_password": "x"}, "handle"),
        ("bluesky", {"handle": "river.bsky.social"}, "app_password"),
        ("bluesky", {**BLUESKY, "service": "http://pds.example.org"}, "service"),
        ("bluesky", {**BLUESKY, "service": "pds"}, "service"),
        ("webhook", {}, "url"),
        ("webhook", {"url": "ftp://example.org/"}, "url"),
        ("webhook", {"url": "https://user:word@example.org/"}, "url"),
        ("webhook", {"url": "https://[half"}, "url"),
        ("webhook", {"url": "https://example.org:99999/"}, "url"),
        ("webhook", {"url": "https://example.org/" + "x" * 500}, "url"),
        ("by_hand", {}, "name"),
        ("carrier pigeon", {}, "kind"),
    ],
)
def test_what_is_missing_or_wrong_is_named(newsroom: Newsroom, kind: str, fields: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        connecting.read(replace(newsroom.ground, allow_private=False), kind=kind, name="", fields=fields)
    assert refused.value.field == field


def test_a_handle_is_read_as_people_write_it(newsroom: Newsroom) -> None:
    connection = connecting.read(newsroom.ground, kind="bluesky", name="", fields=BLUESKY)
    assert (connection.account.address, connection.name) == ("river.bsky.social", "river.bsky.social")
    assert connection.account.credentials["service"] == "https://bsky.social"


@pytest.mark.parametrize(("kind", "fields"), [("bluesky", BLUESKY), ("webhook", {"url": "https://example.org/"})])
def test_nothing_real_is_connected_before_the_public_address_is_known(
    newsroom: Newsroom, kind: str, fields: dict[str, str]
) -> None:
    homeless = replace(newsroom.ground, address_given=False)
    with pytest.raises(Invalid, match="DRAFTING_BASE_URL"):
        connecting.read(homeless, kind=kind, name="x", fields=fields)
    assert connecting.read(homeless, kind="by_hand", name="Newsletter", fields={}).name == "Newsletter"


def test_a_channel_answers_only_to_its_own_event(newsroom: Newsroom) -> None:
    channel = newsroom.connects("by_hand", name="Newsletter")
    with newsroom.database.write() as session:
        with pytest.raises(NotFound):
            connecting.remove(session, newsroom.event_id + 1, channel, NOON)
        assert [row.id for row in connecting.of_event(session, newsroom.event_id)] == [channel]
        connecting.remove(session, newsroom.event_id, channel, NOON)
        assert connecting.of_event(session, newsroom.event_id) == []
