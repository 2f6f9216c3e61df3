"""Who wrote, suggested, asked and facilitated stands at a version, by the name that each of them chooses today."""

from datetime import timedelta

import pytest

from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.record.models import Revision
from drafting.review import commenting, suggesting
from drafting.review.models import Remark
from tests.web.test_minutes import says, suggests
from tests.web.visitor import Visitor
from tests.web.world import World

TEXT = "The path is dark and wet.\n"
VERSION = "/e/river/minutes/1"


@pytest.fixture
def ada(world: World, event: Event) -> Person:
    return world.member(event, "editor", "Ada", shows_name=True)


@pytest.fixture
def cleo(world: World, event: Event) -> Person:
    return world.member(event, "contributor", "Cleo", shows_name=True)


@pytest.fixture
def minutes(world: World, event: Event, ada: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(ada, draft, TEXT)
    return draft


def accepted(world: World, ada: Person, remark: Remark) -> None:
    """As if the edit had been written."""
    with world.services.database.write() as session:
        suggesting.accept(session, remark.id, taken=None, by=ada.id, at=now())


def resolved(world: World, ada: Person, remark: Remark) -> None:
    with world.services.database.write() as session:
        commenting.resolve(session, remark.id, outcome="", by=ada.id, at=now())


@pytest.fixture
def first(world: World, event: Event, ada: Person, cleo: Person, minutes: Draft) -> Revision:
    """Cleo's suggestion was accepted before it, her question resolved; Fay ran the event."""
    world.member(event, "facilitator", "Fay", shows_name=True)
    earlier = now() - timedelta(minutes=5)
    accepted(world, ada, suggests(world, cleo, minutes, "dark", "dim", earlier))
    resolved(world, ada, says(world, cleo, minutes, "question", "Which?", earlier))
    says(world, world.member(event, "contributor", "Open", shows_name=True), minutes, "question", "Why?", earlier)
    return world.accepts(ada, world.puts_forward(ada, minutes, "First."))


def test_a_version_says_who_did_what_for_it(first: Revision, reader: Visitor):
    for address in (VERSION, "/e/river/minutes"):
        page = reader.opens(address)
        assert "Who wrote it Ada Whose suggestions are in it Cleo Who asked or challenged Cleo" in page.text
        assert "Who ran the event Fay" in page.text and "Open" not in page.text


def test_the_next_version_thanks_for_what_was_decided_since(
    world: World, ada: Person, cleo: Person, minutes: Draft, first: Revision, reader: Visitor
):
    world.publishes(ada, minutes, TEXT + "More.\n", "More.")
    page = reader.opens("/e/river/minutes/2")
    assert "Whose suggestions" not in page.text and "Who asked" not in page.text and "Fay" in page.text
    assert "Cleo" in reader.opens(VERSION).text


def test_each_chooses_name_alias_or_team_and_published_versions_follow_at_once(
    world: World, cleo: Person, first: Revision, reader: Visitor
):
    them = world.signed_in(cleo)
    them.opens("/-/you")
    assert "Saved." in them.presses("Save the credits", credit="alias", alias="Kingfisher").text
    page = reader.opens(VERSION)
    assert "Whose suggestions are in it Kingfisher" in page.text and "Cleo" not in page.text
    assert page.headers["Cache-Control"] == "public, max-age=60", "names can be withdrawn"
    them.opens("/-/you")
    them.presses("Save the credits", credit="team", alias="Kingfisher")
    page = reader.opens(VERSION)
    assert "Whose suggestions are in it People at the event" in page.text and "Kingfisher" not in page.text
    them.opens("/-/you")
    them.presses("Save the credits", credit="as_shown")
    assert "Whose suggestions are in it Cleo" in reader.opens(VERSION).text


def test_a_writer_who_goes_by_an_alias_shows_it_only_in_the_credits(
    world: World, ada: Person, first: Revision, reader: Visitor
):
    them = world.signed_in(ada)
    them.opens("/-/you")
    them.presses("Save the credits", credit="alias", alias="Otter")
    assert "Who wrote it Otter" in reader.opens(VERSION).text
    assert "Ada" in them.opens("/e/river/-/minutes/minutes").text
    with world.services.database.read() as session:
        revision = session.get_one(Revision, first.id)
        assert revision.coauthors == first.coauthors and "Otter" not in str(revision.coauthors)


@pytest.mark.parametrize("typed", [{"credit": "king"}, {"credit": "alias", "alias": " "}, {"alias": "x" * 61}])
def test_garbage_is_refused_and_changes_nothing(world: World, cleo: Person, typed: dict[str, str]):
    them = world.signed_in(cleo)
    them.opens("/-/you")
    page = them.presses("Save the credits", **typed)
    assert page.status == 422 and "Something needs another look" in page.text
    with world.services.database.read() as session:
        held = session.get_one(Person, cleo.id)
        assert (held.credit, held.alias) == ("as_shown", "")
