"""Writing from a network that blocks WebSocket: the page goes on by long-polling."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import needs
from tests.product import Product, running, until
from tests.stories.test_drafting_table import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

REFUSED = """window.WebSocket = class {
  constructor() { setTimeout(() => this.onclose?.()); }
  close() {}
};"""
SILENT = "window.WebSocket = class { close() {} };"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("blocked")) as product:
        product.command("draft", "create", "river", "Table", "--slug", "table")
        yield product


@pytest.mark.parametrize("blocked", [REFUSED, SILENT], ids=["refused", "silent"])
def test_who_cannot_have_websocket_writes_and_hears_the_others(product: Product, browser: Browser, blocked: str):
    bob = Person(product, browser, "editor", "Bob")
    ada = Person(product, browser, "editor", "Ada")
    ada.context.add_init_script(blocked)
    ada.page.reload()
    expect(ada.page.locator("#live-status")).to_contain_text("Saved")
    for writer, words in ((ada, "Ada was here. Ünïcödé 🌱 " * 40), (bob, "And Bob.")):
        writer.field.focus()
        writer.page.keyboard.press("Control+End")
        writer.page.keyboard.insert_text(words)
        expect(writer.page.locator("#live-status")).to_contain_text("Saved")
    until(lambda: ada.text == bob.text and ada.text.endswith("And Bob."), 20, "they do not read the same")
    ada.context.set_offline(True)
    expect(ada.page.locator("#live-status")).to_contain_text("No connection")
    ada.page.keyboard.type(" And once more.")
    expect(ada.page.locator("#live-status")).to_contain_text("not yet sent")
    ada.context.set_offline(False)
    until(lambda: bob.text == ada.text and "once more" in bob.text, 30, "what was typed offline did not come")
    ada.leaves()
    bob.leaves()
