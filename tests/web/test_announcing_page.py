"""The organiser connects a place, sees what a post says, and ticks off what was posted by hand."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from drafting.config import Settings
from drafting.db import now
from drafting.events.models import Event
from drafting.publishing import connecting, holding
from drafting.publishing.channels.channel import Post
from drafting.publishing.fediverse.models import Note
from drafting.publishing.kinds import KINDS
from drafting.publishing.models import Channel, Delivery
from tests.publishing.chat_rooms import DISCORD_PATH, SLACK_PATH, Discord, Room, Slack
from tests.publishing.newsroom import allowing_private
from tests.publishing.receiver import listening, status
from tests.web.visitor import Visitor
from tests.web.world import World


def test_a_place_is_connected_paused_and_disconnected(fay: Visitor):
    assert "@river@" in fay.opens("/e/river/-/channels").text
    fay.opens("/e/river/-/channels/new/by_hand")
    page = fay.presses("Connect", name="Facebook page")
    assert "Facebook page is connected." in page.text
    assert "Paused" in fay.presses("Pause Facebook page").text
    assert "It goes on." in fay.presses("Go on with Facebook page").text
    assert "Facebook page" not in fay.presses("Disconnect Facebook page").text


def test_what_is_missing_is_said_at_the_field_and_a_password_is_never_shown_again(fay: Visitor):
    fay.opens("/e/river/-/channels/new/bluesky")
    page = fay.presses("Connect", handle="nobody", app_password="abcd-efgh")
    assert page.status == 422
    assert page.links["A Bluesky handle looks like name.bsky.social."] == "#handle"
    assert "nobody" in page.source
    assert "abcd-efgh" not in page.source


def test_every_kind_has_its_own_page_and_an_unknown_one_has_none(world: World, fay: Visitor):
    page = fay.opens("/e/river/-/channels")
    for kind in KINDS.values():
        if kind.own:
            assert fay.opens(f"/e/river/-/channels/new/{kind.word}").status == 404
            continue
        if kind.lacks(world.services.ground):
            assert kind.name not in page.links and kind.lacks(world.services.ground) in page.text
            continue
        assert page.links[kind.name] == f"/e/river/-/channels/new/{kind.word}"
        assert fay.opens(page.links[kind.name]).status == 200
    assert fay.opens("/e/river/-/channels/new/carrier-pigeon").status == 404


def test_the_secret_of_a_webhook_is_shown_once(fay: Visitor):
    fay.opens("/e/river/-/channels/new/webhook")
    page = fay.presses("Connect", url="https://hooks.example.org/in?key=1")
    assert "whsec_" in page.source
    page = fay.opens("/e/river/-/channels")
    assert "whsec_" not in page.source
    assert "key=1" not in page.source


def test_a_post_by_hand_is_ticked_off_with_its_link(world: World, event: Event, fay: Visitor):
    fay.opens("/e/river/-/channels/new/by_hand")
    fay.presses("Connect", name="Facebook page")
    ada = world.member(event, "editor")
    world.publishes(ada, world.draft(event, "Minutes", slug="minutes"), "One.", "The first.")
    assert "Waiting to be posted" in fay.opens("/e/river/-/channels").text
    with world.services.database.write() as session:  # as the worker does when a person has to post it
        row = session.scalars(sa.select(Delivery).join(Channel).where(Channel.kind == "by_hand")).one()
        row.state, row.payload = "by_hand", Post("Minutes: version 1 published").as_json()
    page = fay.opens("/e/river/-/channels")
    assert "Minutes: version 1 published" in page.text
    page = fay.presses("I have posted it", url="javascript:alert(1)")
    assert page.status == 422
    page = fay.presses("I have posted it", url="https://facebook.example/1")
    assert page.links["See the post"] == "https://facebook.example/1"


def test_what_readers_would_not_notice_is_not_posted_until_somebody_insists(world: World, event: Event, fay: Visitor):
    fay.opens("/e/river/-/channels/new/by_hand")
    fay.presses("Connect", name="Notice board")
    ada = world.member(event, "editor", "Ada")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, minutes, "We meet  at noon.", "The first.")
    world.writes(ada, minutes, "We meet **at** noon.")
    proposal = world.puts_forward(ada, minutes, "Bold.")
    page = fay.opens(f"/e/river/-/proposals/{proposal.id}")
    assert "Nothing would be posted to Notice board: readers would see no difference." in page.text
    assert "nothing is posted: readers would see no difference" in page.text
    world.accepts(ada, proposal)
    world.worker_works()
    page = fay.opens("/e/river/-/channels")
    assert "Readers would see no difference, so nothing was posted." in page.text
    assert "It is posted now." in fay.presses("Post it after all").text
    world.worker_works()
    assert "Minutes: version 2 published" in fay.opens("/e/river/-/channels").text


def test_all_posts_are_held_for_some_days_and_the_event_says_so(
    world: World, event: Event, fay: Visitor, reader: Visitor
):
    fay.opens("/e/river/-/channels/new/by_hand")
    fay.presses("Connect", name="Notice board")
    page = fay.presses("Hold all posts", because="", first="", last="2020-01-01")
    wrong = "Please say why: everybody who reads the event's page reads it."
    assert page.status == 422 and page.links[wrong] == "#because"
    page = fay.presses("Hold all posts", because="No campaign material.", first="", last="soon")
    assert page.status == 422 and "2026-05-04" in page.text and "No campaign material." in page.source
    last = now().date() + timedelta(days=9)
    page = fay.presses("Hold all posts", because="No campaign material.", first="", last=last.isoformat())
    words = f"Nothing is posted about this event until the end of {last.day} {last:%B %Y}: No campaign material."
    assert words in page.text and words in reader.opens("/e/river").text
    ada = world.member(event, "editor", "Ada")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.writes(ada, minutes, "We meet at noon.")
    proposal = world.puts_forward(ada, minutes, "The first.")
    assert words in fay.opens(f"/e/river/-/proposals/{proposal.id}").text
    world.accepts(ada, proposal)
    world.worker_works()
    assert "Waiting to be posted" in fay.opens("/e/river/-/channels").text
    assert "Posts are made again." in fay.presses("Post again now").text
    assert "Nothing is posted" not in reader.opens("/e/river").text
    world.worker_works()
    assert "Ready: somebody has to post it and tick it off" in fay.opens("/e/river/-/channels").text
    reader.opens("/join")
    token = reader.page.forms[0].fields["csrf_token"]
    for act in ("hold", "lift"):
        assert reader.posts(f"/e/river/-/channels/{act}", csrf_token=token, because="x").status == 401


def test_posts_of_another_event_are_not_there(world: World, fay: Visitor):
    other = world.event("Another", slug="another")
    with world.services.database.write() as session:
        theirs = connecting.connect(
            session, world.services.vault, world.services.ground, event_id=other.id, kind="by_hand", name="Theirs",
            fields={}, at=now(),
        ).id  # fmt: skip
    ada = world.member(other, "editor")
    world.publishes(ada, world.draft(other, "Theirs"), "One.", "The first.")
    token = fay.opens("/e/river/-/channels").forms[0].fields["csrf_token"]
    with world.services.database.read() as session:
        number = session.scalars(sa.select(Delivery).limit(1)).one().id
    assert fay.posts(f"/e/river/-/posts/{number}/cancel", csrf_token=token).status == 404
    assert fay.posts(f"/e/river/-/channels/{theirs}/pause", csrf_token=token).status == 404


@pytest.mark.parametrize(("kind", "asked"), [("slack", "url"), ("discord", "url")])
def test_a_chat_is_tried_for_real_without_posting_before_it_is_kept(settings: Settings, kind: str, asked: str):
    world = World(allowing_private(settings))
    fay = world.signed_in(world.member(world.event(), "facilitator", "Fay"))
    handler, path = {"slack": (Slack, SLACK_PATH), "discord": (Discord, DISCORD_PATH)}[kind]
    with listening(Room(), handler, path) as room:
        assert isinstance(room, Room)
        room.gone = True
        fay.opens(f"/e/river/-/channels/new/{kind}")
        page = fay.presses("Connect", **{asked: room.url})
        assert page.status == 422 and "any more" in page.text and path not in page.source
        room.gone = False
        page = fay.presses("Connect", **{asked: room.url}, name="The <b>team</b>")
        assert "The <b>team</b> is connected." in page.text and path not in page.source
        assert room.shown == []


def test_a_post_is_approved_said_in_other_words_and_corrected_in_the_browser(world: World, event: Event, fay: Visitor):
    fay.opens("/e/river/-/channels")
    assert "waits until somebody approves it" in fay.presses("Ask before each post on Fediverse").text
    ada = world.member(event, "editor", "Ada")
    world.publishes(ada, world.draft(event, "Minutes", slug="minutes"), "We meet at noon.", "The first.")
    world.worker_works()
    page = fay.opens("/e/river/-/channels")
    assert "Waits for somebody to approve it" in page.text and "Minutes: version 1 published" in page.text
    page = fay.presses("Change the words", words="The first minutes are there.")
    assert "The first minutes are there." in page.text
    fay.presses("Approve")
    world.worker_works()
    assert "Posted" in fay.opens("/e/river/-/channels").text
    page = fay.presses("Correct the post", words="x" * 700)
    assert page.status == 422 and "too long" in page.text
    fay.presses("Correct the post", words="They are of the second meeting.")
    world.worker_works()
    assert "version 1, corrected, on Fediverse" in fay.opens("/e/river/-/channels").text
    with world.services.database.read() as session:
        (note,) = session.scalars(sa.select(Note))
        assert "They are of the second meeting." in note.body["content"] and note.updated is not None
    page = fay.presses("Post without asking on Fediverse")
    assert "go by themselves" in page.text


def test_whoever_accepts_may_say_in_the_posts_what_changed(world: World, event: Event):
    ada = world.member(event, "editor", "Ada")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.writes(ada, minutes, "We meet at noon.")
    proposal = world.puts_forward(ada, minutes, "The first.")
    editor = world.signed_in(ada)
    editor.opens(f"/e/river/-/proposals/{proposal.id}")
    editor.presses("Publish as version 1", words="Now everybody can read when we meet.")
    world.worker_works()
    with world.services.database.read() as session:
        (note,) = session.scalars(sa.select(Note))
        assert "Now everybody can read when we meet." in note.body["content"]
        assert "has not agreed to it" in note.body["content"] and "/e/river/minutes/1" in note.body["content"]


def test_the_language_of_the_posts_is_chosen_for_each_place(world: World, event: Event, fay: Visitor):
    ada = world.member(event, "editor", "Ada")
    world.publishes(ada, world.draft(event, "Charter", slug="charter"), "One and two.", "The first.")
    world.writes_down(event)
    fay.opens("/e/river/-/channels/new/by_hand")
    page = fay.presses("Connect", name="Notice board")
    assert "Charter: version 1 published" in page.text and "cyhoeddwyd" not in page.text
    with world.services.database.read() as session:
        number = session.scalars(sa.select(Channel.id).where(Channel.kind == "by_hand")).one()
    fay.opens(f"/e/river/-/channels/{number}")
    assert fay.presses("Keep", language="xx").status == 422
    fay.presses("Keep", language="cy")
    assert "Charter: cyhoeddwyd fersiwn 1" in fay.opens("/e/river/-/channels").text


def test_a_test_is_posted_for_real_and_what_goes_wrong_is_said(settings: Settings):
    world = World(allowing_private(settings))
    event = world.event()
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    with listening() as receiver:
        fay.opens("/e/river/-/channels/new/webhook")
        fay.presses("Connect", url=receiver.url)
        place = f"Post a test on {urlsplit(receiver.url).hostname}"
        fay.opens("/e/river/-/channels")
        assert "The test is out." in fay.presses(place).text
        (message,) = receiver.messages
        told = json.loads(message.body)
        assert told["type"] == "channel.test" and told["data"]["trial"] is True
        assert told["data"]["text"].startswith("A test: what A river for everyone publishes is announced here.")
        receiver.answers.append(status(410))
        page = fay.presses(place)
        assert page.status == 422 and "The test was not posted." in page.text
        with world.services.database.write() as session:
            holding.declare(session, event.id, holding.Days(None, None), because="Votes", by=None, at=now())
        fay.opens("/e/river/-/channels")
        assert "Posts are held, tests too." in fay.presses(place).text
        assert len(receiver.messages) == 2
    with world.services.database.read() as session:
        assert session.scalars(sa.select(Delivery)).all() == [], "it is in no ledger"
        own = session.scalars(sa.select(Channel.id).where(Channel.kind == "fediverse")).one()
    assert fay.posts(f"/e/river/-/channels/{own}/test", csrf_token=fay.page.forms[0].fields["csrf_token"]).status == 422


def test_quiet_hours_and_hashtags_of_a_place_are_kept_and_checked(world: World, event: Event, fay: Visitor):
    fay.opens("/e/river/-/channels")
    page = fay.follows("How it is posted on Fediverse")
    page = fay.presses("Keep", quiet_from="22:00", quiet_until="")
    assert page.status == 422 and page.links["Give both times, or neither."] == "#quiet_until"
    page = fay.presses("Keep", quiet_from="late", quiet_until="07:00")
    assert page.status == 422 and "late" in page.source
    page = fay.presses("Keep", quiet_from="22:00", quiet_until="07:00", hashtags="One two three")
    assert page.status == 422
    page = fay.presses("Keep", quiet_from="22:00", quiet_until="07:00", hashtags="#OpenSpace")
    assert "quiet from 22:00 to 07:00" in page.text
    assert "OpenSpace" in fay.follows("How it is posted on Fediverse").source
    bob = world.signed_in(world.member(event, "editor", "Bob"))
    assert bob.opens("/e/river/-/channels/1").status == 403
    assert fay.opens("/e/river/-/channels/99").status == 404
