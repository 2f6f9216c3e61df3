"""A world of one's own for every test."""

from collections.abc import Iterator

import pytest

from drafting.config import Settings
from drafting.events.models import Event
from drafting.people.models import Person
from tests.drafts.loop import serving
from tests.web.visitor import Visitor
from tests.web.world import World


@pytest.fixture
def world(settings: Settings) -> World:
    return World(settings)


@pytest.fixture
def event(world: World) -> Event:
    return world.event()


@pytest.fixture
def bob(world: World, event: Event) -> Person:
    """A drafter."""
    return world.member(event, "drafter", "Bob")


@pytest.fixture
def fay(world: World, event: Event) -> Visitor:
    """Who runs the event."""
    return world.signed_in(world.member(event, "facilitator", "Fay"))


@pytest.fixture
def reader(world: World) -> Visitor:
    """Somebody who has no account."""
    return world.visitor()


@pytest.fixture
def open_rooms(world: World) -> Iterator[None]:
    """The rooms of a serving process, on a loop of their own."""
    with serving(world.services.rooms):
        yield
