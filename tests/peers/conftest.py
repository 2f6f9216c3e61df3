from collections.abc import Iterator

import pytest

from drafting.config import Settings
from drafting.db import Database
from tests.peers import bluesky_server, synapse_server
from tests.peers.bluesky_server import BlueskyNetwork, BlueskyServer
from tests.peers.synapse_server import SynapseServer
from tests.postgresql import PostgreSQL
from tests.publishing.newsroom import Newsroom, allowing_private
from tests.redis_server import redis_running


@pytest.fixture(scope="session")
def bluesky_pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyServer]:
    with bluesky_server.running(tmp_path_factory.mktemp("peers") / "bluesky") as server:
        yield server


@pytest.fixture(scope="session")
def bluesky_network(tmp_path_factory: pytest.TempPathFactory, postgresql: PostgreSQL) -> Iterator[BlueskyNetwork]:
    folder = tmp_path_factory.mktemp("network")
    url = postgresql.make_database().replace("postgresql+psycopg", "postgresql")
    with redis_running(folder) as redis, bluesky_server.network(folder / "bluesky", url, redis) as network:
        yield network


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SynapseServer]:
    with synapse_server.running(tmp_path_factory.mktemp("peers") / "synapse") as server:
        yield server


@pytest.fixture
def newsroom(database: Database, settings: Settings) -> Newsroom:
    return Newsroom(database, allowing_private(settings)).open()
