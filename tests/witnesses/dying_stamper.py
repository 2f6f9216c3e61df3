"""A stamper that kills itself, without goodbye, when a step of its only round is done:
`DATABASE AUTHORITY ROOTS STEP`.
"""

import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from drafting.db import Database, prepare
from drafting.witnesses.authority import Authority
from drafting.witnesses.stamping import Stamper
from tests.record.shelf import NOON


def main(database_url: str, address: str, roots: str, fatal: str) -> None:
    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(prepare(sa.create_engine(database_url)))
    Stamper(database, Authority(address, Path(roots)), patience_s=60, step=step).stamp_due(NOON)


if __name__ == "__main__":
    main(*sys.argv[1:])
