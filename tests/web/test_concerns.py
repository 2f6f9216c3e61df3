"""Somebody says that something is about them: it reaches who runs the event, is hidden in one act, and is answered."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from drafting import announcing
from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.record.models import Revision
from drafting.review.models import Concern
from tests.web.visitor import Page, Visitor
from tests.web.world import World


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.publishes(world.member(event, "editor", "Ada"), draft, "Mr Grey said no.\n", "What was said.")
    world.worker_follows()
    return draft


def says(reader: Visitor, words: str = "Mr Grey is me. Take it out.", contact: str = "") -> Page:
    page = reader.opens("/e/river/minutes/1")
    reader.opens(page.links["Something here is about me"])
    return reader.presses("Send it", words=words, contact=contact)


def concern(world: World) -> Concern:
    with world.services.database.read() as session:
        return session.scalars(sa.select(Concern)).one()


def test_what_somebody_says_is_about_them_reaches_who_runs_the_event_with_a_day_to_answer_by(
    world: World, minutes: Draft, reader: Visitor, fay: Visitor
):
    page = says(reader, contact="grey@example.org")
    assert "It has arrived" in page.text and "Those who run the event answer by" in page.text
    assert concern(world).due - concern(world).made == timedelta(days=3)
    assert "Somebody says that something here is about them." in fay.opens("/e/river").text
    desk = fay.opens("/e/river/-/concerns")
    for words in ("Mr Grey is me. Take it out.", "grey@example.org", "/e/river/minutes/1"):
        assert words in desk.text, words


def test_the_text_is_hidden_in_one_act_from_every_page_feed_search_copy_and_post(
    world: World, event: Event, minutes: Draft, bob: Person, reader: Visitor, fay: Visitor
):
    says(reader)
    fay.opens("/e/river/-/concerns")
    fay.presses("Hide Minutes now, while you look into it")
    for path in ("", "/history", "/1", "/1.md", "/1..1", "/blame", "/feed.atom", "/live"):
        page = reader.opens(f"/e/river/minutes{path}")
        assert page.status == 404, path
        assert "Grey" not in page.source
    page = reader.opens("/e/river/minutes")
    assert "This text is hidden for now" in page.text and "Something in it is being looked into." in page.text
    assert page.links["To the event"] == "/e/river" and "Something here is about me" in page.links
    assert "What was published is hidden for now" in reader.opens("/e/river").text
    assert "minutes/1" not in reader.opens("/e/river/feed.atom").source
    assert "What was said" not in reader.opens("/e/river").text
    assert "Grey" not in reader.opens("/e/river/-/search?words=said").text
    assert reader.asks("/api/v1/events/river/drafts/minutes/revisions").status_code == 404
    clone = reader.asks("/e/river/record.git/info/refs?service=git-upload-pack")
    assert clone.status_code == 503 and "looked into" in clone.get_data(as_text=True)
    with world.services.database.read() as session:
        revision = session.scalars(sa.select(Revision)).one()
        assert announcing.describe(session, revision.id) is None, "nothing more is posted"
    assert "Grey" in world.signed_in(bob).opens("/e/river/minutes").text, "people of the event mend it"
    assert fay.opens("/e/river/-/concerns").path == "/e/river/-/concerns"
    assert fay.presses("Show it again").path == "/e/river/-/concerns", "back to the message"
    assert "Grey" in reader.opens("/e/river/minutes").text
    assert reader.asks("/e/river/record.git/info/refs?service=git-upload-pack").status_code == 200


def test_whoever_said_it_reads_what_became_of_it_and_how_to_reach_them_is_deleted(
    world: World, minutes: Draft, reader: Visitor, fay: Visitor
):
    mine = says(reader, contact="grey@example.org").path
    fay.opens("/e/river/-/concerns")
    page = fay.presses("Answer this message, number 1")
    assert page.status == 422 and "Please say what you did." in page.text
    number = concern(world).id
    page = fay.presses("Answer this message, number 1", **{f"outcome-{number}": "We took the name out."})
    assert "Nothing waits for an answer." in page.text and "grey@example.org" not in page.source
    assert concern(world).contact == ""
    assert "We took the name out." in reader.opens(mine).text
    assert "about them" not in fay.opens("/e/river").text


def test_what_is_overdue_is_shown_as_overdue(world: World, minutes: Draft, reader: Visitor, fay: Visitor):
    mine = says(reader).path
    with world.services.database.write() as session:
        session.execute(sa.update(Concern).values(due=now() - timedelta(hours=1)))
    assert "This is overdue." in reader.opens(mine).text
    assert "1 overdue." in fay.opens("/e/river").text
    assert "overdue" in fay.opens("/e/river/-/concerns").text


def test_only_who_runs_the_event_reads_it_and_only_who_has_the_address_the_answer(
    world: World, minutes: Draft, bob: Person, reader: Visitor
):
    says(reader)
    writer = world.signed_in(bob)
    assert writer.opens("/e/river/-/concerns").status == 403
    assert reader.opens("/e/river/-/concerns").status == 401
    assert writer.opens(f"/e/river/-/hide/text/{minutes.id}").status == 403
    assert reader.opens("/e/river/-/about-me/nothing").status == 404
    world.event("Another event", slug="other")
    assert reader.opens(f"/e/other/-/about-me/{concern(world).token}").status == 404


@pytest.mark.parametrize(
    ("words", "contact", "says_so"),
    [("", "", "Please say what is about you"), ("x" * 5001, "", "too long"), ("me", "x" * 121, "too long")],
)
def test_what_cannot_be_kept_comes_back_with_what_was_typed(
    minutes: Draft, reader: Visitor, words: str, contact: str, says_so: str
):
    page = says(reader, words, contact)
    assert page.status == 422 and says_so in page.text
    assert page.forms[-1].fields["words"] == words


@pytest.mark.parametrize(
    "at", ["", "https://example.org", "/e/other", "/e/river/../other", "/e/river/?a", "/e/river/" + "x" * 300, "\x00"]
)
def test_a_page_that_is_none_of_the_event_is_the_event_itself(world: World, minutes: Draft, reader: Visitor, at: str):
    reader.opens("/e/river/-/about-me")
    reader.presses("Send it", words="me", at=at)
    assert (concern(world).page, concern(world).draft_id) == ("/e/river", None)


def test_nobody_floods_the_desk(minutes: Draft, reader: Visitor):
    statuses = [says(reader).status for _ in range(7)]
    assert statuses[:5] == [200] * 5 and statuses[-1] == 429


def test_a_name_is_taken_off_every_page_for_who_cannot_do_it_themself_and_no_commit_changes(
    world: World, event: Event, reader: Visitor, fay: Visitor
):
    ada = world.member(event, "editor", "Ada Lovelace", shows_name=True)
    lamps = world.draft(event, "Lamps", slug="lamps")
    world.publishes(ada, lamps, "Light.\n", "First.")
    world.publishes(ada, lamps, "More light.\n", "Second.")
    world.worker_follows()
    paths = ("/e/river/lamps", "/e/river/lamps/1", "/e/river/lamps/1.html", "/e/river/lamps/feed.atom", "/e/river")
    before = reader.opens("/e/river/record").source
    assert "Lovelace" in reader.opens("/e/river/lamps/1").source
    token = fay.opens("/e/river/-/people").forms[-1].fields["csrf_token"]
    address = f"/e/river/-/people/withdraw-name/{ada.id}"
    assert world.signed_in(ada).posts(address, csrf_token=token).status in (400, 403)
    fay.opens("/e/river/-/people")
    page = fay.presses("Take the name off every page: Ada Lovelace")
    assert "The name stands on no page any more." in page.text
    for path in paths:
        assert "Lovelace" not in reader.asks(path).get_data(as_text=True), path
    assert reader.opens("/e/river/record").source == before
    stranger = world.person("Eve", shows_name=True)
    assert fay.posts(f"/e/river/-/people/withdraw-name/{stranger.id}", csrf_token=token).status == 404


def test_what_people_of_the_event_still_see_of_a_hidden_text_is_kept_nowhere_and_nothing_names_it_to_others(
    world: World, event: Event, minutes: Draft, bob: Person, reader: Visitor, fay: Visitor
):
    writer = world.signed_in(bob)
    with world.services.database.read() as session:
        commit = session.scalars(sa.select(Revision.commit_id)).one()
    assert reader.opens(f"/e/river/-/commit/{commit}").path == "/e/river/minutes/1"
    fay.opens(f"/e/river/-/hide/text/{minutes.id}")
    fay.presses("Hide it", because="Somebody asked us to look.")
    for path in ("/1", "/1.md", "/1.html", "/feed.atom", ""):
        answer = writer.asks(f"/e/river/minutes{path}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), path
    assert reader.asks(f"/e/river/-/commit/{commit}").status_code == 404
    assert "Minutes" not in reader.opens("/e/river/record").text
    assert "Minutes" in writer.opens("/e/river/record").text
