"""A world of one's own for every test."""

from collections.abc import Iterator

import pytest

from drafting.config import Settings
from tests.drafts.loop import serving
from tests.web.visitor import Visitor
from tests.web.world import World


@pytest.fixture
def world(settings: Settings) -> World:
    return World(settings)


@pytest.fixture
def reader(world: World) -> Visitor:
    """Somebody who has no account."""
    return world.visitor()


@pytest.fixture
def open_rooms(world: World) -> Iterator[None]:
    """The rooms of a serving process, on a loop of their own."""
    with serving(world.services.rooms):
        yield
