"""Synapse, the reference Matrix server, from PyPI: installed once into a folder of the checkout, on loopback."""

import contextlib
import fcntl
import hashlib
import hmac
import itertools
import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from drafting.paths import ROOT
from tests import needs
from tests.conftest import free_port

SYNAPSE = "matrix-synapse==1.163.2"
NAME = "rooms.test"
SECRET = "only for tests"
CACHE = ROOT / ".peers"
INSTALL_S, START_S = 900, 120
UNHURRIED = {"per_second": 10_000, "burst_count": 10_000}


@dataclass
class Account:
    """Somebody with a client of their own."""

    server: "SynapseServer"
    id: str
    token: str

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """A call of the client-server API; what it answers."""
        return self.server.ask(method, f"client/v3/{path}", body, self.token)

    def makes_room(self, **more: object) -> str:
        return str(self.ask("POST", "createRoom", {"preset": "public_chat", **more})["room_id"])

    def reads(self, room: str) -> list[Any]:
        """Every message in a room, oldest first."""
        wanted = quote(json.dumps({"types": ["m.room.message"]}))
        chunk = self.ask("GET", f"rooms/{quote(room)}/messages?dir=f&limit=200&filter={wanted}")["chunk"]
        return list(chunk)

    def highlights(self, room: str) -> int:
        """How often this person was pinged in a room."""
        told = self.ask("GET", "sync?timeout=0")["rooms"]["join"][room]
        return int(told["unread_notifications"]["highlight_count"])


@dataclass(frozen=True)
class SynapseServer:
    url: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def account(self, name: str) -> Account:
        """Register somebody: element-hq.github.io/synapse/latest/admin_api/register_api.html"""
        user = f"{name}{next(self._numbers)}"
        nonce = self.ask("GET", "../_synapse/admin/v1/register")["nonce"]
        signed = "\0".join((nonce, user, "word", "notadmin")).encode()
        mac = hmac.new(SECRET.encode(), signed, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": user, "password": "word", "admin": False, "mac": mac}
        made = self.ask("POST", "../_synapse/admin/v1/register", {**body, "displayname": name})
        return Account(self, made["user_id"], made["access_token"])

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> Any:
        where = f"{self.url}/_matrix/{path}".replace("_matrix/../", "")
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(where, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[SynapseServer]:
    """Start it with nobody and nothing in `folder`."""
    python, port = installed(), free_port()
    folder.mkdir(parents=True)
    config = folder / "homeserver.yaml"
    config.write_text(json.dumps(_config(folder, port)))  # JSON is YAML
    command = [python, "-m", "synapse.app.homeserver", "-c", config]
    with open(folder / "synapse.log", "wb") as log:
        subprocess.run([*command, "--generate-keys"], cwd=folder, stdout=log, stderr=log, timeout=START_S)
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        server = SynapseServer(f"http://127.0.0.1:{port}")
        _wait_until_it_answers(server, process, folder / "synapse.log")
        yield server
    finally:
        process.kill()
        process.wait()


def installed() -> Path:
    """Its own Python, once everything is there."""
    CACHE.mkdir(exist_ok=True)
    home = CACHE / SYNAPSE.replace("==", "-")
    with open(CACHE / "synapse.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once
        if not (home / "installed").exists():
            shutil.rmtree(home, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(home)])
            _run([str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", SYNAPSE])
            (home / "installed").touch()
    return home / "bin" / "python"


def _config(folder: Path, port: int) -> dict[str, Any]:
    listener = {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "resources": [{"names": ["client"]}]}
    return {
        "server_name": NAME,
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": SECRET,
        "macaroon_secret_key": SECRET,
        "form_secret": SECRET,
        "report_stats": False,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "presence": {"enabled": False},
        "caches": {"sync_response_cache_duration": "0s"},
        "rc_message": UNHURRIED,
        "rc_registration": UNHURRIED,
        "rc_joins": {"local": UNHURRIED, "remote": UNHURRIED},
        "rc_invites": {"per_room": UNHURRIED, "per_user": UNHURRIED, "per_issuer": UNHURRIED},
    }


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=CACHE, timeout=INSTALL_S, capture_output=True, text=True)
    if done.returncode:
        needs.missing("Synapse, the Matrix server,", f"It could not be fetched: {done.stderr[-1500:]}")


def _wait_until_it_answers(server: SynapseServer, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            server.ask("GET", "client/versions")
            return
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"Synapse did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
