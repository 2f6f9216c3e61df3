"""A server process with real sockets, shared by the tests of a module; each test has a draft of its own."""

import itertools
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.db import Database, now, prepare
from drafting.drafts import journal, plain
from drafting.drafts.models import Draft
from drafting.drafts.starting import start_draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.tables import METADATA
from tests.clients import YClient
from tests.conftest import free_port

ROOT = Path(__file__).parents[2]
PEOPLE = 12


class Server:
    """The process, and its database while it runs or lies dead."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._url = f"sqlite:///{folder / 'live.db'}"
        self.database = Database(prepare(sa.create_engine(self._url)))
        METADATA.create_all(self.database.engine)
        with self.database.write() as session:
            event = Event(slug="day", title="Day", created=now())
            session.add(event)
            session.add_all(Person(id=n + 1, salt="", session_key="", created=now()) for n in range(PEOPLE))
            session.flush()
            self._event_id = event.id
        self._count = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        command = [sys.executable, "-m", "tests.web_live.server", str(self.port), self._url]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"
        return self

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process.communicate()
            self._process = None

    def draft(self) -> Draft:
        with self.database.write() as session:
            title = f"Water {next(self._count)}"
            return start_draft(session, event_id=self._event_id, title=title, kind="common", at=now())

    def close(self) -> None:
        self.kill()
        self.database.close()


class Live:
    """One draft on the server, and those who have it open."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.port = server.port
        self.draft = server.draft()
        self._clients: list[YClient] = []

    @property
    def path(self) -> str:
        return f"day/{self.draft.slug}"

    def address(self, token: str) -> str:
        return f"ws://127.0.0.1:{self.port}/yjs/{self.path}?token={token}"

    def client(self, token: str = "1") -> YClient:
        client = YClient(self.address(token)).connect()
        self._clients.append(client)
        assert client.synced.wait(10)
        return client

    @property
    def text(self) -> str:
        """What the journal alone makes."""
        return plain.read(journal.load(self.server.database, self.draft.id).past)[0]

    def close(self) -> None:
        for client in self._clients:
            client.leave()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("live")).start()
    yield server
    server.close()


@pytest.fixture
def live(server: Server) -> Iterator[Live]:
    live = Live(server)
    yield live
    live.close()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Live]:
    """One on a server of its own, which the test may kill and start again."""
    server = Server(tmp_path).start()
    live = Live(server)
    yield live
    live.close()
    server.close()
