"""Every page, light and dark, wide and narrow, looked at by axe and by a narrow phone, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.look.conftest import Site

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}


def pages_of(site: Site, browser: Browser, **options: Any) -> Iterator[tuple[str, Page]]:
    """Every address in turn, opened by whoever it is for."""
    for addresses, person in ((site.public, None), (site.organiser, site.fay)):
        context = browser.new_context(reduced_motion="reduce", **options)
        if person is not None:
            context.add_cookies([site.cookie(person)])  # type: ignore[list-item]
        page = context.new_page()
        for address in addresses:
            answer = page.goto(site.base + address, wait_until="load")
            assert answer is not None and answer.status < 500, address
            yield address, page
        context.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: Site, browser: Browser, scheme: str):
    found = []
    for address, page in pages_of(site, browser, color_scheme=scheme):
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        for violation in Axe().run(page, options=RULES).response["violations"]:
            places = [node["html"][:120] for node in violation["nodes"][:3]]
            found.append(f"{address}: {violation['id']} ({violation['help']}) {places}")
    assert not found, "\n".join(found)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("width", [320, 768])
def test_no_page_scrolls_sideways(site: Site, browser: Browser, width: int):
    too_wide = []
    for address, page in pages_of(site, browser, viewport={"width": width, "height": 640}):
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            too_wide.append(f"{address}: {wide}")
    assert not too_wide, too_wide


@pytest.mark.timeout(400)
def test_what_is_pressed_is_large_enough_for_a_thumb(site: Site, browser: Browser):
    small = []
    for address, page in pages_of(site, browser, viewport={"width": 360, "height": 640}):
        sizes = page.eval_on_selector_all(
            "button, .press, summary, select, input:not([type=hidden], [type=checkbox], [type=radio])",
            "all => all.filter(e => e.checkVisibility()).map(e => [e.outerHTML, e.getBoundingClientRect().height])",
        )
        small += [f"{address}: {html[:80]} {height}" for html, height in sizes if height < 44]
    assert not small, "\n".join(small)
