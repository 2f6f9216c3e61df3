"""Words that could hurt someone are struck: they leave the server, every open page, and a device that was away."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from drafting.drafts import yupdate
from tests import needs
from tests.product import Product, running, until
from tests.stories.test_by_keyboard import RULES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

NAME = "Jonathan Quillfeather"
EARLIER = "Old Quillfeather, again"
TEXT = "(node) => (node.cmTile ?? node.cmView).view.state.doc.toString()"
KEPT = Path(__file__).with_name("everything_kept.js").read_text()
"""All that a browser keeps for this site: every database, storage and cache; bytes as Latin-1 and as base64."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("strike")) as product:
        yield product


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, browser: Browser, live: str, way_in: str, button: str) -> None:
        self.context: BrowserContext = browser.new_context(reduced_motion="reduce")
        self.live = live
        self.page: Page = self.context.new_page()
        self.page.goto(way_in)
        self.page.get_by_role("button", name=button).click()
        self.page.wait_for_load_state()

    def opens(self) -> "Person":
        self.page.goto(self.live)
        return self.is_saved()

    def is_saved(self) -> "Person":
        expect(self.page.locator("#live-status")).to_contain_text("Saved")
        return self

    @property
    def text(self) -> str:
        return str(self.page.locator(".cm-content").evaluate(TEXT))

    def types(self, words: str) -> "Person":
        self.page.locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(words)
        return self

    def reads(self, words: str) -> "Person":
        until(lambda: words in self.text, 20, f"never read {words!r}")
        return self

    def no_longer_reads(self, words: str) -> "Person":
        until(lambda: words not in self.text, 20, f"still reads {words!r}")
        return self

    @property
    def keeps(self) -> str:
        """Everything, and what the letters in all kept updates spell in the order in which they were typed."""
        said = str(self.page.evaluate(KEPT))
        strings: dict[tuple[int, int], str] = {}
        for kept in re.findall(r"YJS:(\S+)", said):
            for client, blocks in yupdate.decode(base64.b64decode(kept)).blocks.items():
                strings.update(((client, block.clock), block.text or "") for block in blocks)
        return said + "".join(text for _, text in sorted(strings.items()))

    def forgets(self, *words: str) -> "Person":
        """Page and device have none of the words, in whatever way they are kept."""
        for word in words:
            until(lambda w=word: w not in self.keeps, 20, f"the device still keeps {word!r}")
            assert word not in self.page.content()
        return self


def test_struck_words_leave_everything(product: Product, browser: Browser) -> None:
    ways = product.ways_in()
    live = product.base + "/e/river/what-we-ask-for-along-the-river/live"
    fay = Person(browser, live, ways["sign_in"], "Sign in")
    ada, bob = (Person(browser, live, ways["join"], "Join").opens() for _ in range(2))
    ada.types(f"\n\n{EARLIER}").is_saved()
    bob.reads(EARLIER)
    for _ in EARLIER:
        ada.page.keyboard.press("Backspace")
    ada.is_saved().types(f"Ask {NAME} about the bridge.").is_saved()
    bob.reads(f"Ask {NAME} about").is_saved()
    until(lambda: NAME in bob.keeps, 20, "no copy was kept")
    bob.context.set_offline(True)
    bob.page.wait_for_timeout(200)
    bob.types(" Bob was away.")
    expect(bob.page.locator("#live-status")).to_contain_text("Kept on this device", timeout=40_000)
    bob.page.close()

    fay.opens().reads(NAME)
    fay.page.locator(".cm-content").click()
    fay.page.keyboard.press("Control+End")
    fay.page.keyboard.press("Home")
    for _ in "Ask ":
        fay.page.keyboard.press("ArrowRight")
    for _ in NAME:
        fay.page.keyboard.press("Shift+ArrowRight")
    _tabs_to(fay.page, "Strike words …")
    fay.page.keyboard.press("Enter")
    expect(fay.page.locator("mark")).to_have_text(NAME)
    assert NAME.split()[1] not in fay.page.url
    fay.page.get_by_label("Why?").fill("A name of somebody who did not agree.")
    found = Axe().run(fay.page, options=RULES).response["violations"]
    assert not found, [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found]
    fay.page.get_by_role("button", name="Strike the words. This cannot be undone").click()
    expect(fay.page.get_by_text("The words were struck.")).to_be_visible()
    expect(fay.page.get_by_text("A name of somebody who did not agree.")).to_be_visible()

    ada.no_longer_reads(NAME)
    expect(ada.page.locator("#live-news")).to_contain_text("Words were struck")
    ada.is_saved().forgets(NAME)
    strikes(fay.page, live, EARLIER)
    ada.is_saved().forgets(EARLIER, "Quillfeather")
    ada.page.locator(".cm-content").click()
    for _ in range(30):
        ada.page.keyboard.press("Control+z")
    for _ in range(30):
        ada.page.keyboard.press("Control+Shift+z")
    ada.types(" Ada goes on.").is_saved()
    assert "Quillfeather" not in ada.text and "Ask  about the bridge." in ada.text

    bob.context.set_offline(False)
    bob.page = bob.context.new_page()
    bob.opens().reads("Bob was away.").no_longer_reads(NAME)
    bob.forgets(NAME, EARLIER, "Quillfeather")
    expect(bob.page.locator("#live-asides")).to_be_hidden()
    ada.reads("Bob was away.")
    assert bob.text == ada.text

    fay.opens().reads("Bob was away.").forgets("Quillfeather")
    files = [path for path in (product.folder / "data").iterdir() if path.name.startswith("drafting.db")]
    until(lambda: _in_none_of(files), 30, "the words are still in the database's files")
    assert "Quillfeather" not in product.log
    status, body = product.get("/e/river/what-we-ask-for-along-the-river/-/strikes.json")
    assert status == 401, body


