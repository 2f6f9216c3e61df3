"""The same promises with PostgreSQL: it crashes and is started again, is locked, or the server is killed over it."""

import contextlib
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from tests.chaos.scene import KEPT, Scene, is_alive, scene
from tests.conftest import free_port
from tests.postgresql import PostgreSQL
from tests.product import running, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    server = PostgreSQL(free_port(), durable=True).start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def url(server: PostgreSQL) -> str:
    return server.make_database()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, url: str, browser: Browser) -> Iterator[Scene]:
    with (
        running(tmp_path_factory.mktemp("bad-days"), DRAFTING_DATABASE=url) as product,
        scene(product, browser) as here,
    ):
        yield here


def test_the_database_crashes_and_is_started_again(here: Scene, server: PostgreSQL) -> None:
    with here.everybody_types():
        server.crash()
        try:
            until(lambda: not any(scribe.connected for scribe in here.crowd.scribes), 20, "nobody was sent away")
            here.nothing_is_saved_while(lambda: is_alive(here.product))
            here.desk.says(KEPT)
        finally:
            server.start()
        here.desk.is_saved()


def test_the_database_is_locked(here: Scene, url: str) -> None:
    with here.everybody_types():
        with locked(url):
            here.nothing_is_saved_while(lambda: is_alive(here.product), 5)
            here.all_that_was_called_saved_is_on_disk()
        assert here.crowd.refused == [], "a lock is waited for, not given up on"


def test_the_server_and_then_the_database_die(here: Scene, server: PostgreSQL) -> None:
    with here.everybody_types():
        here.product.kill()
        server.crash()
        server.start()
        here.product.start()


@contextlib.contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else holds the journal: reading it goes on, writing waits."""
    engine = sa.create_engine(url)
    with engine.begin() as other:
        other.exec_driver_sql("LOCK TABLE journal IN EXCLUSIVE MODE")
        yield
    engine.dispose()
