"""A worker for one round that kills itself, without goodbye, when a step is done: `dying_worker DATABASE STEP MINUTE`.

The channels are those in the database, of whatever kind.
"""

import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from drafting.config import Settings
from drafting.db import Database, prepare
from tests.publishing.newsroom import Newsroom, after


def main(database_url: str, fatal: str, minute: str) -> None:
    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(prepare(sa.create_engine(database_url)))
    nowhere = Settings(data=Path("/nonexistent"), repo_store=Path("/nonexistent"))
    Newsroom(database, nowhere).publisher(step).deliver_due(after(float(minute)))


if __name__ == "__main__":
    main(*sys.argv[1:])
