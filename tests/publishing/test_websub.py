"""Whoever subscribed to a feed at the hub has its news by themselves; the hub may be slow, rude or away."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import feedparser
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from drafting import announcing, config
from drafting.config import Settings
from drafting.drafts.models import Draft
from drafting.errors import Invalid
from drafting.events.models import Event
from drafting.facts import RecordRedacted, RevisionReleased
from drafting.paths import ROOT
from drafting.publishing import hub
from drafting.publishing.hub import LEASE, STEPS, Teller
from drafting.publishing.models import FeedNews
from drafting.reactions import at_once
from drafting.record.models import Redaction, Revision
from tests.clients import YClient
from tests.product import running, until
from tests.publishing.dying_teller import FEEDS
from tests.publishing.newsroom import NOON, Newsroom, after
from tests.publishing.receiver import Receiver, drips, hangs_up, listening, never_stops_talking, says_nothing, status
from tests.publishing.websub_hub import Hub, HubHandler, Subscriber, SubscriberHandler
from tests.web.world import World

FOUR = [
    f"https://drafts.example.org/e/river{draft}/feed.{form}" for draft in ("", "/charter") for form in ("atom", "json")
]


@pytest.fixture
def far() -> Iterator[Hub]:
    with listening(Hub(), HubHandler) as found:
        assert isinstance(found, Hub)
        yield found


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with listening(Subscriber(), SubscriberHandler) as found:
        assert isinstance(found, Subscriber)
        yield found


def news(newsroom: Newsroom, at: datetime = NOON) -> None:
    with newsroom.database.write() as session:
        hub.note(session, newsroom.draft_id, at)


def rows(newsroom: Newsroom) -> list[FeedNews]:
    with newsroom.database.read() as session:
        return list(session.scalars(sa.select(FeedNews).order_by(FeedNews.id)))


def tells(newsroom: Newsroom, address: str, at: datetime = NOON, feeds: tuple[str, ...] | None = FEEDS) -> int:
    """What the worker does in one round, waiting for the slow ones, too."""
    teller = Teller(newsroom.database, address, feeds=lambda session, draft: feeds, allow_private=True, patience_s=60)
    return teller.tell_due(at)


def told(receiver: Receiver) -> list[str]:
    """Which feeds a hub was asked to look at."""
    forms = [parse_qs(message.body.decode()) for message in receiver.messages]
    assert all(form["hub.mode"] == ["publish"] for form in forms)
    return [form["hub.url"][0] for form in forms]


def test_a_subscriber_has_a_new_version_once_and_signed(far: Hub, subscriber: Subscriber, tmp_path: Path) -> None:
    environ = {"DRAFTING_WEBSUB_HUB": far.url, "DRAFTING_ALLOW_PRIVATE_WEBHOOKS": "1"}
    with running(tmp_path / "product", **environ) as product:
        people = product.world()
        subscriber.subscribes(f"{product.base}/e/bar/minutes/feed.atom")
        assert subscriber.confirmed.wait(20)
        until(lambda: far.subscriptions)
        client = YClient(f"ws://127.0.0.1:{product.port}/yjs/bar/minutes?token={people['bob']}").connect()
        assert client.synced.wait(20)
        client.type("We agreed.")
        path, summary = "/api/v1/events/bar/drafts/minutes/proposals", {"summary": "The first minutes"}
        made = until(
            lambda: (asked := product.http("POST", path, token=people["bob"], body=summary))[0] == 201 and asked
        )
        client.leave()
        assert product.accept(people["ada"], json.loads(made[1])["id"])[0] == 200
        until(lambda: subscriber.got, 30, "nothing arrived")
        (content,) = subscriber.got
        (entry,) = feedparser.parse(content).entries
        assert entry.summary == "The first minutes" and "public history" in entry.content[0].value
        about = f"{product.base}/e/bar"
        feeds = {f"{here}/feed.{form}" for here in (about, f"{about}/minutes") for form in ("atom", "json")}
        until(lambda: feeds <= set(far.told), 30, "the hub was not told of every feed")
        assert len(subscriber.got) == 1


def test_feeds_name_the_hub_and_themselves(settings: Settings) -> None:
    world = World(replace(settings, websub_hub="https://hub.example.org/"))
    world.event()
    for form in ("atom", "json"):
        answer = world.visitor().asks(f"/e/river/feed.{form}")
        own = f"https://drafts.example.org/e/river/feed.{form}"
        assert answer.headers["Link"] == f'<https://hub.example.org/>; rel="hub", <{own}>; rel="self"'
    links = feedparser.parse(world.visitor().asks("/e/river/feed.atom").data).feed.links
    assert {(link.rel, link.href) for link in links} >= {
        ("hub", "https://hub.example.org/"), ("self", "https://drafts.example.org/e/river/feed.atom")
    }  # fmt: skip
    assert world.visitor().asks("/e/river/feed.json").json["hubs"] == [
        {"type": "WebSub", "url": "https://hub.example.org/"}
    ]


def test_no_feed_names_a_hub_where_there_is_none_or_where_strangers_should_not_come(settings: Settings) -> None:
    without, unlisted = (
        World(settings),
        World(replace(settings, data=settings.data / "2", websub_hub="https://h.test/")),
    )
    without.event()
    unlisted.event(visibility="unlisted")
    for world in (without, unlisted):
        for form in ("atom", "json"):
            answer = world.visitor().asks(f"/e/river/feed.{form}")
            assert "Link" not in answer.headers and b"hub" not in answer.data


def test_a_release_is_news_of_every_feed_that_tells_of_it_once_its_commit_is_there(newsroom: Newsroom) -> None:
    newsroom.releases()

    def feeds() -> tuple[str, ...] | None:
        with newsroom.database.read() as session:
            return announcing.feeds(session, "https://drafts.example.org", newsroom.draft_id)

    def change(kind: type[Revision] | type[Event] | type[Draft], **values: object) -> None:
        with newsroom.database.write() as session:
            session.execute(sa.update(kind).values(**values))

    assert feeds() is None
    change(Revision, commit_id="0" * 40)
    assert list(feeds() or ()) == FOUR
    change(Draft, hidden=NOON)
    assert feeds() is None
    change(Draft, hidden=None)
    change(Event, hidden=NOON)
    assert feeds() is None
    change(Event, hidden=None, visibility="unlisted")
    assert feeds() == ()


def test_what_is_released_or_taken_out_of_the_history_is_noted_at_once(newsroom: Newsroom) -> None:
    revision = newsroom.releases()
    released = RevisionReleased(newsroom.event_id, revision_id=revision, draft_id=newsroom.draft_id)
    with newsroom.database.write() as session:
        row = Redaction(
            event_id=newsroom.event_id, draft_id=newsroom.draft_id, number=1, at=NOON, because="A name.", versions=[1],
            first_place=1,
        )  # fmt: skip
        session.add(row)
        session.flush()
        redacted = RecordRedacted(newsroom.event_id, draft_id=newsroom.draft_id, redaction_id=row.id, person_id=1)
    for number, fact in enumerate((released, redacted), 1):
        with newsroom.database.write() as session:
            at_once(session, fact, NOON)
        assert [row.draft_id for row in rows(newsroom)] == [newsroom.draft_id] * number


def test_several_versions_at_once_are_told_in_one_go(newsroom: Newsroom, receiver: Receiver) -> None:
    for _ in range(3):
        news(newsroom)
    assert tells(newsroom, receiver.url) == 1
    assert told(receiver) == list(FEEDS)
    assert all(row.told == NOON and row.attempts == 1 for row in rows(newsroom))
    assert tells(newsroom, receiver.url, after(1)) == 0
    news(newsroom, after(2))
    assert tells(newsroom, receiver.url, after(2)) == 1


@pytest.mark.parametrize(
    "answer",
    [status(429, Retry_After="7200"), status(500), status(503), status(400), status(302, Location="/x"), hangs_up],
    ids=["429", "500", "503", "400", "redirect", "cut"],
)
def test_a_hub_in_trouble_is_told_later_and_ever_more_seldom(newsroom: Newsroom, receiver: Receiver, answer) -> None:  # type: ignore[no-untyped-def]
    news(newsroom)
    at, waits = NOON, []
    for _ in range(6):
        receiver.answers = [answer]
        assert tells(newsroom, receiver.url, at) == 1
        (row,) = rows(newsroom)
        assert row.told is None and row.last_error and row.lease_until is None
        waits.append(row.not_before - at)
        at = row.not_before
    assert all(wait >= timedelta(minutes=1) for wait in waits) and waits[-1] >= timedelta(hours=2)
    assert tells(newsroom, receiver.url, at) == 1
    assert rows(newsroom)[0].told == at, "it is never given up"


def test_a_hub_that_hangs_holds_up_nothing(newsroom: Newsroom, receiver: Receiver) -> None:
    for answer in (says_nothing, drips, never_stops_talking):
        news(newsroom)
        receiver.answers = [answer]
        teller = Teller(
            newsroom.database, receiver.url, feeds=lambda session, draft: FEEDS, allow_private=True, patience_s=0.1
        )
        assert teller.tell_due(NOON) == 1
        assert teller.tell_due(NOON) == 0, "it is at work still"
        with newsroom.database.write() as session:
            session.execute(sa.update(FeedNews).values(told=NOON))


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_has_told_it_in_the_end(
    newsroom: Newsroom, receiver: Receiver, database_url: str, step: str
) -> None:
    news(newsroom)
    command = [sys.executable, "-m", "tests.publishing.dying_teller", database_url, receiver.url, step]
    for _ in range(2):
        died = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60).returncode
    assert died == 0, "the second one found nothing to do: the first has it, or it is done"
    assert len(receiver.messages) == (0 if step == "claimed" else 2)
    tells(newsroom, receiver.url, after(1))
    assert (rows(newsroom)[0].told is None) == (step != "noted"), "whoever has it may still be at work"
    tells(newsroom, receiver.url, NOON + LEASE)
    assert rows(newsroom)[0].told is not None
    assert told(receiver)[-2:] == list(FEEDS)


def test_whoever_comes_back_after_losing_its_turn_changes_nothing(newsroom: Newsroom) -> None:
    news(newsroom)
    with newsroom.database.write() as session:
        late = hub.claim(session, newsroom.draft_id, NOON)
        assert late is not None and hub.claim(session, newsroom.draft_id, NOON) is None
    with newsroom.database.write() as session:
        newer = hub.claim(session, newsroom.draft_id, NOON + LEASE)
        assert newer is not None and newer.attempt == 2
    with newsroom.database.write() as session:
        hub.give_back(session, late, hub.Rejected("late"), NOON + LEASE)
    (row,) = rows(newsroom)
    assert row.lease_until == newer.lease_until and row.last_error is None


def test_what_is_not_written_yet_or_hidden_waits_without_counting_as_tried(
    newsroom: Newsroom, receiver: Receiver
) -> None:
    news(newsroom)
    tells(newsroom, receiver.url, feeds=None)
    (row,) = rows(newsroom)
    assert (row.attempts, row.not_before) == (0, NOON + timedelta(seconds=1))
    tells(newsroom, receiver.url, after(24 * 60), feeds=None)
    assert rows(newsroom)[0].not_before == after(24 * 60 + 10)
    tells(newsroom, receiver.url, after(24 * 60 + 10), feeds=())
    assert rows(newsroom)[0].told is not None and receiver.messages == []


def test_without_a_hub_nothing_is_looked_at(newsroom: Newsroom) -> None:
    def never(session: Session, draft_id: int) -> tuple[str, ...]:
        raise AssertionError

    news(newsroom)
    assert Teller(newsroom.database, "", feeds=never).tell_due(NOON) == 0


def test_our_own_network_is_not_told(newsroom: Newsroom, receiver: Receiver) -> None:
    news(newsroom)
    Teller(newsroom.database, receiver.url, feeds=lambda session, draft: FEEDS, patience_s=60).tell_due(NOON)
    assert "private network" in str(rows(newsroom)[0].last_error) and receiver.messages == []


@pytest.mark.parametrize("said", ["https://hub.example.org", "https://hub.example.org:8443/a/b?c=d"])
def test_a_hub_is_named_by_a_full_address(tmp_path: Path, said: str) -> None:
    assert config.load(tmp_path, {"DRAFTING_WEBSUB_HUB": said}).websub_hub == said
    assert config.load(tmp_path, {}).websub_hub == ""


@pytest.mark.parametrize(
    "said",
    ["hub", "http://hub.example.org/", "ftp://x/", "https://", "https://a b/", 'https://a/>; rel="x', "https://u@h/",
     "https://h/\r\nX: y", "https://h/\n", "https://hüb/"],
)  # fmt: skip
def test_anything_else_is_refused_with_the_name_of_the_setting(tmp_path: Path, said: str) -> None:
    with pytest.raises(Invalid, match="DRAFTING_WEBSUB_HUB"):
        config.load(tmp_path, {"DRAFTING_WEBSUB_HUB": said})


def test_a_hub_within_is_allowed_by_the_same_setting_as_other_private_addresses(tmp_path: Path) -> None:
    environ = {"DRAFTING_WEBSUB_HUB": "http://127.0.0.1:8080/", "DRAFTING_ALLOW_PRIVATE_WEBHOOKS": "1"}
    assert config.load(tmp_path, environ).websub_hub == "http://127.0.0.1:8080/"


def test_killing_is_killing(newsroom: Newsroom, receiver: Receiver, database_url: str) -> None:
    news(newsroom)
    command = [sys.executable, "-m", "tests.publishing.dying_teller", database_url, receiver.url, "claimed"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60)
    assert done.returncode == -signal.SIGKILL
