"""Bringing the database to the newest migration."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from .. import paths
from ..web.services import NAME, Services


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.folder("migrations")))
    return config


def upgrade(app: Flask) -> bool:
    """Run what is missing, in one transaction. True if something was; asking costs a query."""
    services = app.extensions[NAME]
    assert isinstance(services, Services)
    config = alembic_config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with services.database.engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return False
    with services.database.engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
