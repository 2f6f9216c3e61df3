from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.config import Settings
from drafting.db import Database, prepare
from drafting.tables import METADATA
from tests.record.shelf import Shelf
from tests.witnesses.archive import Archive
from tests.witnesses.far_side import FarSide, far_side


@pytest.fixture
def archive(database: Database, settings: Settings) -> Archive:
    """On each kind of database in turn."""
    return Archive(Shelf(database), settings)


@pytest.fixture
def one_archive(tmp_path: Path, settings: Settings) -> Iterator[Archive]:
    """For what is about git or about processes, not about the kind of database."""
    engine = prepare(sa.create_engine(f"sqlite:///{tmp_path / 'archive.db'}"))
    METADATA.create_all(engine)
    database = Database(engine)
    yield Archive(Shelf(database), settings)
    database.close()


@pytest.fixture
def far(tmp_path: Path) -> Iterator[FarSide]:
    with far_side(tmp_path / "far") as far:
        yield far
