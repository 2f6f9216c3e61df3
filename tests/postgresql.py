"""A PostgreSQL server of a test run, which can be stopped as a crash stops it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import sqlalchemy as sa

from tests import needs


class PostgreSQL:
    """`start` it before the first use; `crash` and `start` again is an outage.

    Its folder is not pytest's: that one is closed to other users, and PostgreSQL refuses to run as root.
    """

    def __init__(self, port: int, *, durable: bool) -> None:
        """`durable`: whether it waits for the disk, as it does by default."""
        self._programs = needs.postgres_bin()
        self._home = Path(tempfile.mkdtemp(prefix="drafting-postgresql-"))
        self._port = port
        self._durable = durable
        self._as_other: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self._home, "nobody")
            self._as_other = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        self._run("initdb", "-U", "drafting", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")

    @property
    def url(self) -> str:
        """As a SQLAlchemy URL without a database name."""
        return f"postgresql+psycopg://drafting@127.0.0.1:{self._port}"

    def start(self) -> "PostgreSQL":
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._home}"
        if not self._durable:
            options += " -c fsync=off"
        self._run("pg_ctl", "-w", "-l", self._home / "log", "-o", options, "start")
        return self

    def crash(self) -> None:
        """Every process of it ends at once; the next start repairs what is on disk."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def make_database(self) -> str:
        """Address of a new, empty database."""
        name = f"test_{os.urandom(6).hex()}"
        self._say(f"CREATE DATABASE {name}")
        return f"{self.url}/{name}"

    def drop_database(self, url: str) -> None:
        self._say(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def remove(self) -> None:
        try:
            self.crash()
        finally:
            shutil.rmtree(self._home, ignore_errors=True)

    def _say(self, words: str) -> None:
        admin = sa.create_engine(f"{self.url}/postgres", isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(words)
        admin.dispose()

    def _run(self, program: str, *words: str | Path) -> None:
        command = [*self._as_other, self._programs / program, "-D", self._home / "data", *words]
        environ = {**os.environ, "LC_ALL": "C"}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._home, env=environ)
