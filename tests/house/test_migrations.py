"""The migrations lead to exactly the tables that the code names."""

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from drafting import paths
from drafting.db import prepare
from drafting.tables import METADATA


def test_the_migrations_make_every_table_and_column_of_the_code_on_both_databases(database_url: str) -> None:
    engine = prepare(sa.create_engine(database_url))
    config = Config()
    config.set_main_option("script_location", str(paths.folder("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()
