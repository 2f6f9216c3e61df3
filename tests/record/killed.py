"""A projector that kills itself at a step: `python -m tests.record.killed <database> <store> <key> <event> <step> <n>`.

It dies when it comes to the step for the n-th time.
"""

import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from drafting.db import Database, prepare
from drafting.record.projection import project
from drafting.record.signing import Signer


def main() -> None:
    database_url, store, key, event_id, fatal, passes = sys.argv[1:]
    left = int(passes)

    def step(name: str) -> None:
        nonlocal left
        if name == fatal:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    project(Database(prepare(sa.create_engine(database_url))), Path(store), Signer(Path(key)), int(event_id), step=step)


if __name__ == "__main__":
    main()
