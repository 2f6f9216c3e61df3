"""How to check it oneself: the page's own commands, typed as they stand there."""

import gzip
import html
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from drafting.config import Settings
from drafting.record import projection
from tests import needs
from tests.conftest import free_port
from tests.web.visitor import Visitor
from tests.web.world import World


@pytest.fixture
def served(settings: Settings) -> Iterator[World]:
    """A world that git can reach."""
    port = free_port()
    world = World(replace(settings, base_url=f"http://127.0.0.1:{port}"))
    server = make_server("127.0.0.1", port, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield world
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_commands_on_the_page_clone_and_verify(served: World, tmp_path: Path):
    for name in ("git", "curl", "ssh-keygen"):
        needs.program(name, remedy=f"On Debian: apt install git curl openssh-client ({name} is in one of them)")
    event = served.event()
    ada = served.member(event, "editor")
    revision = served.publishes(ada, served.draft(event, "Minutes", slug="minutes"), "One.\n", "The first.")
    services = served.services
    projection.project(services.database, services.settings.repo_store, services.signer, event.id)
    page = served.visitor().opens("/e/river/record")
    assert "1 version is in the history." in page.text
    blocks = re.findall(r'aria-label="Commands [^"]*"><code>(.*?)</code>', page.source, re.DOTALL)
    commands = "\n".join(html.unescape(block) for block in blocks)
    home = {"HOME": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["sh", "-ec", commands], cwd=tmp_path, env=home, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert 'Good "git" signature' in done.stdout + done.stderr
    tip = subprocess.run(["git", "-C", "record", "rev-parse", "HEAD"], cwd=tmp_path, capture_output=True, text=True)
    assert tip.stdout.strip() in page.source
    assert (tmp_path / "record" / "minutes.md").read_text() == "One.\n"
    assert revision.number == 1


def test_before_the_first_version_the_history_is_empty_and_says_so(world: World, reader: Visitor):
    world.event()
    page = reader.opens("/e/river/record")
    assert "the history is still empty" in page.text


def test_nobody_can_push(world: World, reader: Visitor):
    world.event()
    answer = reader.asks("/e/river/record.git/info/refs?service=git-receive-pack")
    assert answer.status_code == 403
    assert reader.asks("/e/river/record.git/info/refs").status_code == 403


def test_a_bomb_in_a_clone_request_is_refused(world: World, reader: Visitor):
    world.event()
    bomb = gzip.compress(b"0" * 50_000_000)
    answer = reader._client.post("/e/river/record.git/git-upload-pack", data=bomb, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413
