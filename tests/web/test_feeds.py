"""Atom as a feed reader sees it."""

import json
import re

import feedparser

from tests.web.visitor import Visitor
from tests.web.world import World


def test_a_feed_reader_finds_every_version_with_the_change_in_words(world: World, reader: Visitor):
    event = world.event()
    ada = world.member(event, "editor", "Ada Lovelace", shows_name=True)
    minutes = world.draft(event, "Minutes & more <b>", slug="minutes")
    world.publishes(ada, minutes, "One.", "What we saw.")
    revision = world.publishes(ada, minutes, "One, two.", "5 < 6 & “more”.")
    for path in ("/e/river/feed.atom", "/e/river/minutes/feed.atom"):
        answer = reader.asks(path)
        assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        feed = feedparser.parse(answer.data)
        assert not feed.bozo, feed.bozo_exception
        assert feed.feed.author == "Drafting team of A river for everyone"
        newest, first = feed.entries
        assert newest.title == "Minutes & more <b>, version 2"
        assert newest.link == revision.url
        assert newest.summary == "5 < 6 & “more”."
        assert "5 &lt; 6 &amp; “more”." in newest.content[0].value
        assert "/e/river/minutes/1..2" in newest.content[0].value
        assert "The town council has not agreed to it." in newest.content[0].value
        assert newest.id != first.id
        assert newest.id.startswith("tag:drafts.example.org,20")
        assert b"Lovelace" not in answer.data


def test_ids_of_entries_stay_and_an_unchanged_feed_is_not_sent_again(world: World, reader: Visitor):
    event = world.event()
    ada = world.member(event, "editor")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, minutes, "One.", "The first.")
    before = reader.asks("/e/river/feed.atom")
    assert reader.asks("/e/river/feed.atom", If_None_Match=before.headers["ETag"]).status_code == 304
    assert reader.asks("/e/river/feed.atom", If_Modified_Since=before.headers["Last-Modified"]).status_code == 304
    world.publishes(ada, minutes, "Two.", "The second.")
    after = reader.asks("/e/river/feed.atom", If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    ids = [entry.id for entry in feedparser.parse(after.data).entries]
    assert ids[1:] == [entry.id for entry in feedparser.parse(before.data).entries]


def test_a_feed_without_entries_is_one(world: World, reader: Visitor):
    world.event()
    feed = feedparser.parse(reader.asks("/e/river/feed.atom").data)
    assert not feed.bozo
    assert feed.entries == []


def test_the_same_is_told_as_a_json_feed(world: World, reader: Visitor):
    event = world.event()
    ada = world.member(event, "editor", "Ada Lovelace", shows_name=True)
    minutes = world.draft(event, "Minutes & more <b>", slug="minutes")
    world.publishes(ada, minutes, "One.", "What we saw.")
    revision = world.publishes(ada, minutes, "One, two.", "5 < 6 & “more”.")
    for here in ("/e/river", "/e/river/minutes"):
        answer = reader.asks(f"{here}/feed.json")
        assert answer.headers["Content-Type"] == "application/feed+json"
        feed = json.loads(answer.data)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"] == f"https://drafts.example.org{here}/feed.json"
        assert feed["home_page_url"] == f"https://drafts.example.org{here}"
        newest, first = feed["items"]
        assert (newest["title"], newest["url"]) == ("Minutes & more <b>, version 2", revision.url)
        assert newest["summary"] == "5 < 6 & “more”." and "5 &lt; 6 &amp; “more”." in newest["content_html"]
        assert (newest["_drafting"]["number"], newest["_drafting"]["kind"]) == (2, "common")
        entries = feedparser.parse(reader.asks(f"{here}/feed.atom").data).entries
        assert [item["id"] for item in feed["items"]] == [entry.id for entry in entries]
        assert newest["date_published"] > first["date_published"]
        assert b"Lovelace" not in answer.data
        assert reader.asks(f"{here}/feed.json", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_pages_tell_feed_readers_of_both(world: World, reader: Visitor):
    world.draft(world.event(), "Minutes", slug="minutes")
    for here in ("/e/river", "/e/river/minutes"):
        page = reader.opens(here).source
        for kind, name in (("application/atom+xml", "feed.atom"), ("application/feed+json", "feed.json")):
            assert re.search(rf'<link rel="alternate" type="{re.escape(kind)}" [^>]*href="{here}/{name}">', page)
    assert reader.opens("/e/river/feed.rss").status == 404
