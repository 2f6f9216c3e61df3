"""A copier that kills itself, without goodbye, when a step of its only round is done: `DATABASE STORE STEP`."""

import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from drafting.db import Database, prepare
from tests.record.shelf import NOON
from tests.witnesses.archive import copier


def main(database_url: str, store: str, fatal: str) -> None:
    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    copier(Database(prepare(sa.create_engine(database_url))), Path(store), step=step).copy_due(NOON)


if __name__ == "__main__":
    main(*sys.argv[1:])
