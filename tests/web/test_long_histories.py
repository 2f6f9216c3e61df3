"""A long history costs the database no more than a short one, on every page, at any depth."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.history import making, ours
from drafting.config import Settings
from tests.web.world import World
from tests.work import Steps

FEW, MANY = 100, 1_000
QUOTATION = "A heron stood at the weir in hour 2 of the count."
HARDLY_ANYTHING = 5
"""Hundreds of steps; fewer are rounded too much to be compared."""


def costs(settings: Settings, folder: Path, count: int) -> dict[str, int]:
    """Steps of the database for each page of an event of so many versions."""
    world = World(replace(settings, data=folder / "data", repo_store=folder / "repos"))
    making.fill(world.services, count)
    steps, pages = Steps(world.services.database.engine), ours.pages(count, QUOTATION)
    found = {}
    for name, path in pages.items():
        client = world.app.test_client()
        client.get(path)
        answers = []
        found[name] = steps.of(lambda path=path, answers=answers: answers.append(client.get(path).status_code))  # noqa: B023
        assert answers == [200], name
    return found


@pytest.mark.timeout(300)
def test_ten_times_as_many_versions_cost_the_database_the_same_on_every_page(settings: Settings, tmp_path: Path):
    few, many = (costs(settings, tmp_path / str(count), count) for count in (FEW, MANY))
    dear = {name: (few[name], many[name]) for name in few if many[name] > 1.2 * few[name] + HARDLY_ANYTHING}
    assert dear == {}
