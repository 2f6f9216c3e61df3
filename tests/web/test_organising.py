"""The organiser makes an event, a text and the ways in, with forms that keep what was typed."""

from tests.web.visitor import Visitor
from tests.web.world import World


def organiser(world: World) -> Visitor:
    return world.signed_in(world.person("Fay", operator=True))


def test_an_event_is_opened_with_its_promise_as_a_signed_card(world: World, reader: Visitor):
    fay = organiser(world)
    fay.opens("/-/new-event")
    page = fay.presses(
        "Open the event",
        title="Rivermead: repairs",
        theme="What must be repaired first?",
        starts="2030-05-04",
        place="The library",
        hashtag="#Rivermead",
        level="engage",
        decider_office="Rivermead Council",
        answer_by="2030-09-01",
        signed_by="Director of Housing",
    )
    assert page.path == "/e/rivermead-repairs"
    page = reader.opens("/e/rivermead-repairs")
    for words in (
        "We write together, Rivermead Council decides.",
        "Rivermead Council has promised to answer by 1 September 2030.",
        "Director of Housing",
        "4 May 2030",
        "#Rivermead",
        "No text has been started yet.",
    ):
        assert words in page.text, words


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(world: World):
    fay = organiser(world)
    fay.opens("/-/new-event")
    page = fay.presses("Open the event", title="Two days", theme="Much to say", starts="2030-05-04", ends="2030-05-01")
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert page.links["The event cannot end before it starts."] == "#ends"
    assert page.forms[-1].fields["theme"] == "Much to say"
    assert 'aria-invalid="true"' in page.source


def test_an_address_that_is_taken_is_said_at_the_address(world: World):
    world.event("A river", slug="river")
    fay = organiser(world)
    fay.opens("/-/new-event")
    page = fay.presses("Open the event", title="Another", slug="river")
    assert page.status == 409
    assert page.links["The address “river” is already used. Please choose another."] == "#slug"


def test_only_the_operator_opens_events(world: World, reader: Visitor):
    assert reader.opens("/-/new-event").status == 401
    ada = world.signed_in(world.member(world.event(), "facilitator", "Ada"))
    assert ada.opens("/-/new-event").status == 403


def test_a_text_begins_as_a_session_report_and_leads_into_it(world: World):
    event = world.event()
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    fay.opens("/e/river/-/new-draft")
    page = fay.presses("Start", title="Session 7: repairs", kind="notes", template="session-report")
    assert page.path == "/e/river/session-7-repairs/live"
    assert "What we want to happen" in page.text


def test_a_promise_is_followed_and_never_edited(world: World, reader: Visitor):
    event = world.event()
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    fay.opens("/e/river/-/promise")
    fay.presses("Make promise 2", level="consult", signed_by="The mayor")
    page = reader.opens("/e/river/-/promise")
    assert page.text.index("We listen, the town council decides.") < page.text.index("Earlier promises")
    assert page.text.index("Earlier promises") < page.text.index("We write together, the town council decides.")
    assert "Make promise 3" not in page.source


def test_a_code_is_shown_large_for_the_wall_with_a_qr_code(world: World):
    event = world.event()
    minutes = world.draft(event, "Minutes")
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    fay.opens("/e/river/-/people")
    page = fay.presses("Make it", role="editor", days="2", use_limit="5", draft=str(minutes.id))
    assert "Join as an editor of Minutes" in page.text
    page = fay.follows("Put this on the wall")
    code = page.source.split('<p class="code">')[1][:6]
    assert "<svg" in page.source
    visitor = world.visitor()
    visitor.opens("/join")
    visitor.presses("Go on", code=code)
    visitor.presses("Join", name="Ada")
    assert "You are helping to write Minutes" in visitor.page.text
    assert "Used 1 time of 5" in fay.opens("/e/river/-/people").text


def test_the_last_facilitator_stays_one(world: World):
    event = world.event()
    member = world.member(event, "facilitator", "Fay")
    fay = world.signed_in(member)
    fay.opens("/e/river/-/people")
    page = fay.posts(f"/e/river/-/people/role/{member.id}", role="drafter", csrf_token=page_token(fay))
    assert page.status == 422
    assert "Somebody has to run the event." in page.text


def test_a_token_for_programs_is_shown_once(world: World):
    ada = world.signed_in(world.member(world.event(), "drafter", "Ada"))
    ada.opens("/e/river/-/people")
    page = ada.presses("Make a token")
    assert "Your new token." in page.text
    token = page.source.split('<p class="cite"><code>')[1].split("<")[0]
    page = ada.opens("/e/river/-/people")
    assert token not in page.source
    assert "Close token 1" in [button for form in page.forms for button in form.buttons]


def test_people_who_do_not_run_the_event_see_neither_codes_nor_who_joined(world: World):
    event = world.event()
    world.member(event, "facilitator", "Fay Secret")
    _, _, code = world.link(event)
    page = world.signed_in(world.member(event, "drafter", "Ada")).opens("/e/river/-/people")
    assert page.status == 200
    assert code not in page.source
    assert "Fay Secret" not in page.source


def page_token(visitor: Visitor) -> str:
    return visitor.page.forms[0].fields["csrf_token"]


def test_a_language_that_no_screen_reader_knows_is_refused(world: World):
    fay = organiser(world)
    fay.opens("/-/new-event")
    page = fay.presses("Open the event", title="River", language='en" onload="x')
    assert page.status == 422
    assert page.links["Please give the language in its short form, such as en, cy or pt-BR."] == "#language"
