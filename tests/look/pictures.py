"""The pictures in docs/images, taken from the running product: `python -m tests.look.pictures [NAME …]`."""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from drafting.paths import ROOT
from tests import needs
from tests.conftest import QUIET
from tests.product import Product, running, until
from tests.proxy import Proxy, bad_line
from tests.wording import gallery_report

IMAGES = ROOT / "docs" / "images"
SLUG = "what-we-ask-for-along-the-river"
LIVE = f"/e/river/{SLUG}/live"
SUGGESTED = ("Keep the slope by the bridge free of ice", "Clear the slope by the bridge of ice every morning")
ASKED = "only near the nests"
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
TALL: dict[str, Any] = {"viewport": {"width": 1280, "height": 2350}}
SHEET: dict[str, Any] = {"viewport": {"width": 1280, "height": 1500}}
DARK_SHEET: dict[str, Any] = {**SHEET, "color_scheme": "dark"}
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

    def reads(self, path: str, **looks: Any) -> Page:
        """Somebody without an account opens a page."""
        self._contexts.append(self._browser.new_context(reduced_motion="reduce", locale="en-GB", **looks))
        page = self._contexts[-1].new_page()
        page.goto(self.base + path)
        return page

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


def publish(stage: Stage, texts: Sequence[str], said: Sequence[str]) -> None:
    """Versions of a text called Minutes, each with what is said to have changed."""
    stage.product.command("draft", "create", "river", "Minutes", "--slug", "minutes")
    fay = stage.opens(stage.product.ways_in()["sign_in"], "Sign in")
    for number, (text, change) in enumerate(zip(texts, said, strict=True), 1):
        fay.goto(f"{stage.base}/e/river/-/write/minutes")
        fay.locator("textarea[name=text]").fill(text)
        fay.get_by_role("button", name="Save").click()
        fay.goto(f"{stage.base}/e/river/-/put-forward/minutes")
        fay.get_by_label("What changed").fill(change)
        fay.get_by_role("button", name="Put forward").click()
        fay.get_by_role("button", name=f"Publish as version {number}").click()


def difference(stage: Stage, pair: str, **looks: Any) -> Page:
    """What changed between two versions of a text of the gallery."""
    publish(stage, gallery_report.pair(pair), ["What all could live with."] * 2)
    return stage.reads("/e/river/minutes/1..2", **looks)


def history(stage: Stage, path: str, **looks: Any) -> Page:
    """A page about three versions of one text."""
    publish(stage, MINUTES, CHANGES)
    until(lambda: "are from it" in stage.product.get("/e/river/minutes/blame")[1], 30)
    return stage.reads(f"/e/river/minutes/{path}", **looks)


MINUTES = (
    "# Lights by the river\n\nThe path by the river is dark from four in the afternoon. Many people take the road.\n",
    "# Lights by the river\n\nThe path by the river is dark from four in winter. Many people take the road instead. "
    "We ask for low lights with a warm colour.\n",
    "# Lights by the river\n\nThe path by the river is dark from four in winter. Many people take the road instead. "
    "We ask for low lights with a warm colour. They go out at midnight, and between the alders there are none.\n\n"
    "1. The first stretch is from the bridge to the mill.\n2. The rest follows when the herons have bred.\n",
)
CHANGES = ("What we saw.", "What we ask for.", "When the lights go out, and where there are none.")

SCENES: dict[str, Callable[[Stage], Page]] = {
    "editor-wide": wide, "editor-dark": dark, "editor-phone": phone, "editor-offline": offline,
    "editor-reading": reading, "table-wide": lambda stage: table(stage, **TALL),
    "table-dark": lambda stage: table(stage, color_scheme="dark", **TALL),
    "table-phone": lambda stage: table(stage, **LONG),
    "difference-prose": lambda stage: difference(stage, "paragraph-split-and-edited", **SHEET),
    "difference-table": lambda stage: difference(stage, "table-column-between-equal-cells", **DARK_SHEET),
    "difference-move": lambda stage: difference(stage, "minutes-of-two-hands", **SHEET),
    "history": lambda stage: history(stage, "history", **WIDE),
    "blame": lambda stage: history(stage, "blame?words=warm+colour", **SHEET),
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
