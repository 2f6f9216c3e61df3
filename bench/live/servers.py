"""The servers that are compared, ours among them: started on one core, asked what they cost, killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drafting.paths import ROOT
from tests.conftest import free_port

from . import machine
from .fetch import HOME, PYTHON, node_of_the_checkout

START_S = 60
PROGRAMS = Path(__file__).parent / "peers"


class Server:
    """A peer on its defaults. `store`: whether it keeps what it has on disk, in the way its documentation names."""

    protocol = "y-websocket"
    prefix = ""
    health = "/"
    stores = True
    per_second = 1_000_000.0
    """Frames a second that one person may send."""

    def __init__(self, name: str, *, store: bool) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix="live-bench-"))
        self.port = free_port()
        self._store = store
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def environ(self) -> dict[str, str]:
        node = node_of_the_checkout().environ()
        mine = {**node, "PEERS": str(HOME), "PORT": str(self.port), "HOST": "127.0.0.1", "NODE_ENV": "production"}
        return {**mine, "STORE": str(self.folder)} if self._store else mine

    def begin(self, people: int, drafts: int) -> None:
        """Make what a fresh installation needs, and start."""
        self._seats = [{"room": f"bench-draft-{n}", "token": ""} for n in range(drafts)]
        self.start()

    def seat(self, person: int, draft: int = 0) -> dict[str, str]:
        """Where and as whom somebody sits down."""
        return self._seats[draft]

    def start(self) -> None:
        log = open(self.folder / "server.log", "ab")  # noqa: SIM115  closed with the process
        self._process = subprocess.Popen(
            self.command(), env=self.environ(), cwd=self.folder, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=machine.on(machine.SERVER_CORE),
        )  # fmt: skip
        log.close()
        end = time.monotonic() + START_S
        while time.monotonic() < end and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.health}", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} did not start")

    @property
    def log(self) -> str:
        log = self.folder / "server.log"
        return log.read_text(errors="replace") if log.exists() else ""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Every process of it at once."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(20)

    def stop(self) -> None:
        """As an administrator would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Hocuspocus(Server):
    protocol = "hocuspocus"

    def command(self) -> list[str | Path]:
        return [node_of_the_checkout().executable, PROGRAMS / "hocuspocus.mjs"]


class YWebsocketServer(Server):
    stores = False

    def command(self) -> list[str | Path]:
        return [node_of_the_checkout().executable, HOME / "node_modules/@y/websocket-server/src/server.js"]


class YWebsocket2(Server):
    def command(self) -> list[str | Path]:
        return [node_of_the_checkout().executable, HOME / "node_modules/y-websocket/bin/server.cjs"]

    def environ(self) -> dict[str, str]:
        return {**super().environ(), **({"YPERSISTENCE": str(self.folder / "leveldb")} if self._store else {})}


class YSocketIo(Server):
    protocol = "y-socket.io"

    def command(self) -> list[str | Path]:
        return [node_of_the_checkout().executable, PROGRAMS / "y_socket_io.mjs"]


class PycrdtWebsocket(Server):
    def command(self) -> list[str | Path]:
        return [PYTHON, PROGRAMS / "pycrdt_websocket.py"]


class Ours(Server):
    """The whole product as `drafting run` starts it: tokens, limits and the journal on disk."""

    prefix = "/yjs"
    health = "/healthz"
    per_second = 360.0
    drafting = "from drafting.cli import main; main(prog_name='drafting')"

    def command(self) -> list[str | Path]:
        return [sys.executable, "-c", self.drafting, "run", "--port", str(self.port)]

    def environ(self) -> dict[str, str]:
        mine = {
            "DRAFTING_DATA": str(self.folder / "data"),
            "DRAFTING_REPO_STORE": str(self.folder / "repos"),
            "DRAFTING_BASE_URL": f"http://127.0.0.1:{self.port}",
            "DRAFTING_LIMIT_MEMBERS_PER_ROOM": "600",  # 500, and who wrote the lines for them
            "PYTHONPATH": str(ROOT),
        }
        return {**os.environ, **mine}

    def begin(self, people: int, drafts: int) -> None:
        command = [sys.executable, Path(__file__).parent / "people.py", str(people), str(drafts)]
        done = subprocess.run(command, env=self.environ(), stdout=subprocess.PIPE, check=True)
        self.tokens = json.loads(done.stdout)
        self.start()

    def seat(self, person: int, draft: int = 0) -> dict[str, str]:
        return {"room": f"bench/draft-{draft}", "token": self.tokens[person]}


KINDS: dict[str, type[Server]] = {
    "ours": Ours,
    "hocuspocus": Hocuspocus,
    "@y/websocket-server": YWebsocketServer,
    "y-websocket 2.1": YWebsocket2,
    "y-socket.io": YSocketIo,
    "pycrdt-websocket": PycrdtWebsocket,
}
"""y-websocket 2.1 is `@y/websocket-server` before it had that name; it is here because it can keep what it has."""


def calm(server: Server) -> None:
    """Wait until what a start sets in motion is over."""
    for _ in range(24):
        before = machine.cpu_s(server.pid)
        time.sleep(0.25)
        if machine.cpu_s(server.pid) - before < 0.02:
            return


@contextmanager
def serving(name: str, *, people: int, drafts: int = 1, store: bool = False) -> Iterator[Server]:
    """A fresh server that is gone afterwards, whatever happened."""
    server = KINDS[name](name, store=store)
    try:
        server.begin(people, drafts)
        calm(server)
        yield server
    except Exception:
        print(f"{name} said at last:\n{server.log[-3000:]}", file=sys.stderr)
        raise
    finally:
        server.close()