def test_a_text_that_was_set_aside_is_not_offered_with_struck_words(product: Product, browser: Browser) -> None:
    ways = product.ways_in()
    live = product.base + "/e/river/what-we-ask-for-along-the-river/live"
    fay = Person(browser, live, _sign_in_again(product), "Sign in")
    cy = Person(browser, live, ways["join"], "Join").opens()
    cy.types("\n\nMr Featherquill said so.").is_saved()
    cy.context.set_offline(True)
    cy.page.wait_for_timeout(200)
    cy.types(" And Cy agrees.")
    expect(cy.page.locator("#live-status")).to_contain_text("Kept on this device", timeout=40_000)
    strikes(fay.page, live, "Featherquill")
    fay.page.goto(product.base + "/e/river/-/close")
    fay.page.get_by_role("button", name="Close the event").click()
    cy.context.set_offline(False)
    expect(cy.page.locator("#live-asides")).to_contain_text("And Cy agrees.", timeout=40_000)
    cy.no_longer_reads("Featherquill").forgets("Featherquill")
    assert "And Cy agrees." not in cy.text
    expect(cy.page.locator("#live-status")).to_contain_text("You may read, not write")
    cy.page.reload()
    expect(cy.page.locator("#live-asides")).to_contain_text("And Cy agrees.")
    cy.forgets("Featherquill")


def strikes(page: Page, live: str, words: str) -> None:
    """On the page for it, which needs no script. `live`: where the text is written."""
    page.goto(live.removesuffix("live") + "-/strike")
    page.get_by_label("The words").fill(words)
    page.get_by_role("button", name="Look for them").click()
    page.get_by_label("Why?").fill("Another name.")
    page.get_by_role("button", name="Strike the words. This cannot be undone").click()
    expect(page.get_by_text("The words were struck.")).to_be_visible()


def _tabs_to(page: Page, words: str) -> None:
    page.keyboard.press("Escape")
    for _ in range(40):
        page.keyboard.press("Tab")
        if words in (page.evaluate("document.activeElement.textContent") or ""):
            return
    pytest.fail(f"the Tab key never came to {words!r}")


def _sign_in_again(product: Product) -> str:
    said = json.dumps(product.command("sign-in-link"))
    link = re.search(r"http\S+/-/sign-in/[^\"\s\\]+", said)
    assert link, said
    return link[0]


def _in_none_of(files: list[Path]) -> bool:
    return files != [] and not any(b"Quillfeather" in path.read_bytes() for path in files if path.exists())
