"""A server process of our own for each test, and clients that come in through real sockets."""

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


class Live:
    """The server, and what its journal says while it runs or lies dead."""

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
            self.draft: Draft = start_draft(session, event_id=event.id, title="Water", kind="common", at=now())
        self._clients: list[YClient] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Live":
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

    def address(self, token: str) -> str:
        return f"ws://127.0.0.1:{self.port}/yjs/day/water?token={token}"

    def client(self, token: str = "1") -> YClient:
        client = YClient(self.address(token)).connect()
        self._clients.append(client)
        assert client.synced.wait(10)
        return client

    @property
    def text(self) -> str:
        """What the journal alone makes."""
        return plain.read(journal.load(self.database, self.draft.id).past)[0]

    def close(self) -> None:
        for client in self._clients:
            client.leave()
        self.kill()
        self.database.close()


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    live = Live(tmp_path).start()
    yield live
    live.close()
