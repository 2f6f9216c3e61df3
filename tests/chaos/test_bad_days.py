"""A server that is killed, stopped, locked out of its database, or has a disk that refuses: while everybody types.

After each: everything typed is there once, all have the same text, and nothing was called saved that was not on disk.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chaos.bad_disk import BadDisk
from tests.chaos.scene import KEPT, Scene, is_alive, scene
from tests.product import running, until

COME_BACK = 1012  # iana.org/assignments/websocket: service restart
NOT_NOW = 1013  # the same: try again later
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> BadDisk:
    return BadDisk(tmp_path_factory.mktemp("disk"))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, disk: BadDisk, browser: Browser) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("bad-days")
    with running(folder, **disk.environ) as product, scene(product, browser) as here:
        yield here


def test_the_server_is_killed(here: Scene) -> None:
    with here.everybody_types():
        here.product.kill()
        here.nothing_is_saved_while(lambda: None)
        here.all_that_was_called_saved_is_on_disk()
        here.desk.says(KEPT)
        here.product.start()


def test_the_server_is_stopped_and_started_again(here: Scene) -> None:
    with here.everybody_types():
        news = [scribe.news for scribe in here.crowd.scribes]
        here.product.terminate()
        assert here.product.ended() == 0, here.product.log[-2000:]
        assert all("restart" in heard for heard in news), "writers were not told"
        until(lambda: all(c.closed_with == COME_BACK for c in here.crowd.foreign), 5, "not closed as a restart closes")
        here.all_that_was_called_saved_is_on_disk()
        here.nothing_is_saved_while(lambda: None)
        here.desk.says(KEPT)
        here.product.start()


def test_another_process_locks_the_database_for_five_seconds(here: Scene) -> None:
    with here.everybody_types():
        with locked(here.product.database_file):
            here.nothing_is_saved_while(lambda: is_alive(here.product), 5)
            here.all_that_was_called_saved_is_on_disk()
        assert here.crowd.refused == [], "a lock is waited for, not given up on"


@pytest.mark.parametrize("how", ["full", "refusing_to_sync"])
def test_the_disk_refuses(here: Scene, disk: BadDisk, how: str) -> None:
    with here.everybody_types():
        with getattr(disk, how)():
            until(lambda: "not_saved" in here.crowd.refused, 20, "nobody was told")
            here.nothing_is_saved_while(lambda: is_alive(here.product))
            here.all_that_was_called_saved_is_on_disk()
            until(lambda: all(c.closed_with == NOT_NOW for c in here.crowd.foreign), 5, "not sent away for now")
            here.desk.says(KEPT)
        here.desk.is_saved()


def test_the_server_is_killed_while_the_disk_refuses(here: Scene, disk: BadDisk) -> None:
    """What the disk refused may be on it all the same, half or whole. It must not be there twice."""
    with here.everybody_types():
        with disk.refusing_to_sync():
            until(lambda: "not_saved" in here.crowd.refused, 20, "nobody was told")
            here.product.kill()
        here.product.start()


@contextlib.contextmanager
def locked(database: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(database, isolation_level=None, timeout=20)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
