"""Both majors of `y-websocket` from npm, unmodified, write together with our page in Chromium."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests import needs
from tests.peers.npm import FETCH_S, beside_packages
from tests.product import Product, running, until

HERE = Path(__file__).parent / "ywebsocket"
MAJORS = ["y-websocket-2", "y-websocket-3"]
LARGE = "words and words " * 20_000

pytestmark = [pytest.mark.peer, pytest.mark.timeout(FETCH_S)]


@pytest.fixture(scope="module")
def program() -> Path:
    """What speaks y-websocket, beside its packages."""
    return beside_packages(HERE, "client.mjs")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("ywebsocket")) as product:
        product.command("event", "create", "Hill", "--slug", "hill")
        yield product


class Client:
    """A process with one of them."""

    def __init__(self, command: list[Any]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.heard: list[dict[str, Any]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.heard.append(json.loads(line))

    def orders(self, **order: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def hears(self, event: str, **facts: object) -> None:
        until(lambda: any(said["event"] == event and facts.items() <= said.items() for said in self.heard), 20)

    def reads(self, words: str) -> None:
        until(lambda: any(words == said.get("text") for said in list(self.heard)[-5:]), 20, "another text")

    def count(self, event: str) -> int:
        return sum(said["event"] == event for said in self.heard)


Seats = Callable[..., Client]


@pytest.fixture
def comes(program: Path, product: Product) -> Iterator[Seats]:
    """Lets somebody come to a draft with one of the packages."""
    clients: list[Client] = []

    def come(package: str, draft: str, role: str = "drafter") -> Client:
        token = product.command("invite", "hill", "--role", role, "--name", f"Peer {len(clients)}")["token"]
        server = f"ws://127.0.0.1:{product.port}/yjs/hill"
        clients.append(Client([needs.node(), program, package, server, draft, token]))
        clients[-1].hears("synced")
        return clients[-1]

    yield come
    for client in clients:
        client.process.kill()
        client.process.communicate()


def test_both_majors_write_one_text_small_and_large_and_come_back_with_what_they_wrote_offline(
    product: Product, comes: Seats
) -> None:
    product.command("draft", "create", "hill", "Both", "--slug", "both")
    two, three = comes("y-websocket-2", "both"), comes("y-websocket-3", "both")
    two.orders(type="from two ")
    three.reads("from two ")
    three.orders(type=LARGE)
    two.reads("from two " + LARGE)
    two.orders(connect=False)
    two.hears("closed")
    two.orders(type="offline ")
    two.orders(connect=True)
    three.reads("from two " + LARGE + "offline ")


@pytest.mark.parametrize("package", MAJORS)
def test_who_reads_only_goes_on_reading(product: Product, comes: Seats, package: str) -> None:
    product.command("draft", "create", "hill", package, "--slug", package)
    writer, reader = comes(package, package), comes(package, package, "contributor")
    reader.orders(type="!")
    writer.orders(type="words")
    until(lambda: any("words" in said.get("text", "") for said in reader.heard))
    assert not reader.count("closed") and not any("!" in said.get("text", "") for said in writer.heard)


@pytest.mark.browser
@pytest.mark.parametrize("package", MAJORS)
def test_a_page_in_chromium_and_a_foreign_client_write_together(
    product: Product, comes: Seats, browser: Browser, package: str
) -> None:
    draft = f"page-{package}"
    product.command("draft", "create", "hill", draft, "--slug", draft)
    page = browser.new_page()
    page.goto(product.command("invite", "hill", "--role", "drafter", "--name", "Ada")["join"])
    page.get_by_role("button", name="Join").click()
    page.goto(f"{product.base}/e/hill/{draft}/live")
    status, field = page.locator("#live-status"), page.locator("#live-text [role=textbox]")
    expect(status).to_contain_text("Saved")
    other = comes(package, draft)
    other.orders(type="from elsewhere", cursor=True)
    expect(field).to_contain_text("from elsewhere")
    field.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(", from the page")
    other.reads("from elsewhere, from the page")
    expect(status).to_contain_text("Saved")
    assert not other.count("closed")
    page.context.close()
