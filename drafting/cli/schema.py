"""Bringing the database to the newest migration."""

import sqlalchemy as sa

from .. import paths
from ..db import Database

VERSION = sa.table("alembic_version", sa.column("version_num"))


def upgrade(database: Database) -> bool:
    """Run what is missing, in one transaction. True if something was; asking costs a query."""
    with database.engine.connect() as connection:
        if _version(connection) == newest():
            return False
    from .migrating import migrate  # every command asks, and what migrates takes long to load

    with database.engine.execution_options(writes=True).begin() as connection:
        migrate(connection)
    for tell in database.written:
        tell()
    return True


def newest() -> str:
    """The migration that the others lead to: their files are numbered."""
    return max(file.name[:4] for file in (paths.folder("migrations") / "versions").glob("[0-9]*.py"))


def _version(connection: sa.Connection) -> str | None:
    there = sa.inspect(connection).has_table(VERSION.name)
    return connection.scalar(sa.select(VERSION.c.version_num)) if there else None
