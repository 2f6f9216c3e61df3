"""A courier for one round that kills itself, without goodbye, when a step is done: `dying_courier DATA BASE STEP`."""

import os
import signal
import sys
from pathlib import Path

from drafting.config import Settings
from drafting.db import now
from drafting.installation import open_installation
from drafting.publishing.fediverse.courier import Courier


def main(data: str, base: str, fatal: str) -> None:
    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    settings = Settings(
        data=Path(data),
        repo_store=Path(data) / "repos",
        base_url=base,
        base_url_given=True,
        allow_private_webhooks=True,
    )
    here = open_installation(settings)
    courier = Courier(here.database, base, here.abroad, step=step)
    courier.carry_due(now())
    courier.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
