from collections.abc import Iterator

import pytest

from drafting.config import Settings
from drafting.db import Database
from tests.publishing.mastodon_server import serving
from tests.publishing.mastodon_state import MastodonServer
from tests.publishing.newsroom import Newsroom, allowing_private
from tests.publishing.receiver import Receiver, listening


@pytest.fixture
def newsroom(database: Database, settings: Settings) -> Newsroom:
    return Newsroom(database, allowing_private(settings)).open()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver


@pytest.fixture
def mastodon_server() -> Iterator[MastodonServer]:
    with serving() as server:
        yield server
