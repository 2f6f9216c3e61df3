"""In a real browser: the organiser is sent to the server, says yes there, and comes back to a connected place."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from drafting.cli.running import make_worker
from drafting.config import Settings
from drafting.db import now
from drafting.people import signing_in
from tests.conftest import free_port
from tests.publishing.mastodon_server import serving
from tests.web.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One that is served at its own address."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    world = World(Settings(tmp_path / "data", tmp_path / "repos", base, True, allow_private_webhooks=True))
    server = make_server("127.0.0.1", port, world.app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield world
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("script", [True, False])
def test_there_and_back(world: World, browser: Browser, script: bool) -> None:
    base, event = world.services.settings.base_url, world.event()
    fay = world.member(event, "facilitator", "Fay")
    with world.services.database.write() as session:
        link = signing_in.make_sign_in_link(session, world.services.mint, fay.id, at=now(), minutes=5)
    page = browser.new_context(java_script_enabled=script).new_page()
    page.goto(f"{base}/-/sign-in/{link}")
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{base}/e/river/-/channels")
    page.get_by_role("link", name="Mastodon").click()
    with serving() as server:
        page.get_by_label("Server").fill(server.url)
        page.get_by_label("Who finds the posts?").select_option(label="Quiet: followers, and whoever has the link")
        page.get_by_role("button", name="Go on to the server").click()
        expect(page.get_by_role("heading", name="Authorization required")).to_be_visible()
        expect(page.get_by_text("Drafting, 127.0.0.1")).to_be_visible()
        page.get_by_role("button", name="Deny").click()
        expect(page.get_by_role("alert")).to_contain_text("did not allow it. Nothing was connected.")
        page.get_by_role("button", name="Go on to the server").click()
        page.get_by_role("button", name="Authorize").click()
        expect(page.get_by_text("is connected. What is published from now on is announced there.")).to_be_visible()
        assert page.url == f"{base}/e/river/-/channels", "neither the code nor the state stays in the address"
        ada = world.member(event, "editor", "Ada")
        world.publishes(ada, world.draft(event, "Minutes", slug="minutes"), "We meet at noon.", "The first.")
        make_worker(world.services).round(now())
        (status,) = server.posts()
    assert status["visibility"] == "unlisted" and "Minutes: version 1 published" in status["content"]
