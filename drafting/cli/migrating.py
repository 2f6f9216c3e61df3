"""Running migrations."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from .. import paths


def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(paths.folder("migrations")))
    return found


def migrate(connection: sa.Connection) -> None:
    """To the newest, in the transaction of `connection`."""
    there = config()
    there.attributes["connection"] = connection
    command.upgrade(there, "head")
