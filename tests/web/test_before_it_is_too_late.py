"""What is said before something becomes public, or goes on a wall, that cannot be taken back."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from drafting.db import now
from drafting.drafts.forms import COMMON_TEXT, SESSION_REPORT
from drafting.errors import Invalid
from drafting.events import promising
from drafting.publishing import connecting
from drafting.publishing.models import Delivery
from tests.web.visitor import Visitor
from tests.web.world import World


def test_an_editor_reads_the_very_post_before_pressing_publish(world: World):
    event = world.event()
    ada = world.member(event, "editor", "Ada")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.writes(ada, minutes, "The path is dark.")
    proposal = world.puts_forward(ada, minutes, "What we saw.")
    editor = world.signed_in(ada)
    page = editor.opens(f"/e/river/-/proposals/{proposal.id}")
    assert "What would be posted: Fediverse" in page.text
    with world.services.database.write() as session:
        connecting.connect(
            session, world.services.vault, world.services.ground, event_id=event.id, kind="by_hand",
            name="Facebook page", fields={}, at=now(),
        )  # fmt: skip
    page = editor.opens(f"/e/river/-/proposals/{proposal.id}")
    assert "What would be posted: Facebook page" in page.text
    assert "·······" in page.text and "In the place of the dots" in page.text
    assert "Minutes: version 1 published" in page.text and "/e/river/minutes/1" in page.text
    assert re.search(r'<pre class="post"[^>]*>Minutes: version 1 published\n', page.source), "its lines are not shown"
    page = editor.presses("Publish as version 1")
    assert "A post waits to be put up by hand" in page.text


def test_questions_of_a_form_that_nobody_answered_are_named(world: World):
    event = world.event()
    ada = world.member(event, "editor", "Ada")
    text = world.draft(event, "Path", slug="path")
    world.writes(ada, text, COMMON_TEXT.replace("{title}", "Path"))
    page = world.signed_in(ada).opens("/e/river/-/put-forward/path")
    assert "4 questions of the form are still in the text." in page.text
    assert "One point for each paragraph. Say why." in page.text


def test_notes_wait_for_the_answer_whether_somebody_could_be_recognised(world: World):
    event = world.event()
    bob = world.member(event, "drafter", "Bob")
    notes = world.draft(event, "Session 7", kind="notes", slug="session-7")
    world.writes(bob, notes, SESSION_REPORT.replace("{title}", "Session 7"))
    writer = world.signed_in(bob)
    writer.opens("/e/river/-/put-forward/session-7")
    page = writer.presses("Put forward", summary="Our report.")
    assert page.status == 422
    assert "could anyone be recognised" in page.text


def test_posts_about_a_version_that_was_taken_back_are_left_out(world: World):
    event = world.event()
    ada = world.member(event, "editor", "Ada")
    minutes = world.draft(event, "Minutes", slug="minutes")
    with world.services.database.write() as session:
        connecting.connect(
            session, world.services.vault, world.services.ground, event_id=event.id, kind="by_hand",
            name="Notice board", fields={}, at=now(),
        )  # fmt: skip
    world.publishes(ada, minutes, "The path is dark.", "What we saw.")
    editor = world.signed_in(ada)
    page = editor.opens("/e/river/-/withdraw/minutes")
    assert "The live text is not changed by this." in page.text
    editor.presses("Take version 1 back", reason="A figure was wrong.")
    with world.services.database.read() as session:
        states = list(session.scalars(sa.select(Delivery.state).order_by(Delivery.id)))
    assert states == ["cancelled", "cancelled", "due", "due"]
    page = editor.opens("/e/river/-/put-forward/minutes")
    assert "This is the text of version 1, which was taken back:" in page.text


def test_who_only_this_computer_can_reach_is_told_before_the_poster_is_printed(world: World):
    event = world.event()
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    link, _, _ = world.link(event)
    local = world.services.settings.host in ("localhost", "127.0.0.1")
    for path in ("/e/river/-/people", f"/e/river/-/people/poster/{link.id}", "/e/river/-/channels"):
        assert ("Only this computer can open" in fay.opens(path).text) == local, path


def test_every_page_with_the_text_says_what_is_promised(world: World, reader: Visitor):
    event = world.event()
    ada = world.member(event, "editor", "Ada")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, minutes, "One.", "First.")
    world.publishes(ada, minutes, "Two.", "Second.")
    world.writes(ada, minutes, "Three.")
    proposal = world.puts_forward(ada, minutes, "Third.")
    with world.services.database.read() as session:
        level = promising.current(session, event.id).level
    words = {"engage": "We write together", "consult": "We listen", "decide": "We decide here"}[level]
    for path in ("minutes", "minutes/1", "minutes/2", "minutes/1..2", "minutes/history"):
        assert words in reader.opens(f"/e/river/{path}").text, path
    editor = world.signed_in(ada)
    for path in ("minutes/live", "-/write/minutes", "-/put-forward/minutes", f"-/proposals/{proposal.id}"):
        assert words in editor.opens(f"/e/river/{path}").text, path


@pytest.mark.parametrize(
    ("field", "card"),
    [
        ("answer_by", promising.Card(decider_office="The council", answer_by=date(2025, 1, 1))),
        ("signed_on", promising.Card(signed_on=date.today() + timedelta(days=30))),
    ],
)
def test_a_promise_is_for_the_future_and_was_signed_in_the_past(world: World, field: str, card: promising.Card):
    event = world.event()
    with pytest.raises(Invalid) as refused, world.services.database.write() as session:
        promising.make_promise(session, event.id, card, by=None, at=now())
    assert refused.value.field == field


def test_a_title_that_is_too_long_is_refused_with_what_was_typed(world: World):
    event = world.event()
    ada = world.signed_in(world.member(event, "editor", "Ada"))
    ada.opens("/e/river/-/new-draft")
    page = ada.presses("Start", title="a" * 500, kind="common", template="empty")
    assert page.status == 422
    assert "at most 120 characters" in page.text and "a" * 500 in page.source


def test_a_team_cannot_publish_in_the_organisations_name(world: World):
    event = world.event()
    ada = world.signed_in(world.member(event, "editor", "Ada"))
    page = ada.opens("/e/river/-/new-draft")
    assert "Response" not in page.text
    page = ada.presses("Start", title="We will do it", kind="response", template="empty")
    assert page.status == 422
