from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.federation.neighbour import Neighbour, next_door
from tests.federation.town import Town, built


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with built(tmp_path) as town:
        yield town


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    with next_door() as neighbour:
        yield neighbour
