"""A form that is saved into the live text, and what the page says when it is not."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from drafting.config import Limits, Settings
from drafting.drafts.models import Draft
from drafting.drafts.refusals import NotTaken
from drafting.drafts.rooms import Rooms
from drafting.errors import Busy, Invalid, NotAllowed, Refused, TooLarge
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.web import livetext
from tests.drafts.loop import serving
from tests.web.world import World


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    limits = Limits(frame_bytes=1000, document_bytes=5000)
    world = World(replace(settings, limits=limits))
    with serving(world.services.rooms), world.app.app_context():
        yield world


@pytest.fixture
def bob(world: World) -> Person:
    return world.member(world.event(), "drafter", "Bob")


@pytest.fixture
def draft(world: World, bob: Person) -> Draft:
    with world.services.database.read() as session:
        return world.draft(session.get_one(Event, 1), "Minutes")


def test_a_text_larger_than_a_frame_is_saved(world: World, bob: Person, draft: Draft):
    livetext.save(draft.id, bob.id, seen=0, text="x" * 4000)
    with world.app.app_context():  # the next request
        assert livetext.read(draft.id).text == "x" * 4000


@pytest.mark.parametrize("size", [4900, 6000])
def test_more_than_a_text_can_hold_is_too_large(bob: Person, draft: Draft, size: int):
    livetext.save(draft.id, bob.id, seen=0, text="x" * 500)
    with pytest.raises(TooLarge):
        livetext.save(draft.id, bob.id, seen=0, text="y" * size)


def test_a_frozen_text_is_not_theirs_to_change(world: World, bob: Person, draft: Draft):
    livetext.save(draft.id, bob.id, seen=0, text="before")
    world.services.rooms.freeze(draft.id, True)
    with pytest.raises(NotAllowed):
        livetext.save(draft.id, bob.id, seen=0, text="after")


@pytest.mark.parametrize(
    ("reason", "meaning"), [("not_saved", Busy), ("too_fast", Busy), ("malformed", Invalid), ("gap", Invalid)]
)
def test_what_a_room_refuses_means_something_to_a_page(
    world: World, bob: Person, draft: Draft, monkeypatch: pytest.MonkeyPatch, reason: str, meaning: type[Refused]
):
    def refuse(*_said: object) -> None:
        raise NotTaken(reason)

    monkeypatch.setattr(Rooms, "submit", refuse)
    with pytest.raises(meaning):
        livetext.save(draft.id, bob.id, seen=0, text="words")
