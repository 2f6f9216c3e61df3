"""The whole road in real browsers: two people write, one loses the network, they agree, strangers read and check."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import needs
from tests.product import Product, running, until

pytestmark = pytest.mark.browser

LIVE = "/e/river/what-we-ask-for-along-the-river/live"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("road")) as product:
        yield product


def sign_in(context: BrowserContext, product: Product) -> Page:
    page = context.new_page()
    page.goto(product.ways_in()["sign_in"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("You are")).to_be_visible()
    return page


def join(context: BrowserContext, product: Product, name: str, *, shows: bool) -> Page:
    """Somebody with the link, who is led by one button at a time to the text."""
    page = context.new_page()
    page.goto(product.ways_in()["join"])
    page.get_by_label("Your name").fill(name)
    if shows:
        page.get_by_label("Show my name").check()
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="Start writing").click()
    return page


def editor(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("#live-text [role=textbox]")


def text_of(page: Page) -> str:
    """The whole text of the editor's document; on screen each browser shows the marks of its own line."""
    document = "(node) => (node.cmTile ?? node.cmView).view.state.doc.toString()"
    return str(page.locator(".cm-content").evaluate(document))


def type_at_end(page: Page, words: str) -> None:
    editor(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words, delay=5)


def test_two_people_write_agree_and_strangers_can_check(product: Product, browser: Browser, tmp_path: Path) -> None:
    organisers, volunteers = browser.new_context(), browser.new_context()
    fay = sign_in(organisers, product)
    fay.goto(product.base + LIVE)
    bob = join(volunteers, product, "Bob", shows=True)
    for page in (fay, bob):
        expect(page.locator("#live-status")).to_contain_text("Saved")
    expect(fay.locator("#live-people-count")).to_contain_text("2")

    type_at_end(fay, "\nFay writes at the end.")
    bob.keyboard.press("Control+Home")
    editor(bob).click(position={"x": 5, "y": 5})
    bob.keyboard.press("Control+Home")
    bob.keyboard.type("Bob writes at the top. ", delay=5)
    for page in (fay, bob):
        expect(page.locator("#live-status")).to_contain_text("Saved")
        until(lambda p=page: "Fay writes at the end." in text_of(p) and "Bob writes at the top." in text_of(p))

    volunteers.set_offline(True)
    bob.keyboard.type("Bob is offline. ", delay=5)
    expect(bob.locator("#live-status")).to_contain_text("Kept on this device", timeout=40_000)
    type_at_end(fay, "\nFay goes on meanwhile.")
    volunteers.set_offline(False)
    expect(bob.locator("#live-status")).to_contain_text("Saved", timeout=40_000)
    until(lambda: text_of(bob) == text_of(fay), 20, "the two texts differ")
    for words in ("Bob is offline.", "Fay goes on meanwhile.", "Bob writes at the top."):
        assert text_of(fay).count(words) == 1, words

    bob.get_by_role("link", name="Put forward as version 2").click()
    bob.get_by_label("What changed, in one sentence?").fill("Two more sentences, and a third bench.")
    bob.get_by_role("button", name="Put forward").click()
    proposal = bob.url
    expect(bob.get_by_text("An editor decides")).to_have_count(2)
    expect(bob.get_by_role("button", name="Publish")).to_have_count(0)
    fay.goto(proposal)
    expect(fay.locator("ins:visible", has_text="Fay goes on meanwhile.")).to_be_visible()
    fay.get_by_role("button", name="Publish as version 2").click()
    expect(fay.get_by_text("Version 2 is published.")).to_be_visible()
    published = fay.url
    _strangers_check(product, browser, published, tmp_path)
    organisers.close()
    volunteers.close()


def _strangers_check(product: Product, browser: Browser, published: str, tmp_path: Path) -> None:
    """Without script, with real git, with a feed reader."""
    reader = browser.new_context(java_script_enabled=False)
    page = reader.new_page()
    page.goto(published)
    for words in ("Fay goes on meanwhile.", "The town council has not agreed to it", "We write together", "Bob"):
        expect(page.get_by_text(words).first).to_be_visible()
    page.goto(product.base + "/e/river/what-we-ask-for-along-the-river/1..2")
    expect(page.locator("ins:visible", has_text="Bob is offline.")).to_be_visible()
    page.goto(product.base + "/e/river/what-we-ask-for-along-the-river/history")
    expect(page.get_by_text("Two more sentences, and a third bench.").first).to_be_visible()
    reader.close()

    clone = tmp_path / "clone"
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(tmp_path)}

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def cloned() -> bool:
        git("clone", "-q", product.base + "/e/river/record.git", str(clone / str(len(list(tmp_path.glob("clone/*"))))))
        newest = sorted(clone.iterdir())[-1]
        return "Revision: 2" in git("-C", str(newest), "log", "-1", "--format=%(trailers)")

    clone.mkdir()
    until(cloned, 10, "no commit for version 2")
    here = str(sorted(clone.iterdir())[-1])
    status, signers = product.get("/.well-known/allowed_signers")
    assert status == 200
    (tmp_path / "signers").write_text(signers)
    checked = ["-c", f"gpg.ssh.allowedSignersFile={tmp_path / 'signers'}", "verify-commit", "HEAD", "HEAD~1"]
    git("-C", here, *checked)
    said = git("-C", here, "log", "-1", "--format=%an|%cn|%(trailers:key=Co-authored-by,valueonly)")
    assert "writer-" in said and "Drafting team" in said, said
    assert "Bob" not in git("-C", here, "log", "--format=%an%cn%B"), "a commit holds a person's name"

    feed = feedparser.parse(product.get("/e/river/feed.atom")[1])
    assert not feed.bozo and len(feed.entries) == 2
    assert feed.entries[0].link == published.split("?")[0] and "version 2" in feed.entries[0].title
