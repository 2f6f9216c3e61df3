from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.desk import Desk
from tests.mail.post_office import PostOffice, open_post_office


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as office:
        yield office


@pytest.fixture
def desk(tmp_path: Path, office: PostOffice) -> Desk:
    return Desk.opens(tmp_path, office)


@pytest.fixture
def any_desk(tmp_path: Path, office: PostOffice, database_url: str) -> Iterator[Desk]:
    """On each kind of database in turn."""
    desk = Desk.opens(tmp_path, office, database_url)
    yield desk
    desk.world.services.database.engine.dispose()
