"""Real parts for every test: a database of each kind, settings in a folder of its own."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, expect

from drafting.config import Settings
from drafting.db import Database, prepare
from drafting.people.tokens import Mint
from drafting.tables import METADATA
from tests import needs
from tests.patience import ACT_MS, LOOK_MS
from tests.postgresql import PostgreSQL

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip

LONG = (
    "chaos",
    "cli/test_keeping.py",
    "cli/test_mirrors.py",
    "drafts/test_layout.py",
    "federation/test_carrying.py",
    "federation/test_hostile.py",
    "federation/test_slowly.py",
    "house/test_bench_live.py",
    "look",
    "mail/test_postman.py",
    "publishing/test_killed_workers.py",
    "publishing/test_websub.py",
    "setup",
    "stories",
    "traces",
    "web/test_connecting_mastodon.py",
    "witnesses/test_whole.py",
)
SHORT = ("stories/test_whole_road.py",)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is long, before marks decide what is run; it begins, so that two workers end at the same time."""
    for item in items:
        place = item.path.relative_to(Path(__file__).parent).as_posix()
        if place.startswith(LONG) and place not in SHORT:
            item.add_marker("long")
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """The server that has to be built comes first, and whoever needs it too much later."""
    if item.path.name == "test_bluesky.py":
        return 0
    return 1 if item.get_closest_marker("long") else 2 if item.get_closest_marker("peer") else 3


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data=tmp_path / "data",
        repo_store=tmp_path / "repos",
        base_url="https://drafts.example.org",
        base_url_given=True,
    )


@pytest.fixture
def mint() -> Mint:
    return Mint(b"0" * 32)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server that this run started."""
    server = PostgreSQL(free_port(), durable=False).start()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url = server.make_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with every table. Facts are stored; nothing follows from them."""
    engine = prepare(sa.create_engine(database_url))
    METADATA.create_all(engine)
    database = Database(engine)
    yield database
    database.close()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The system's Chromium, told not to speak to anybody by itself."""
    return {"executable_path": str(needs.chromium()), "args": QUIET}


@pytest.fixture(scope="session", autouse=True)
def patient_pages() -> None:
    """Waiting in pages is as patient as everywhere else, in whatever browser a test opens."""
    expect.set_options(timeout=LOOK_MS)
    made = Browser.new_context

    def new_context(browser: Browser, **options: Any) -> BrowserContext:
        context = made(browser, **options)
        context.set_default_timeout(ACT_MS)
        return context

    Browser.new_context = new_context  # type: ignore[method-assign]
