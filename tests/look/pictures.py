"""The pictures in docs/images, taken from the running product: `python -m tests.look.pictures [NAME …]`."""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from drafting.paths import ROOT
from tests import needs
from tests.conftest import QUIET
from tests.product import Product, running
from tests.proxy import Proxy, bad_line

IMAGES = ROOT / "docs" / "images"
SLUG = "what-we-ask-for-along-the-river"
LIVE = f"/e/river/{SLUG}/live"
SUGGESTED = ("Keep the slope by the bridge free of ice", "Clear the slope by the bridge of ice every morning")
ASKED = "only near the nests"
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
TALL: dict[str, Any] = {"viewport": {"width": 1280, "height": 2350}}
LONG: dict[str, Any] = {**PHONE, "viewport": {"width": 360, "height": 3400}}
"""The text with everything beside it in one picture."""


class Stage:
    """A product behind a line that can be cut, and browsers to look at it with."""

    def __init__(self, product: Product, line: Proxy, browser: Browser) -> None:
        self.product, self.line, self._browser = product, line, browser
        self._contexts: list[BrowserContext] = []
        self.base = f"http://127.0.0.1:{line.port}"

    def joins(self, link: str, name: str, **looks: Any) -> Page:
        """Somebody with a browser of their own has the text open."""
        context = self._browser.new_context(reduced_motion="reduce", locale="en-GB", timezone_id="UTC", **looks)
        self._contexts.append(context)
        page = context.new_page()
        page.goto(link.replace(self.product.base, self.base))
        named = page.get_by_label("Your name")
        if named.count():
            named.fill(name)
        page.get_by_role("button", name="Join").click()
        page.goto(self.base + LIVE)
        expect(page.locator(".cm-content")).to_be_visible(timeout=30_000)
        return page

    def opens(self, link: str, button: str) -> Page:
        """A link that asks to be pressed."""
        self._contexts.append(self._browser.new_context(reduced_motion="reduce"))
        page = self._contexts[-1].new_page()
        page.goto(link.replace(self.product.base, self.base))
        page.get_by_role("button", name=button).click()
        return page

    def writes(self, name: str, **looks: Any) -> Page:
        page = self.joins(self.product.ways_in()["join"], name, **looks)
        return says(page, "^Saved")

    def clear(self) -> None:
        self.line.resume()
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def says(page: Page, words: str) -> Page:
    expect(page.locator("#live-status")).to_have_text(re.compile(words), timeout=30_000)
    return page


def types(page: Page, words: str) -> Page:
    """At the end of the heading, where every window shows it."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    page.keyboard.type(words)
    return page


def two_writing(stage: Stage, words: str, **looks: Any) -> Page:
    """One person's screen, on which another one's cursor stands behind what they wrote."""
    page = stage.writes("Ada", **looks)
    types(stage.writes("Ben", **WIDE), words)
    expect(page.locator(".cm-content")).to_contain_text(words)
    return says(page, "^Saved")


def wide(stage: Stage) -> Page:
    return two_writing(stage, " this year", **WIDE)


def dark(stage: Stage) -> Page:
    return two_writing(stage, " this year", color_scheme="dark", **WIDE)


def phone(stage: Stage) -> Page:
    page = two_writing(stage, " this year", **PHONE)
    page.locator(".cm-content").tap()
    return page


def offline(stage: Stage) -> Page:
    page = stage.writes("Ada", **WIDE)
    stage.line.refuse()
    stage.line.cut()
    says(page, "^No connection")
    types(page, " – written without a network")
    says(page, "^Kept on this device: 28 changes")
    return page


def reading(stage: Stage) -> Page:
    link = stage.product.command("invite", "river", "--role", "contributor", "--name", "Cy")["join"]
    page = says(stage.joins(link, "Cy", **WIDE), "^You may read, not write")
    expect(page.locator("#live-people")).to_contain_text("Only you are here")
    return page


def table(stage: Stage, **looks: Any) -> Page:
    """What stands beside the text: a version with a clock, a suggestion and a question."""
    desk = f"{stage.base}/e/river/-"
    fay = stage.opens(stage.product.ways_in()["sign_in"], "Sign in")
    fay.goto(f"{desk}/rule")
    fay.get_by_label("Agreed unless someone objects").check()
    fay.locator("[name=minutes]").fill("120")
    fay.get_by_role("button", name="Declare this rule").click()
    invited = stage.product.command("invite", "river", "--role", "contributor", "--name", "Cleo")
    cleo = stage.joins(invited["join"], "Cleo")
    cleo.goto(f"{desk}/suggest/{SLUG}")
    area = cleo.locator("textarea[name=text]")
    area.fill(area.input_value().replace(*SUGGESTED))
    cleo.get_by_label("Why?").fill("So that people with prams can pass.")
    cleo.get_by_role("button", name="Suggest it").click()
    cleo.goto(f"{desk}/comment/{SLUG}")
    cleo.get_by_label("A question").check()
    cleo.get_by_label("Which words do you mean?").fill(ASKED)
    cleo.get_by_label("What do you want to say?").fill("Has anybody asked the rowing club?")
    cleo.get_by_role("button", name="Put it beside the text").click()
    page = stage.writes("Ada", **looks)
    page.goto(f"{desk}/put-forward/{SLUG}")
    page.get_by_label("What changed").fill("What all could live with this morning.")
    page.get_by_role("button", name="Put forward").click()
    page.goto(stage.base + LIVE)
    says(page, "^Saved")
    expect(page.locator("#live-cards .card")).to_have_count(2)
    expect(page.locator("#live-waiting .clock")).to_be_visible()
    expect(page.locator("#live-people")).to_contain_text("Only you are here")
    return page


SCENES: dict[str, Callable[[Stage], Page]] = {
    "editor-wide": wide, "editor-dark": dark, "editor-phone": phone, "editor-offline": offline,
    "editor-reading": reading, "table-wide": lambda stage: table(stage, **TALL),
    "table-dark": lambda stage: table(stage, color_scheme="dark", **TALL),
    "table-phone": lambda stage: table(stage, **LONG),
}  # fmt: skip


@contextmanager
def stage(folder: Path, browser: Browser) -> Iterator[Stage]:
    with running(folder) as product, bad_line(product.port) as line:
        yield Stage(product, line, browser)


def take(here: Stage, name: str, folder: Path) -> Path:
    """One picture, `<name>.png`, of what is in the window."""
    page = SCENES[name](here)
    file = folder / f"{name}.png"
    page.screenshot(path=file, animations="disabled", caret="hide")
    here.clear()
    return file


def main(*names: str) -> None:
    """Those named, or all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(needs.chromium()), args=QUIET)
        for name in names or SCENES:
            with stage(Path(folder) / name, browser) as here:  # one each: the text is the same however many are taken
                print(take(here, name, IMAGES))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
