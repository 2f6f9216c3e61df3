"""Nobody needs a mouse: skip link, visible focus, and the way from the front page to writing, by keys alone."""

import pytest
from playwright.sync_api import Browser, Page

from tests.look.conftest import Site

pytestmark = pytest.mark.browser


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the thing with these words has the focus, as somebody would."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if words in page.evaluate("(e => e.innerText || e.labels?.[0]?.innerText || '')(document.activeElement)"):
            return
    pytest.fail(f"Tab does not reach {words!r}")


def test_somebody_joins_without_a_mouse(site: Site, browser: Browser):
    _, _, code = site.world.link(site.event)
    page = browser.new_page()
    page.goto(site.base + "/")
    tab_to(page, "Six-character code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/join/*")
    tab_to(page, "Your name")
    page.keyboard.type("Kim")
    tab_to(page, "Show my name")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/welcome")
    tab_to(page, "Start writing")


def test_the_skip_link_is_first_is_seen_and_works(site: Site, browser: Browser):
    page = browser.new_page()
    page.goto(site.base + "/e/river")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("e => e === document.activeElement")
    box = skip.bounding_box()
    assert box is not None and box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_focus_can_be_seen(site: Site, browser: Browser):
    page = browser.new_page()
    page.goto(site.base + "/e/river")
    for _ in range(8):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")


def test_from_change_to_change_by_key_on_a_page_with_a_difference(site: Site, browser: Browser):
    page = browser.new_page()
    page.goto(site.base + "/e/river/ask/1..2")
    focused = "document.activeElement.id"
    page.keyboard.press("n")
    assert page.evaluate(focused) == "", "a letter alone does nothing before somebody is among the changes"
    for key, change in (
        ("F8", "change-1"),
        ("n", "change-2"),
        ("n", "change-2"),
        ("p", "change-1"),
        ("F8", "change-2"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(focused) == change, key
    page.keyboard.press("Shift+F8")
    assert page.evaluate(focused) == "change-1"
