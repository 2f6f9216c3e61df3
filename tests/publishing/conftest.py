from collections.abc import Iterator

import pytest

from drafting.config import Settings
from drafting.db import Database
from tests.publishing.newsroom import Newsroom, allowing_private
from tests.publishing.receiver import Receiver, listening


@pytest.fixture
def newsroom(database: Database, settings: Settings) -> Newsroom:
    return Newsroom(database, allowing_private(settings)).open()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver
