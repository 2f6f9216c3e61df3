"""The whole product as a test starts it: the real command, in a folder of its own, spoken to by its addresses."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from drafting.paths import ROOT
from tests.conftest import free_port
from tests.patience import PATIENCE

T = TypeVar("T")

START_S = 60
COMMAND = [sys.executable, "-c", "from drafting.cli import main; main(prog_name='drafting')"]


def until(look: Callable[[], T], seconds: float = 10, why: str = "it never came true") -> T:
    """The first true answer of `look`, asked again and again. Fails with `why` when time is up.

    `seconds`: what a quiet machine may take.
    """
    end = time.monotonic() + PATIENCE * seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            pytest.fail(f"{why} (waited {PATIENCE * seconds} s; last: {found!r})")
        time.sleep(0.05)


@dataclass
class Product:
    """One installation. `start`, `kill` and `start` again is what an outage looks like."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    @property
    def database_file(self) -> Path:
        return Path(self.everything()["DRAFTING_DATA"]) / "drafting.db"

    def everything(self) -> dict[str, str]:
        """Its environment."""
        mine = {
            "DRAFTING_DATA": str(self.folder / "data"),
            "DRAFTING_REPO_STORE": str(self.folder / "repos"),
            "DRAFTING_BASE_URL": self.base,
        }
        return {**os.environ, **mine, **self.environ}

    def start(self) -> "Product":
        command = [*COMMAND, "run", "--port", str(self.port)]
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.everything(), stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if self.get("/healthz")[0] == 200:
                    return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        pytest.fail(f"the product did not start: {self.log[-2000:]}")

    def kill(self) -> None:
        """What the power cut does: every process of it ends at once."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGINT)
        return self.process.wait(20)

    def terminate(self) -> None:
        """Ask it to end, as a restart by the machine's own service manager does."""
        assert self.process is not None
        self.process.terminate()

    def ended(self) -> int:
        """Its exit code, when it has come to its end."""
        assert self.process is not None
        return self.process.wait(30)

    def _signal(self, name: int) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, name)
            self.process.wait(20)

    def ways_in(self) -> dict[str, str]:
        """The links and the code that the first start printed."""
        said = self.log
        sign_in = re.search(r"http\S+/-/sign-in/\S+", said)
        join = re.search(r"http\S+/join/\S+", said)
        code = re.search(r"the code ([A-Z0-9]{6})", said)
        assert sign_in and join and code, said[-2000:]
        return {"sign_in": sign_in[0], "join": join[0], "code": code[1]}

    def command(self, *words: str) -> Any:
        done = subprocess.run(
            [*COMMAND, *words, "--json"], cwd=ROOT, env=self.everything(), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def http(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body, headers (names in small letters)."""
        url = path if path.startswith("http") else self.base + path
        asked = urllib.request.Request(url, method=method, headers=headers or {})
        if token:
            asked.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            asked.data = body if isinstance(body, bytes) else json.dumps(body).encode()
            if not isinstance(body, bytes):
                asked.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, answer.read(), {k.lower(): v for k, v in answer.headers.items()}
        except urllib.error.HTTPError as error:
            return error.code, error.read(), {k.lower(): v for k, v in error.headers.items()}

    def get(self, path: str, **kwargs: Any) -> tuple[int, str]:
        status, body, _ = self.http("GET", path, **kwargs)
        return status, body.decode("utf-8", "replace")

    def world(self, event: str = "bar", draft: str = "minutes") -> dict[str, str]:
        """An event with a draft; tokens of an editor, a second editor, a drafter and a contributor by their names."""
        self.command("event", "create", "Bar event", "--slug", event)
        self.command("draft", "create", event, "Minutes", "--slug", draft)
        people = {"ada": "editor", "eve": "editor", "bob": "drafter", "cy": "contributor"}
        return {
            name: self.command("invite", event, "--role", role, "--name", name)["token"]
            for name, role in people.items()
        }

    def put_forward(self, token: str, summary: str = "a change", event: str = "bar", draft: str = "minutes") -> int:
        path = f"/api/v1/events/{event}/drafts/{draft}/proposals"
        status, body, _ = self.http("POST", path, token=token, body={"summary": summary})
        assert status == 201, body
        return int(json.loads(body)["id"])

    def accept(self, token: str, proposal: int) -> tuple[int, dict[str, Any]]:
        status, body, _ = self.http("POST", f"/api/v1/proposals/{proposal}/accept", token=token, body={})
        return status, json.loads(body)


@contextlib.contextmanager
def running(folder: Path, **environ: str) -> Iterator[Product]:
    """A product that serves, and is gone afterwards whatever happened."""
    folder.mkdir(parents=True, exist_ok=True)
    product = Product(folder, environ)
    try:
        yield product.start()
    finally:
        product.kill()
