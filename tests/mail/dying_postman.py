"""A postman for one round that kills itself when a step is done: `dying_postman DATA DATABASE PORT STEP`."""

import os
import signal
import sys
from pathlib import Path

from drafting import announcing
from drafting.db import now
from drafting.installation import open_installation
from drafting.publishing.mail.postman import Postman
from tests.mail.desk import BASE, settings_of
from tests.mail.post_office import PostOffice


def main(folder: str, database_url: str, port: str, fatal: str) -> None:
    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    here = open_installation(settings_of(Path(folder), PostOffice(int(port)), database_url))
    postman = Postman(here.database, here.vault, here.settings.mail, BASE, title=announcing.title, step=step)
    postman.send_due(now())
    postman.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
