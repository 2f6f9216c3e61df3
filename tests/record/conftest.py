from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.config import Settings
from drafting.db import Database, prepare
from drafting.record.signing import Signer
from drafting.tables import METADATA
from tests.record.shelf import Shelf


@pytest.fixture
def signer(settings: Settings) -> Signer:
    return Signer(settings.key_file("record_ed25519"))


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return Shelf(database)


@pytest.fixture
def sqlite_shelf(tmp_path: Path) -> Iterator[Shelf]:
    """For what is about git or about processes, not about the kind of database."""
    engine = prepare(sa.create_engine(f"sqlite:///{tmp_path / 'shelf.db'}"))
    METADATA.create_all(engine)
    database = Database(engine)
    yield Shelf(database)
    database.close()


@pytest.fixture
def store(settings: Settings) -> Path:
    return settings.repo_store
