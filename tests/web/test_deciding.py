"""From the live text to a public version: put forward, look at the difference, publish, take back, stop."""

from tests.web.visitor import Visitor
from tests.web.world import World


def test_a_writer_puts_forward_and_an_editor_publishes_after_seeing_the_difference(world: World, reader: Visitor):
    event = world.event()
    bob, ada = world.member(event, "drafter", "Bob"), world.member(event, "editor", "Ada")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, minutes, "The path is dark.", "What we saw.")
    world.writes(bob, minutes, "The path is dark and wet.")
    writer, editor = world.signed_in(bob), world.signed_in(ada)
    page = writer.opens("/e/river/-/put-forward/minutes")
    assert "What is different from version 1" in page.text
    page = writer.presses("Put forward", summary="It is also wet.")
    assert "An editor decides whether this is published." in page.text
    assert "Publish as version 2" not in [b for form in page.forms for b in form.buttons]
    page = editor.opens(page.path)
    assert "<ins" in page.source
    page = editor.presses("Publish as version 2")
    assert page.path == "/e/river/minutes/2"
    assert "It is also wet." in reader.opens("/e/river/minutes").text


def test_a_sentence_is_asked_for(world: World):
    event = world.event()
    bob = world.member(event, "drafter", "Bob")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, minutes, "Words.")
    writer = world.signed_in(bob)
    writer.opens("/e/river/-/put-forward/minutes")
    page = writer.presses("Put forward", summary="   ")
    assert page.status == 422
    assert page.links["Please say in one sentence what changed."] == "#summary"


def test_of_two_editors_the_second_is_shown_the_new_difference(world: World, reader: Visitor):
    event = world.event()
    ada, eve = world.member(event, "editor", "Ada"), world.member(event, "editor", "Eve")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, minutes, "The path is dark.", "What we saw.")
    world.writes(ada, minutes, "The path is dark and wet.")
    first = world.puts_forward(ada, minutes, "Wet.")
    world.writes(eve, minutes, "The path is dark and steep.")
    second = world.puts_forward(eve, minutes, "Steep.")
    one, two = world.signed_in(ada), world.signed_in(eve)
    one.opens(f"/e/river/-/proposals/{first.id}")
    two.opens(f"/e/river/-/proposals/{second.id}")
    assert one.presses("Publish as version 2").path == "/e/river/minutes/2"
    page = two.presses("Publish as version 2")
    assert page.status == 409
    assert "Version 2 was published after this was put forward." in page.text
    assert reader.opens("/e/river/minutes/3").status == 404
    assert two.presses("Publish as version 3").path == "/e/river/minutes/3"


def test_the_same_text_is_published_once_whoever_presses_twice(world: World):
    event = world.event()
    ada, eve = world.member(event, "editor", "Ada"), world.member(event, "editor", "Eve")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.writes(ada, minutes, "Words.")
    proposal = world.puts_forward(ada, minutes, "The first.")
    one, two = world.signed_in(ada), world.signed_in(eve)
    one.opens(f"/e/river/-/proposals/{proposal.id}")
    two.opens(f"/e/river/-/proposals/{proposal.id}")
    one.presses("Publish as version 1")
    page = two.presses("Publish as version 1")
    assert page.status == 409
    assert page.links["version 1"] == "/e/river/minutes/1"


def test_a_version_is_taken_back_by_a_new_one_with_the_reason(world: World, reader: Visitor):
    event = world.event()
    ada = world.member(event, "editor", "Ada")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, minutes, "Right words.", "The first.")
    world.publishes(ada, minutes, "Wrong words.", "The second.")
    editor = world.signed_in(ada)
    editor.opens("/e/river/minutes")
    editor.follows("Take version 2 back")
    page = editor.presses("Take version 2 back", reason="It named somebody.")
    assert "Right words." in page.text
    assert "Version 2 was taken back: It named somebody." in page.text
    assert "This version was taken back by version 3" in reader.opens("/e/river/minutes/2").text


def test_anybody_in_the_event_can_stop_notes_before_they_are_public(world: World, reader: Visitor):
    event = world.event()
    ada, fay = world.member(event, "editor", "Ada"), world.member(event, "facilitator", "Fay")
    notes = world.draft(event, "Session 7", kind="notes", slug="session-7")
    world.writes(fay, notes, "Mrs Miller said it.")
    revision = world.accepts(ada, world.puts_forward(fay, notes, "What we heard."))
    assert reader.opens("/e/river/session-7/1").status == 404
    anybody = world.signed_in(world.member(event, "contributor"))
    anybody.opens("/e/river")
    anybody.follows("Read it, or stop it")
    page = anybody.presses("Stop it", reason="A name in the first line.")
    assert "Whoever runs the event looks at it now." in page.text
    assert reader.opens(f"/e/river/-/versions/{revision.id}").status == 401
    facilitator = world.signed_in(fay)
    assert "Look at it" in facilitator.opens("/e/river").links
    facilitator.follows("Look at it")
    facilitator.presses("It is safe: publish it now")
    assert "Mrs Miller said it." in reader.opens("/e/river/session-7").text


def test_rights_are_checked_when_a_button_is_pressed_not_only_when_it_is_shown(world: World):
    event = world.event()
    ada, bob = world.member(event, "editor", "Ada"), world.member(event, "drafter", "Bob")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, minutes, "Words.")
    proposal = world.puts_forward(bob, minutes, "The first.")
    writer = world.signed_in(bob)
    token = writer.opens("/-/you").forms[0].fields["csrf_token"]
    for path in (
        f"/e/river/-/proposals/{proposal.id}/publish",
        "/e/river/-/withdraw/minutes",
        "/e/river/-/settings",
        "/e/river/-/promise",
        "/e/river/-/people/invite",
        f"/e/river/-/people/role/{ada.id}",
        "/e/river/-/channels/new/by_hand",
        "/e/river/-/new-draft",
    ):
        assert writer.posts(path, csrf_token=token).status == 403, path


def test_what_is_still_open_is_said_where_somebody_decides(world: World):
    event = world.event()
    bob, ada = world.member(event, "drafter", "Bob"), world.member(event, "editor", "Ada")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, minutes, "The path is dark.")
    writer, editor = world.signed_in(bob), world.signed_in(ada)
    for kind in ("question", "question", "challenge", "comment"):
        writer.opens("/e/river/-/comment/minutes")
        writer.presses("Put it beside the text", kind=kind, words="Is that so?")
    assert "Still open: 1 challenge, 2 questions." in writer.opens("/e/river/-/put-forward/minutes").text
    one = writer.presses("Put forward", summary="It is dark.").path
    assert "Still open: 1 challenge, 2 questions. Look at them first" in editor.opens(one).text
    assert "Suggestions and comments (4 open)" in editor.opens("/e/river/minutes").text
