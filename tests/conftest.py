"""Real parts for every test: a database of each kind, settings in a folder of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.config import Settings
from drafting.db import Database, prepare
from drafting.people.tokens import Mint
from drafting.tables import METADATA
from tests import needs


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
def postgresql() -> Iterator[str]:
    """Address of a PostgreSQL server that this run started, as a SQLAlchemy URL without a database name.

    Its folder is not pytest's: that one is closed to other users, and PostgreSQL refuses to run as root.
    """
    bin_folder = needs.postgres_bin()
    home = Path(tempfile.mkdtemp(prefix="drafting-postgresql-"))
    data, port = home / "data", free_port()
    as_other: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(home, "nobody")
        as_other = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": home, "env": {**os.environ, "LC_ALL": "C"}}
    subprocess.run(
        [
            *as_other,
            bin_folder / "initdb",
            "-D",
            data,
            "-U",
            "drafting",
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        ],
        **run,
    )  # type: ignore[call-overload]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
    subprocess.run(
        [*as_other, bin_folder / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start"], **run
    )  # type: ignore[call-overload]
    try:
        yield f"postgresql+psycopg://drafting@127.0.0.1:{port}"
    finally:
        subprocess.run([*as_other, bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server = request.getfixturevalue("postgresql")
    name = f"test_{os.urandom(6).hex()}"
    admin = sa.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield f"{server}/{name}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


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
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    return {"executable_path": str(needs.chromium()), "args": [*quiet, "--disable-component-update", "--disable-sync"]}
