"""What a public page does for a reader who has no account and comes back."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.look.conftest import SECOND, Site

pytestmark = pytest.mark.browser
LATER = "() => { const now = Date.now; Date.now = () => now() + 3600_000; }"


def test_a_browser_knows_what_is_new_since_it_last_looked(site: Site, browser: Browser):
    world = site.world
    event = world.event("An evening by the river", slug="evening")
    ada, lamps = world.member(event, "editor", "Ada"), world.draft(event, "Lamps at night", slug="lamps-at-night")
    world.publishes(ada, lamps, SECOND, "The first.")
    world.publishes(ada, world.draft(event, "Benches", slug="benches"), SECOND, "The first.")
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(site.base + "/e/evening/lamps-at-night")
    news = page.get_by_role("region", name="Since you last looked")
    expect(page.locator(".sheet")).to_be_visible()
    expect(news).to_have_count(0)
    world.publishes(ada, lamps, SECOND + "\nMore.\n", "More.")
    page.goto(site.base + "/e/evening")
    mark = page.locator("[data-looked$=lamps-at-night] .tag")
    expect(mark).to_have_text("One new version since you looked")
    expect(page.locator("[data-looked$=benches] .tag")).to_have_count(0)
    page.add_init_script(f"({LATER})()")
    page.goto(site.base + "/e/evening/lamps-at-night")
    expect(news).to_contain_text(re.compile("One new version since .* when version 1 was the newest"))
    page.reload()
    expect(news).to_be_visible()
    page.get_by_role("link", name="See what changed").click()
    page.wait_for_url("**/lamps-at-night/1..2")
    page.goto(site.base + "/e/evening")
    expect(page.locator(".rows").first).to_be_visible()
    expect(mark).to_have_count(0)


def test_how_to_cite_a_version_is_copied_by_a_press(site: Site, browser: Browser):
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.base)
    page = context.new_page()
    page.goto(site.base + "/e/river/ask/1")
    page.get_by_role("button", name="Copy this").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"What we ask for, version 1\. .*/e/river/ask/1 \(commit [0-9a-f]{12}\)", copied), copied
