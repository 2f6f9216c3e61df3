from collections.abc import Iterator

import pytest

from drafting.config import Settings
from drafting.db import Database
from tests.peers import bluesky_server, synapse_server
from tests.peers.bluesky_server import BlueskyServer
from tests.peers.synapse_server import SynapseServer
from tests.publishing.newsroom import Newsroom, allowing_private


@pytest.fixture(scope="session")
def bluesky_pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyServer]:
    with bluesky_server.running(tmp_path_factory.mktemp("peers") / "bluesky") as server:
        yield server


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SynapseServer]:
    with synapse_server.running(tmp_path_factory.mktemp("peers") / "synapse") as server:
        yield server


@pytest.fixture
def newsroom(database: Database, settings: Settings) -> Newsroom:
    return Newsroom(database, allowing_private(settings)).open()
