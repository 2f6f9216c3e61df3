"""The whole journey without a mouse: open an event, start a text, invite, join, write, put forward, publish, check."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import needs
from tests.product import Product, running

pytestmark = pytest.mark.browser

MOST_TABS = 90
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
NAME_OF_FOCUS = """() => {
  const at = document.activeElement;
  const label = at.labels && at.labels[0] ? at.labels[0].textContent : "";
  return [at.getAttribute("aria-label"), label, at.textContent, at.name].map((w) => (w || "").trim()).join(" | ");
}"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("keys")) as product:
        yield product


class Hands:
    """Ten fingers on a keyboard. `to` tabs until the focus is on something with these words."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, words: str) -> "Hands":
        seen = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(NAME_OF_FOCUS)
            if words in here:
                return self
            seen.append(here[:40])
        pytest.fail(f"the Tab key never came to {words!r} on {self.page.url}: {seen}")

    def types(self, words: str) -> "Hands":
        self.page.keyboard.type(words, delay=2)
        return self

    def press(self, key: str) -> "Hands":
        self.page.keyboard.press(key)
        return self

    def goes(self, words: str) -> "Hands":
        """Follow the link or press the button with these words, and wait for the next page."""
        self.to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self


def test_the_journey_works_by_keyboard_alone(product: Product, browser: Browser) -> None:
    fay = Hands(browser.new_context().new_page())
    fay.page.goto(product.ways_in()["sign_in"])
    fay.goes("Sign in")
    fay.page.goto(product.base + "/")
    fay.goes("new event")
    fay.to("Title").types("A meadow for all")
    fay.goes("Open the event")
    assert fay.page.url.endswith("/e/a-meadow-for-all"), fay.page.url
    fay.page.goto(product.base + "/e/a-meadow-for-all/-/new-draft")
    fay.to("Title").types("Mowing")
    fay.goes("Start")
    fay.page.goto(product.base + "/e/a-meadow-for-all/-/people")
    if fay.page.locator("details[open] >> text=Make it").count() == 0:
        fay.to("Make a link and a code").press("Enter")
    fay.to("Who joins by it is").types("dr")
    fay.goes("Make it")
    code = fay.page.locator(".code").first.inner_text()

    bob = Hands(browser.new_context().new_page())
    bob.page.goto(product.base + "/")
    bob.goes("Join an event")
    bob.to("Six-character code").types(code.lower()).press("Enter")
    expect(bob.page.get_by_text("You are invited to")).to_be_visible()
    bob.to("Your name").types("Bob")
    bob.goes("Join")
    bob.goes("Start writing")
    expect(bob.page.locator("#live-status")).to_contain_text("Saved")
    bob.to("Heading").press("ArrowRight").press("ArrowLeft")
    bob.to("Mowing")  # the text field says which text it is
    bob.press("Control+End").types("\n\nMow in June and in September.")
    bob.press("Control+B").types("Not in May.").press("Tab")
    assert "textbox" not in str(bob.page.evaluate("document.activeElement.role")), "Tab is trapped in the editor"
    expect(bob.page.locator("#live-status")).to_contain_text("Saved")
    _clean(bob.page)
    _clean(fay.page)
    bob.page.keyboard.press("Shift+Tab")
    _back_to(bob, "Put forward as version 1")
    bob.to("What changed").types("The first text.")
    bob.goes("Put forward")

    fay.page.goto(bob.page.url)
    fay.goes("Publish as version 1")
    expect(fay.page.get_by_text("Version 1 is published.")).to_be_visible()
    _clean(fay.page)
    bob.goes("Not you? Change")
    expect(bob.page.get_by_label("Your name")).to_be_visible()


def _back_to(hands: Hands, words: str) -> None:
    for _ in range(MOST_TABS):
        if words in hands.page.evaluate(NAME_OF_FOCUS):
            with hands.page.expect_navigation():
                hands.page.keyboard.press("Enter")
            return
        hands.page.keyboard.press("Shift+Tab")
    pytest.fail(f"Shift+Tab never came to {words!r}")


def _clean(page: Page) -> None:
    """Axe finds nothing on the page as it is now: connected, with words in it."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found]


def test_the_live_page_fits_a_phone_of_320_pixels_and_a_dark_room(
    product: Product, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme="dark", has_touch=True)
    page = context.new_page()
    page.goto(product.ways_in()["join"])
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="Start writing").click()
    expect(page.locator("#live-status")).to_contain_text("Saved")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.locator("#live-text [role=textbox]").tap()
    page.keyboard.type("On a phone. ")
    expect(page.locator("#live-status")).to_contain_text("Saved")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    _clean(page)
    context.close()
