"""The organiser connects a place, sees what a post says, and ticks off what was posted by hand."""

import sqlalchemy as sa

from drafting.db import now
from drafting.events.models import Event
from drafting.publishing import connecting
from drafting.publishing.models import Delivery
from tests.web.visitor import Visitor
from tests.web.world import World


def test_a_place_is_connected_paused_and_disconnected(fay: Visitor):
    assert "Nothing is connected yet." in fay.opens("/e/river/-/channels").text
    page = fay.presses("Connect", kind="by_hand", name="Facebook page")
    assert "Facebook page is connected." in page.text
    assert "Paused" in fay.presses("Pause Facebook page").text
    assert "It goes on." in fay.presses("Go on with Facebook page").text
    assert "Nothing is connected yet." in fay.presses("Disconnect Facebook page").text


def test_what_is_missing_is_said_at_the_field_and_a_password_is_never_shown_again(fay: Visitor):
    fay.opens("/e/river/-/channels")
    page = fay.presses("Connect", kind="bluesky", handle="nobody", app_password="abcd-efgh")
    assert page.status == 422
    assert page.links["A Bluesky handle looks like name.bsky.social."] == "#handle"
    assert "nobody" in page.source
    assert "abcd-efgh" not in page.source


def test_the_secret_of_a_webhook_is_shown_once(fay: Visitor):
    fay.opens("/e/river/-/channels")
    page = fay.presses("Connect", kind="webhook", url="https://hooks.example.org/in?key=1")
    assert "whsec_" in page.source
    page = fay.opens("/e/river/-/channels")
    assert "whsec_" not in page.source
    assert "key=1" not in page.source


def test_a_post_by_hand_is_ticked_off_with_its_link(world: World, event: Event, fay: Visitor):
    fay.opens("/e/river/-/channels")
    fay.presses("Connect", kind="by_hand", name="Facebook page")
    ada = world.member(event, "editor")
    world.publishes(ada, world.draft(event, "Minutes", slug="minutes"), "One.", "The first.")
    assert "Waiting to be posted" in fay.opens("/e/river/-/channels").text
    with world.services.database.write() as session:  # as the worker does when a person has to post it
        row = session.scalars(sa.select(Delivery)).one()
        row.state, row.payload = "by_hand", {"text": "Minutes: version 1 published", "beside": "", "body": {}}
    page = fay.opens("/e/river/-/channels")
    assert "Minutes: version 1 published" in page.text
    page = fay.presses("I have posted it", url="javascript:alert(1)")
    assert page.status == 422
    page = fay.presses("I have posted it", url="https://facebook.example/1")
    assert page.links["See the post"] == "https://facebook.example/1"


def test_posts_of_another_event_are_not_there(world: World, fay: Visitor):
    other = world.event("Another", slug="another")
    with world.services.database.write() as session:
        connecting.connect(
            session, world.services.vault, world.services.settings, event_id=other.id, kind="by_hand", name="Theirs",
            fields={}, at=now(),
        )  # fmt: skip
    ada = world.member(other, "editor")
    world.publishes(ada, world.draft(other, "Theirs"), "One.", "The first.")
    token = fay.opens("/e/river/-/channels").forms[0].fields["csrf_token"]
    with world.services.database.read() as session:
        number = session.scalars(sa.select(Delivery)).one().id
    assert fay.posts(f"/e/river/-/posts/{number}/cancel", csrf_token=token).status == 404
    assert fay.posts("/e/river/-/channels/1/pause", csrf_token=token).status == 404
