"""A world of one's own for every test."""

import pytest

from drafting.config import Settings
from tests.web.visitor import Visitor
from tests.web.world import World


@pytest.fixture
def world(settings: Settings) -> World:
    return World(settings)


@pytest.fixture
def reader(world: World) -> Visitor:
    """Somebody who has no account."""
    return world.visitor()
