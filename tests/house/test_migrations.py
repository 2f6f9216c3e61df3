"""The migrations lead to exactly the tables that the code names."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from drafting.cli import migrating, schema
from drafting.db import prepare
from drafting.record import index
from drafting.tables import METADATA

MADE = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql NOT LIKE 'CREATE TABLE %'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes",
}


def test_the_migrations_make_every_table_and_column_of_the_code_on_both_databases(database_url: str) -> None:
    engine = prepare(sa.create_engine(database_url))
    with engine.begin() as connection:
        migrating.migrate(connection)
    with engine.connect() as connection:
        opts = {"compare_type": False, "include_name": lambda name, *_: not (name or "").startswith(index.NAME)}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []
        migrated = _index(connection)
    with engine.begin() as connection:
        METADATA.drop_all(connection)
        for name in _tables_of(migrated):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        METADATA.create_all(connection)
        assert _index(connection) == migrated
    engine.dispose()


def test_the_last_by_number_is_the_one_that_all_lead_to() -> None:
    assert schema.newest() == ScriptDirectory.from_config(migrating.config()).get_current_head()


def _index(connection: sa.Connection) -> dict[str, str]:
    """What makes up the search index, which no model names: name and statement."""
    rows = connection.execute(sa.text(MADE[connection.dialect.name]))
    made = {name: statement for name, statement in rows if name.startswith(index.NAME)}
    assert made
    return made


def _tables_of(made: dict[str, str]) -> list[str]:
    return [name for name, statement in made.items() if statement.startswith("CREATE VIRTUAL TABLE")]
