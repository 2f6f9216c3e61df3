"""People come in with a link or a code and nothing but a name, and find one task."""

from datetime import timedelta

import pytest

from drafting.db import now
from drafting.web import identity
from tests.web.visitor import Visitor
from tests.web.world import World


def test_a_code_from_the_wall_leads_to_one_screen_with_one_task(world: World, reader: Visitor):
    event = world.event()
    minutes = world.draft(event, "Minutes")
    world.draft(event, "Another text")
    _, _, code = world.link(event, draft=minutes)
    reader.opens("/")
    reader.presses("Join", code=f" {code[:3].lower()}-{code[3:]} ")
    assert "We write together, the town council decides." in reader.page.text
    page = reader.presses("Join", name="Ada")
    assert page.path == "/e/river/-/welcome"
    assert "You are helping to write Minutes" in page.text
    assert page.links["Start writing"] == "/e/river/minutes/live"
    assert "You are Ada" in page.text


def test_the_name_may_stay_empty_and_is_shown_to_nobody_unless_asked_for(world: World, reader: Visitor):
    event = world.event()
    _, token, _ = world.link(event)
    reader.opens(f"/join/{token}")
    assert "shows_name" not in reader.page.forms[-1].fields
    page = reader.presses("Join", name="")
    assert "You are a writer" in page.text


def test_not_you_change_is_one_press_and_leads_to_the_same_invitation(world: World, reader: Visitor):
    _, token, _ = world.link(world.event())
    reader.opens(f"/join/{token}")
    reader.presses("Join", name="Ada")
    page = reader.presses("Not you? Change")
    assert page.path == f"/join/{token}"
    assert "Ada" not in page.text


def test_a_shared_computer_keeps_nobody_when_the_browser_is_closed(world: World, reader: Visitor):
    _, token, _ = world.link(world.event())
    reader.opens(f"/join/{token}")
    form = next(form for form in reader.page.forms if "Join" in form.buttons)
    answer = reader._client.post(f"/join/{token}", data={**form.fields, "shared": "yes"})
    assert "Expires" not in answer.headers["Set-Cookie"]


def test_a_browser_is_known_for_two_weeks_more_once_a_day_and_answers_between_leave_its_cookie_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    event = world.event()
    ada = world.signed_in(world.member(event, "editor", "Ada"))
    ada.asks("/e/river/")
    assert "Set-Cookie" not in ada.asks("/e/river/").headers
    monkeypatch.setattr(identity, "now", lambda: now() + timedelta(days=1))
    assert "Expires" in ada.asks("/e/river/").headers["Set-Cookie"]
    assert "Set-Cookie" not in ada.asks("/e/river/").headers


def test_a_wrong_code_is_said_at_the_field_and_what_was_typed_stays(reader: Visitor):
    reader.opens("/join")
    page = reader.presses("Go on", code="ZZZZZZ")
    assert page.status == 404
    assert "We do not know this link or code." in page.text
    assert page.title.startswith("Error: ")
    assert next(form for form in page.forms if "Go on" in form.buttons).fields["code"] == "ZZZZZZ"


def test_a_closed_link_says_so_and_what_to_do(world: World, reader: Visitor):
    event = world.event()
    facilitator = world.signed_in(world.member(event, "facilitator", "Fay"))
    _, token, _ = world.link(event)
    facilitator.opens("/e/river/-/people")
    facilitator.presses("Close this link and code")
    page = reader.opens(f"/join/{token}")
    assert page.status == 410
    assert "ask for a new one" in page.text


def test_looking_at_a_sign_in_link_does_not_use_it_up(world: World):
    fay = world.person("Fay", operator=True)
    visitor = world.signed_in(fay)
    assert "You are Fay" in visitor.page.text
    assert "Open a new event" in visitor.page.links


def test_a_form_that_another_site_sends_is_refused(world: World, reader: Visitor):
    _, token, _ = world.link(world.event())
    page = reader.posts(f"/join/{token}", name="Eve")
    assert page.status == 400
    assert "You are Eve" not in page.text
