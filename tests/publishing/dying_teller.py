"""A teller that kills itself, without goodbye, when a step of its only round is done: `DATABASE HUB STEP`."""

import os
import signal
import sys

import sqlalchemy as sa

from drafting.db import Database, prepare
from drafting.publishing.hub import Teller
from tests.publishing.newsroom import NOON

FEEDS = ("https://drafts.example.org/e/river/feed.atom", "https://drafts.example.org/e/river/charter/feed.json")


def main(database_url: str, hub: str, fatal: str) -> None:
    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(prepare(sa.create_engine(database_url)))
    feeds = lambda session, draft_id: FEEDS  # noqa: E731
    Teller(database, hub, feeds=feeds, allow_private=True, patience_s=60, step=step).tell_due(NOON)


if __name__ == "__main__":
    main(*sys.argv[1:])
