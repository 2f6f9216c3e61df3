"""What is decided on pages reaches those who sit in open rooms."""

from collections.abc import Iterator

import pytest

from drafting.config import Settings
from drafting.db import now
from drafting.drafts import freezing
from drafting.drafts.models import Draft
from drafting.drafts.refusals import NotTaken
from drafting.drafts.rooms import Rooms
from drafting.events import closing, opening
from drafting.web.bulletin import Bulletin
from tests.drafts.test_rooms import Visitor, eventually
from tests.web.world import World


@pytest.fixture
def world(settings: Settings) -> World:
    return World(settings)


@pytest.fixture
def rooms(world: World) -> Iterator[Rooms]:
    """Those of the installation, open, on this thread's loop; the bulletin reads in a thread of its own."""
    rooms = world.services.rooms
    rooms.start()
    bulletin = Bulletin(world.services)
    bulletin.start()
    yield rooms
    bulletin.stop()
    rooms.close_all()


def test_taking_an_event_down_closes_its_texts_and_no_others(world: World, rooms: Rooms):
    hidden, other = world.event(), world.event(slug="lake")
    water, air, elsewhere = world.draft(hidden, "Water"), world.draft(hidden, "Air"), world.draft(other, "Water")
    person = world.member(hidden, "drafter").id
    ada, bob, kim = (Visitor(rooms, draft, person) for draft in (water, air, elsewhere))
    with world.services.database.write() as session:
        opening.hide(session, hidden.id, hidden=True, at=now())
    eventually(lambda: ada.ended == bob.ended == ["rights"])
    assert kim.ended == []


def test_putting_an_event_back_sends_nobody_away(world: World, rooms: Rooms):
    event = world.event()
    draft = world.draft(event, "Water")
    editor = world.member(event, "editor")
    world.writes(editor, draft, "Boats may land.")
    ada = Visitor(rooms, draft, editor.id)
    with world.services.database.write() as session:
        opening.hide(session, event.id, hidden=False, at=now())
    world.puts_forward(editor, draft, "Boats")
    eventually(lambda: [news["kind"] for news in ada.news] == ["put_forward", "remarks"])
    assert ada.ended == []


def test_whoever_has_a_text_open_hears_that_the_event_was_closed_before_being_asked_again(world: World, rooms: Rooms):
    event = world.event()
    draft = world.draft(event, "Water")
    facilitator = world.member(event, "facilitator")
    ada = Visitor(rooms, draft, facilitator.id)
    with world.services.database.write() as session:
        closing.close(session, event.id, by=facilitator.id, at=now())
    eventually(lambda: ada.ended == ["rights"])
    assert [news["kind"] for news in ada.news] == ["closed"]


def test_whoever_has_a_text_open_hears_that_it_was_frozen_and_why_and_that_it_is_not_any_more(
    world: World, rooms: Rooms
):
    event = world.event()
    draft = world.draft(event, "Water")
    editor = world.member(event, "editor")
    ada = Visitor(rooms, draft, editor.id)
    with world.services.database.write() as session:
        freezing.freeze(session, session.get_one(Draft, draft.id), because="We read it.", by=editor.id, at=now())
    eventually(lambda: ada.ended == ["rights"])
    assert [news["kind"] for news in ada.news] == ["frozen", "remarks"]
    assert ": We read it. You can read it, and nobody can write in it." in ada.news[0]["message"]
    late = Visitor(rooms, draft, editor.id)
    with pytest.raises(NotTaken):
        late.types("Too late.")
    with world.services.database.write() as session:
        freezing.unfreeze(session, session.get_one(Draft, draft.id), by=editor.id, at=now())
    eventually(lambda: late.ended == ["rights"])
    assert [news["kind"] for news in late.news] == ["unfrozen", "remarks"]
    bea = Visitor(rooms, draft, editor.id)
    bea.types("Boats may land.")
    eventually(lambda: bea.confirmed == 1)
