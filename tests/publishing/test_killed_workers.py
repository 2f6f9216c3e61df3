"""Workers that are killed at any step, twice in a row, on every kind of channel: one post each, in order."""

import signal
from collections.abc import Iterator

import pytest

from drafting.publishing.claims import LEASE
from drafting.publishing.delivering import STEPS
from tests.publishing.far_sides import FAR_SIDES, FarSide
from tests.publishing.killing import kill_a_worker_at
from tests.publishing.newsroom import Newsroom, after

LEASE_MINUTES = LEASE.total_seconds() / 60 + 1


@pytest.fixture(params=FAR_SIDES)
def far_side(request: pytest.FixtureRequest) -> Iterator[FarSide]:
    with FAR_SIDES[request.param]() as far_side:
        yield far_side


@pytest.mark.parametrize("step", STEPS)
def test_workers_killed_twice_leave_one_post_of_each_version_in_order(
    newsroom: Newsroom, far_side: FarSide, database_url: str, step: str
) -> None:
    far_side.connect(newsroom)
    for number in (1, 2, 3):
        newsroom.releases(number)
    assert kill_a_worker_at(step, database_url) == -signal.SIGKILL
    if step in ("claimed", "posted"):
        newsroom.delivers(after(1))
        assert newsroom.posts()[0].state == "sending", "whoever has it may still be at work"
    assert kill_a_worker_at(step, database_url, LEASE_MINUTES) == -signal.SIGKILL
    newsroom.delivers(after(3 * LEASE_MINUTES))
    newsroom.delivers(after(4 * LEASE_MINUTES))
    assert [post.state for post in newsroom.posts()] == ["sent"] * 3
    assert far_side.told() == [f"https://drafts.example.org/e/river/charter/{number}" for number in (1, 2, 3)]
    assert far_side.answers_the_first()
