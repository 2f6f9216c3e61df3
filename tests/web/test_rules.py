"""Rules on pages: declared, kept, objected under, met. Everything here is forms, without script."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.review import declaring
from drafting.review.declaring import Wanted
from drafting.review.models import Objection, Outage, Proposal, Pulse
from tests.web.visitor import Visitor
from tests.web.world import World


@pytest.fixture
def minutes(world: World, event: Event) -> Draft:
    return world.draft(event, "Minutes", slug="minutes")


@pytest.fixture
def bob(world: World, event: Event, minutes: Draft) -> Person:
    bob = world.member(event, "drafter", "Bob", shows_name=True)
    world.writes(bob, minutes, "The path is dark.")
    return bob


HALF_AN_HOUR = Wanted("unless", people=0, minutes=30)


def declares(world: World, event: Event, wanted: Wanted = HALF_AN_HOUR) -> None:
    fay = world.member(event, "facilitator", "Fay")
    with world.services.database.write() as session:
        declaring.declare(session, event.id, wanted, by=fay.id, at=now())


def passes(world: World, proposal: Proposal, length: timedelta) -> None:
    """So much time passes, with a server all the while: everything that happened is so much longer ago."""
    with world.services.database.write() as session:
        found = session.get_one(Proposal, proposal.id)
        found.made -= length
        if found.deadline:
            found.deadline -= length
        for objection in session.scalars(sa.select(Objection)):
            objection.counts_from -= length
            objection.ended = objection.ended and objection.ended - length
        session.execute(sa.delete(Outage))
        session.execute(sa.update(Pulse).values(at=now()))


def test_who_runs_an_event_declares_how_it_decides_and_everybody_reads_it(world: World, event: Event, reader: Visitor):
    assert "One editor decides whether it is published." in reader.opens("/e/river").text
    facilitator = world.signed_in(world.member(event, "facilitator", "Fay"))
    facilitator.opens("/e/river")
    facilitator.follows("How texts are decided")
    page = facilitator.presses(
        "Declare this rule", kind="unless", minutes="45", people="2", opens="09:00", closes="18:00"
    )
    assert "Declared. It holds for what is put forward from now on." in page.text
    assert "published 45 minutes after it was put forward, unless someone objects. 2 other people" in page.text
    assert "The time ends between 09:00 and 18:00 (UTC)." in reader.opens("/e/river/-/rule").text
    assert reader.page.forms == []


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "dice"},
        {"kind": "unless", "minutes": "-5"},
        {"kind": "unless", "minutes": "٣"},
        {"kind": "unless", "minutes": "30", "opens": "25:00"},
        {"kind": "unless", "minutes": "30", "opens": "soon"},
        {"kind": "unless", "minutes": "30", "opens": "18:00", "closes": "09:00"},
        {"kind": "several", "editors": "1"},
        {"kind": "several", "editors": "9" * 50},
    ],
)
def test_a_rule_that_cannot_be_kept_comes_back_with_what_was_typed(world: World, event: Event, said: dict[str, str]):
    facilitator = world.signed_in(world.member(event, "facilitator"))
    facilitator.opens("/e/river/-/rule")
    page = facilitator.presses("Declare this rule", **said)
    assert page.status == 422 and "Something needs another look" in page.text
    assert "One editor decides" in facilitator.opens("/e/river/-/rule").text


@pytest.mark.parametrize("role", ["editor", "drafter", "contributor"])
def test_nobody_else_declares_a_rule(world: World, event: Event, role: str):
    somebody = world.signed_in(world.member(event, role))
    somebody.opens("/e/river")
    assert somebody.posts("/e/river/-/rule", kind="one").status in (400, 403)


def test_the_clock_runs_for_everybody_to_see_and_the_text_is_published_at_its_end(
    world: World, event: Event, minutes: Draft, bob: Person, reader: Visitor
):
    declares(world, event)
    writer = world.signed_in(bob)
    page = writer.opens("/e/river/-/put-forward/minutes")
    assert "It is published 30 minutes after it was put forward, unless someone objects." in page.text
    page = writer.presses("Put forward", summary="What we saw.")
    assert "Its time to object begins now." in page.text and "29 minutes left" in page.text
    proposal = world.latest_proposal()
    assert "Agreed unless someone objects by" in reader.opens("/e/river/minutes").text
    page = reader.follows("Look at the difference, or object")
    assert "Not published yet" in page.text and "The path is dark." in page.text
    assert [form for form in page.forms if form.method == "post"] == []
    passes(world, proposal, timedelta(minutes=31))
    page = reader.opens("/e/river/minutes")
    assert "Version 1" in page.text and "The path is dark." in page.text, "whoever looks first publishes it"
    assert "decided by no objection by" in page.text
    assert "Nobody objected in time to version 1" in writer.opens("/e/river/-/minutes/minutes").text


def test_an_objection_stops_it_and_an_answer_lets_it_go_on(
    world: World, event: Event, minutes: Draft, bob: Person, reader: Visitor
):
    declares(world, event)
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    address = f"/e/river/-/proposals/{proposal.id}"
    cara = world.signed_in(world.member(event, "contributor", "Cara", shows_name=True))
    cara.opens(address)
    page = cara.presses("Object", words="")
    assert page.status == 422 and "Please say in one sentence what is wrong with it." in page.text
    page = cara.presses("Object", words="The <b>steps</b> are missing.")
    assert "The clock stands still." in page.text and "The <b>steps</b> are missing." in page.text
    passes(world, proposal, timedelta(minutes=60))
    assert reader.opens("/e/river/minutes/1").status == 404, "the clock stood still"
    eve = world.signed_in(world.member(event, "editor", "Eve", shows_name=True))
    assert "By Cara" in eve.opens(address).text
    page = eve.presses("Answer objection 1", answer="They come in the next version.")
    assert "The clock goes on." in page.text and "They come in the next version." in page.text
    passes(world, proposal, timedelta(minutes=31))
    assert reader.opens("/e/river/minutes/1").status == 200
    assert "1 answered or withdrawn" in reader.opens("/e/river/minutes").text


def test_one_on_paper_is_typed_in_by_the_team_and_counts_from_when_it_was_handed_in(
    world: World, event: Event, minutes: Draft, bob: Person
):
    declares(world, event)
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    passes(world, proposal, timedelta(minutes=20))
    writer = world.signed_in(bob)
    writer.opens(f"/e/river/-/proposals/{proposal.id}")
    page = writer.presses("Object", words="No lights.", paper="yes", handed_in="yesterday")
    assert page.status == 422 and "Please give the day and the time" in page.text
    handed_in = (now() - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M")
    page = writer.presses("Object", words="No lights.", paper="yes", handed_in=handed_in)
    assert "On paper, handed in at" in page.text and "The clock stands still." in page.text


def test_an_objection_that_comes_too_late_becomes_a_challenge(world: World, event: Event, minutes: Draft, bob: Person):
    declares(world, event)
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    cara = world.signed_in(world.member(event, "contributor", "Cara"))
    cara.opens(f"/e/river/-/proposals/{proposal.id}")
    passes(world, proposal, timedelta(minutes=31))
    page = cara.presses("Object", words="The steps are missing.")
    assert "The time was over, and the text is published." in page.text
    page = cara.opens("/e/river/-/remarks/minutes")
    assert "A challenge" in page.text and "The steps are missing." in page.text


def test_a_reader_cannot_object_nor_can_somebody_from_elsewhere(
    world: World, event: Event, minutes: Draft, bob: Person, reader: Visitor
):
    declares(world, event)
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    other = world.event("Another", slug="other")
    stranger = world.signed_in(world.member(other, "facilitator"))
    for visitor, status in ((reader, 401), (stranger, 403)):
        token = visitor.opens("/join").forms[0].fields["csrf_token"]
        address = f"/e/river/-/proposals/{proposal.id}"
        assert visitor.posts(f"{address}/object", words="No.", csrf_token=token).status == status
        assert visitor.posts(f"{address}/publish", seen_base="0", csrf_token=token).status == status
        assert visitor.posts(f"/e/other/-/proposals/{proposal.id}/object", words="No.", csrf_token=token).status in (
            401,
            404,
        )


def test_in_an_unlisted_event_only_members_see_what_was_put_forward(world: World, reader: Visitor):
    event = world.event("Quiet", slug="quiet", visibility="unlisted")
    minutes = world.draft(event, "Minutes", slug="minutes")
    bob = world.member(event, "drafter", "Bob")
    world.writes(bob, minutes, "The path is dark.")
    declares(world, event)
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    assert reader.opens(f"/e/quiet/-/proposals/{proposal.id}").status == 401
    assert "Look at the difference, or object" not in reader.opens("/e/quiet/minutes").links


def test_several_editors_agree(world: World, event: Event, minutes: Draft, bob: Person):
    declares(world, event, Wanted("several", people=2))
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    address = f"/e/river/-/proposals/{proposal.id}"
    ada, eve = world.signed_in(world.member(event, "editor", "Ada")), world.signed_in(world.member(event, "editor"))
    assert "0 of 2 editors have agreed so far." in ada.opens(address).text
    assert "You agreed." in ada.presses("I agree").text
    assert "I do not agree any more" in [b for form in ada.page.forms for b in form.buttons]
    assert "With you it is published." in eve.opens(address).text
    assert eve.presses("I agree").path == "/e/river/minutes/1"


def test_notes_are_handed_in_and_a_second_person_looks_for_harm_only(world: World, event: Event):
    notes = world.draft(event, "Session 7", kind="notes", slug="session-7")
    bob, cy = world.member(event, "drafter", "Bob"), world.member(event, "drafter", "Cy")
    world.writes(bob, notes, "We talked about the lights.")
    host, second = world.signed_in(bob), world.signed_in(cy)
    host.opens("/e/river/-/put-forward/session-7")
    page = host.presses("Put forward", summary="Our report.")
    assert "A second person looks whether it could hurt anybody." in page.text
    assert "It hurts nobody: publish it" not in [b for form in page.forms for b in form.buttons]
    token = page.forms[0].fields["csrf_token"]
    assert host.posts(f"{page.path}/publish", seen_base="0", csrf_token=token).status == 403
    second.opens(page.path)
    page = second.presses("It hurts nobody: publish it")
    assert "not public yet" in page.text and "Stop, someone could be hurt" in page.text


def test_who_looks_at_it_is_seen_by_the_others(world: World, event: Event, minutes: Draft, bob: Person):
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    address = f"/e/river/-/proposals/{proposal.id}"
    ada = world.signed_in(world.member(event, "editor", "Ada", shows_name=True))
    eve = world.signed_in(world.member(event, "editor", "Eve"))
    ada.opens(address)
    eve.opens(address)
    assert "You are looking at this" in ada.presses("I am looking at this").text
    page = eve.presses("I am looking at this")
    assert page.status == 409 and "Ada is looking at this" in page.text
    ada.presses("I am done looking")
    assert "You are looking at this" in eve.opens(address).text or eve.presses("I am looking at this").status == 200


def test_how_many_have_seen_it_is_counted_once_for_each(world: World, event: Event, minutes: Draft, bob: Person):
    declares(world, event, Wanted("unless", people=2, minutes=30))
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    address = f"/e/river/-/proposals/{proposal.id}"
    assert "0 of 2 people" in world.signed_in(bob).opens(address).text, "who put it forward does not count"
    assert "0 of 2 people" in world.signed_in(world.member(event, "contributor")).opens(address).text
    cy = world.signed_in(world.member(event, "drafter", "Cy"))
    assert "1 of 2 people" in cy.opens(address).text and "1 of 2 people" in cy.opens(address).text
    assert "2 of 2 people" in world.signed_in(world.member(event, "editor", "Ada")).opens(address).text


def test_the_summary_is_made_for_whoever_puts_forward(world: World, event: Event, minutes: Draft, bob: Person):
    world.publishes(world.member(event, "editor"), minutes, "# Paths\n\nThe path is dark.\n", "The first.")
    world.writes(bob, minutes, "# Paths\n\nThe path is dark.\n\n# Benches\n\nThere are too few.\n")
    page = world.signed_in(bob).opens("/e/river/-/put-forward/minutes")
    made = next(form.fields["summary"] for form in page.forms if "summary" in form.fields)
    assert "Benches" in made


def test_two_at_once_and_the_second_is_told_that_the_first_was_published(
    world: World, event: Event, minutes: Draft, bob: Person
):
    declares(world, event)
    first = world.puts_forward(bob, minutes, "Dark.")
    cy = world.member(event, "drafter", "Cy")
    world.writes(cy, minutes, "The path is steep.")
    second = world.puts_forward(cy, minutes, "Steep.")
    passes(world, first, timedelta(minutes=31))
    passes(world, second, timedelta(minutes=31))
    writer = world.signed_in(cy)
    page = writer.opens(f"/e/river/-/proposals/{second.id}")
    assert "Another version was published in the meantime." in page.text
    assert "Put the live text forward again" in page.links


def test_times_are_those_of_the_clocks_at_the_event(world: World, reader: Visitor):
    event = world.event("Bristol", slug="bristol", timezone="Europe/London")
    minutes = world.draft(event, "Minutes", slug="minutes")
    bob = world.member(event, "drafter", "Bob")
    world.writes(bob, minutes, "Words.")
    declares(world, event)
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    with world.services.database.write() as session:
        found = session.get_one(Proposal, proposal.id)
        found.made = datetime.fromisoformat("2031-07-01T12:00+00:00")
    assert "by 13:30 on 1 July 2031 (Europe/London)" in reader.opens("/e/bristol/minutes").text


def test_a_page_that_is_only_fetched_was_not_seen(world: World, event: Event, minutes: Draft, bob: Person):
    declares(world, event, Wanted("unless", people=1, minutes=30))
    address = f"/e/river/-/proposals/{world.puts_forward(bob, minutes, 'What we saw.').id}"
    cy = world.signed_in(world.member(event, "drafter", "Cy"))
    cy.asks(address, Sec_Fetch_Dest="image")
    cy.asks(address, Sec_Fetch_Dest="document", Sec_Purpose="prefetch")
    assert "0 of 1 person" in world.signed_in(bob).opens(address).text
    cy.asks(address, Sec_Fetch_Dest="document")
    assert "1 of 1 person" in world.signed_in(bob).opens(address).text


def test_a_clock_that_cannot_end_holds_no_page_and_no_other_clock_up(
    world: World, event: Event, minutes: Draft, bob: Person, reader: Visitor
):
    declares(world, event)
    stuck = world.puts_forward(bob, minutes, "What we saw.")
    other = world.draft(event, "Boats", slug="boats")
    world.writes(bob, other, "Boats may land.")
    fine = world.puts_forward(bob, other, "Boats.")
    with world.services.database.write() as session:
        session.get_one(Proposal, stuck.id).words_by = {"999999": 50}
    passes(world, stuck, timedelta(minutes=31))
    passes(world, fine, timedelta(minutes=31))
    assert reader.opens("/e/river/boats/1").status == 200
    assert reader.opens("/e/river/minutes").status == 200
    assert reader.opens("/e/river/minutes/1").status == 404


def test_an_objection_that_hurts_is_hidden_and_stops_the_clock_all_the_same(
    world: World, event: Event, minutes: Draft, bob: Person, reader: Visitor
):
    declares(world, event)
    proposal = world.puts_forward(bob, minutes, "What we saw.")
    cara = world.signed_in(world.member(event, "contributor", "Cara Miller", shows_name=True))
    here = f"/e/river/-/proposals/{proposal.id}"
    cara.opens(here)
    cara.presses("Object", words="Mr Miller wrote this.")
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    fay.opens(here)
    page = fay.follows("Hide it, because it hurts somebody or is spam: objection 1")
    assert "A hidden objection still stops the clock" in page.text
    fay.presses("Hide it", because="It names a neighbour.")
    dan = world.signed_in(world.member(event, "drafter", "Dan"))
    for where in (here, "/e/river/-/minutes/minutes", "/e/river/-/since/minutes", "/e/river/-/put-forward/minutes"):
        assert "Miller" not in dan.opens(where).text, where
    assert "Miller" not in world.signed_in(bob).opens("/e/river/-/put-forward/minutes").text
    page = dan.opens(here)
    assert "It names a neighbour. It stops the clock all the same." in page.text
    assert "The clock stands still." in page.text
    passes(world, proposal, timedelta(hours=1))
    assert "Not published yet" in dan.opens(here).text
    fay.opens(here)
    fay.follows("Show it again: objection 1")
    fay.presses("Show it again")
    assert "Mr Miller wrote this." in dan.opens(here).text and "Cara Miller" in dan.page.text


def test_the_second_person_who_looks_for_harm_can_send_notes_back(world: World, event: Event, bob: Person):
    notes = world.draft(event, "Session 7", kind="notes", slug="s7")
    world.writes(bob, notes, "Nine people, and the son of Mrs Miller.")
    proposal = world.puts_forward(bob, notes, "What nine people said.")
    dan = world.signed_in(world.member(event, "drafter", "Dan"))
    dan.opens(f"/e/river/-/proposals/{proposal.id}")
    page = dan.presses("Do not publish: send it back")
    assert "It was taken back. The live text stays as it is." in page.text
    cara = world.signed_in(world.member(event, "contributor", "Cara"))
    again = world.puts_forward(bob, notes, "Once more.")
    token = cara.opens("/e/river/-/comment/s7").forms[-1].fields["csrf_token"]
    assert cara.posts(f"/e/river/-/proposals/{again.id}/take-back", csrf_token=token).status == 403
