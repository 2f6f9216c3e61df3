"""Nothing typed is lost in the browser, and the page says in words where it is: without a network, killed, asleep."""

import json
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests import needs
from tests.product import Product, running, until
from tests.proxy import Proxy, bad_line
from tests.scribe import Scribe

pytestmark = pytest.mark.browser

RETRIES_S = 7  # a copy that cannot be written to is tried again after 5 s
LIVE = "/e/river/what-we-ask-for-along-the-river/live"
TEXT = "(node) => (node.cmTile ?? node.cmView).view.state.doc.toString()"
WHAT_IS_KEPT = """async () => {
  const pages = {};
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      pages[new URL(request.url).pathname] = await (await caches.match(request)).text();
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  const workers = (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname);
  const storage = [...Object.keys(localStorage), ...Object.keys(sessionStorage)];
  return { pages, databases, workers, storage };
}"""


@dataclass
class House:
    """A product behind a line that can be bad."""

    product: Product
    line: Proxy

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.line.port}"

    def loses_the_network(self) -> None:
        self.line.refuse()
        self.line.cut()

    def join_link(self) -> str:
        return self.product.ways_in()["join"].replace(self.product.base, self.base)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("offline")) as product, bad_line(product.port) as line:
        yield House(product, line)


@pytest.fixture(autouse=True)
def good_line(house: House) -> None:
    house.line.resume()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def on_the_server(house: House) -> str:
    """The text as somebody else gets it."""
    bob = Scribe(house.base, house.join_link(), LIVE)
    assert bob.connect() and bob.synced.wait(20)
    bob.leave()
    return bob.text


class Writer:
    """One tab of somebody who joined."""

    def __init__(self, house: House, page: Page) -> None:
        self.house, self.page = house, page

    @classmethod
    def joins(cls, house: House, context: BrowserContext, *, shared: bool = False, name: str = "") -> "Writer":
        page = context.new_page()
        page.goto(house.join_link())
        page.get_by_label("Your name").fill(name)
        page.get_by_label("This is a shared or borrowed computer").set_checked(shared)
        page.get_by_role("button", name="Join").click()
        return cls(house, page).opens()

    def opens(self) -> "Writer":
        self.page.goto(self.house.base + LIVE)
        return self

    def says(self, words: str, seconds: float = 20) -> "Writer":
        expect(self.page.locator("#live-status")).to_have_text(re.compile(words), timeout=seconds * 1000)
        return self

    def is_back(self) -> "Writer":
        """What a browser tells a page when there is a network again."""
        self.page.evaluate("dispatchEvent(new Event('online'))")
        return self.says("^Saved", 40)

    def types(self, words: str) -> "Writer":
        self.page.locator("#live-text [role=textbox]").click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(words)
        return self

    def reads(self) -> str:
        return str(self.page.locator(".cm-content").evaluate(TEXT))

    def witness(self) -> list[str]:
        """Every status from now on, until the page is loaded anew."""
        told: list[str] = []
        self.page.expose_function("told", lambda words: told.append(words))
        self.page.evaluate(
            "new MutationObserver(() => told(document.getElementById('live-status').textContent))"
            ".observe(document.getElementById('live-status'), { childList: true })"
        )
        return told

    def keeps(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(WHAT_IS_KEPT)
        return found

    def has_kept_the_page(self) -> "Writer":
        until(lambda: LIVE in self.keeps()["pages"], 15, "the page was not kept")
        until(lambda: self.page.evaluate("!!navigator.serviceWorker.controller"), 5, "no worker took the page over")
        return self


def test_a_text_that_was_opened_before_opens_without_any_network(house: House, context: BrowserContext) -> None:
    ada = Writer.joins(house, context).says("^Saved").types("Written at home. ").says("^Saved at").has_kept_the_page()
    shell = ada.keeps()["pages"][LIVE]
    assert "Light the path" in ada.reads() and "Light the path" not in shell, "the kept page has words of the text"
    assert re.findall(r'name="csrf_token" value="([^"]*)"', shell) == ["", ""] and '"csrf": ""' in shell
    assert "forget.js" not in shell
    asks_twice = "navigator.serviceWorker.ready.then((at) => at.navigationPreload.getState()).then((at) => at.enabled)"
    assert not ada.page.evaluate(asks_twice), "a notice that is shown once could be on an answer that nobody sees"

    house.loses_the_network()
    ada.says("^No connection. What you write is kept on this device").types("On the train. ")
    ada.says(r"^Kept on this device: 14 changes not yet sent\.$")
    ada.page.reload()
    ada.says("^Kept on this device: 14 changes not yet sent. No connection: this is the copy of .*[0-9]")
    assert "Written at home. On the train. " in ada.reads()
    ada.types("Still there. ").says("^Kept on this device: 27 changes")
    expect(ada.page.locator(".live-next-version")).to_have_count(0)  # its number would be old

    house.line.resume()
    ada.says("^Saved at", 40)
    expect(ada.page.get_by_role("link", name="Load this page again")).to_be_visible()
    assert ada.page.locator("[name=csrf_token]").first.input_value(), "the page cannot send a form"
    assert json.loads(str(ada.page.locator("#live-settings").text_content()))["csrf"], "the page cannot send a picture"
    ada.page.keyboard.press("Control+Shift+E")
    expect(ada.page.locator("#live-read .prose")).to_contain_text("Still there.")
    assert "Written at home. On the train. Still there. " in on_the_server(house)
    ada.opens().says("^Saved")
    assert "Still there. " in ada.reads()


@pytest.mark.timeout(400)
def test_a_browser_that_is_killed_while_somebody_types_offline_has_it_all_when_it_starts_again(
    house: House, browser: Browser, playwright: Playwright, tmp_path: Path, browser_type_launch_args: dict[str, Any]
) -> None:
    profile = tmp_path / "profile"

    def starts() -> BrowserContext:
        return playwright.chromium.launch_persistent_context(profile, **browser_type_launch_args)

    context = starts()
    eve = Writer.joins(house, context).says("^Saved").has_kept_the_page()
    house.loses_the_network()
    eve.says("^No connection").types("Every word of this. ").says("^Kept on this device: 20 changes not yet sent")
    cookies = context.cookies()
    kill(profile)

    context = starts()
    context.add_cookies(cookies)  # Chromium brings cookies to disk twice a minute, and this one is younger
    eve = Writer(house, context.new_page()).opens().says("^Kept on this device: 20 changes not yet sent. No connection")
    assert "Every word of this. " in eve.reads()
    house.line.resume()
    eve.is_back()
    assert "Every word of this. " in on_the_server(house)
    context.close()


def kill(profile: Path) -> None:
    """The power of one browser is cut: every process that was started for this profile ends at once."""
    mine = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(profile) in entry.read_bytes().decode(errors="replace").replace("\0", " "):
                mine.append(int(entry.parent.name))
        except OSError:
            continue
    assert mine
    for process in mine:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    for lock in profile.glob("Singleton*"):
        lock.unlink(missing_ok=True)


def test_two_tabs_of_one_person_keep_each_others_words(house: House, context: BrowserContext) -> None:
    one = Writer.joins(house, context).says("^Saved").has_kept_the_page()
    two = Writer(house, context.new_page()).opens().says("^Saved")
    house.loses_the_network()
    one.says("^No connection").types("From the first tab. ").says("^Kept on this device: 20 changes")
    two.says("^No connection").types("From the second tab. ").says("^Kept on this device: 21 changes")
    one.types("And more. ").says("^Kept on this device: 30 changes")
    one.page.close()
    two.page.close()

    again = Writer(house, context.new_page()).opens().says("^Kept on this device: 51 changes")
    for words in ("From the first tab. And more. ", "From the second tab. "):
        assert words in again.reads()
    house.line.resume()
    again.is_back()
    text = on_the_server(house)
    assert text.count("From the first tab. And more. ") == text.count("From the second tab. ") == 1
    again.page.close()

    house.loses_the_network()
    later = Writer(house, context.new_page()).opens().says("^No connection. This is the copy of")
    assert "From the second tab. " in later.reads()


def test_what_a_closed_tab_kept_goes_out_through_another(house: House, context: BrowserContext) -> None:
    one = Writer.joins(house, context).says("^Saved")
    two = Writer(house, context.new_page()).opens().says("^Saved")
    house.loses_the_network()
    one.says("^No connection").types("Left behind. ").says("^Kept on this device: 13 changes")
    one.page.close()
    house.line.resume()
    two.is_back()
    until(lambda: "Left behind. " in two.reads(), 10, "the other tab did not take it in")
    until(lambda: "Left behind. " in on_the_server(house), 20, "it did not reach the server")


def test_signing_out_leaves_nothing_on_the_device(house: House, context: BrowserContext) -> None:
    ada = (
        Writer.joins(house, context, name="Ada").says("^Saved").types("Private. ").says("^Saved at").has_kept_the_page()
    )
    kept = ada.keeps()
    assert kept["databases"] and kept["workers"] == ["/e/"] and any("live.js" in page for page in kept["pages"])
    ada.page.get_by_role("button", name="Not you? Change").click()
    expect(ada.page.get_by_label("Your name")).to_be_visible()
    assert ada.keeps() == {"pages": {}, "databases": [], "workers": [], "storage": []}
    house.loses_the_network()
    with pytest.raises(Exception, match="ERR_"):
        ada.opens()


def test_a_device_keeps_no_copy_from_the_moment_somebody_says_so(house: House, context: BrowserContext) -> None:
    ada = Writer.joins(house, context).says("^Saved").has_kept_the_page()
    house.loses_the_network()
    ada.says("^No connection").types("Unsent. ").says("^Kept on this device: 8 changes")
    asked: list[str] = []
    ada.page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    ada.page.get_by_role("button", name="Keep no copy here").click()
    until(lambda: ada.page.wait_for_timeout(50) or asked, 10, "nobody was asked")
    assert "8 changes not yet sent" in asked[0]
    assert "Unsent. " in ada.reads() and ada.keeps()["databases"]
    house.line.resume()
    ada.is_back()

    ada.page.get_by_role("button", name="Keep no copy here").click()
    expect(ada.page.get_by_role("button", name="Keep a copy here")).to_be_visible()
    ada.says("^Saved")
    assert ada.keeps() == {"pages": {}, "databases": [], "workers": [], "storage": []}
    house.loses_the_network()
    ada.says("^No connection. What you write stays in this tab").types("Here only. ")
    ada.says("^Only in this tab: 11 changes not yet sent. Keep it open.")
    house.line.resume()
    ada.is_back()
    ada.page.goto(house.base + "/-/you")
    ada.page.get_by_role("button", name="Keep a copy here").click()
    expect(ada.page.get_by_role("button", name="Keep no copy here")).to_be_visible()
    ada.opens().says("^Saved").has_kept_the_page()


def test_whoever_joins_on_a_shared_computer_leaves_no_copy(house: House, context: BrowserContext) -> None:
    ada = Writer.joins(house, context, shared=True).says("^Saved").types("For now. ").says("^Saved at")
    ada.page.wait_for_timeout(2500)  # longer than a page waits before it is kept
    assert ada.keeps() == {"pages": {}, "databases": [], "workers": [], "storage": []}


def test_a_page_that_was_kept_for_one_person_is_not_shown_to_the_next(house: House, context: BrowserContext) -> None:
    ada = Writer.joins(house, context, name="Ada").says("^Saved").has_kept_the_page()
    context.clear_cookies()
    ada.page.goto(house.base + "/join")
    until(lambda: LIVE not in ada.keeps()["pages"], 5, "the page outlived its person")
    assert ada.keeps()["databases"], "what may not have been sent is not removed for that"


def test_where_the_browser_keeps_nothing_the_page_says_so(house: House, context: BrowserContext) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'indexedDB', { value: undefined });"
        "Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined });"
    )
    ada = Writer.joins(house, context).says("^Saved").types("Seen. ").says("^Saved at")
    house.loses_the_network()
    ada.says("^No connection. What you write stays in this tab").types("Unseen. ")
    ada.says("^Only in this tab: 8 changes not yet sent. Keep it open.")
    house.line.resume()
    ada.is_back()
    assert "Seen. Unseen. " in on_the_server(house)


def test_a_full_disk_is_said_and_holds_nothing_up(house: House, context: BrowserContext) -> None:
    ada = Writer.joins(house, context).says("^Saved")
    session = context.new_cdp_session(ada.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": house.base, "quotaSize": 1})
    ada.types("Too much. ").says("^Saved at")
    house.loses_the_network()
    ada.types("Not here. ").says("^Only in this tab: 10 changes not yet sent. Keep it open.")
    session.send("Storage.overrideQuotaForOrigin", {"origin": house.base})
    ada.types("Now. ").says("^Kept on this device: 15 changes not yet sent")
    house.line.resume()
    ada.is_back()
    assert "Too much. Not here. Now. " in on_the_server(house)


def test_a_tab_that_slept_checks_before_it_calls_anything_saved(house: House, browser: Browser) -> None:
    contexts = [browser.new_context(), browser.new_context()]
    ada, bob = (Writer.joins(house, context).says("^Saved") for context in contexts)
    session = contexts[0].new_cdp_session(ada.page)
    told = ada.witness()
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    house.line.stall()  # the radio is off, and nobody is told
    ada.page.clock.install()
    session.send("Page.setWebLifecycleState", {"state": "active"})
    ada.page.clock.fast_forward("02:00:00")
    ada.says("^(Checking whether this text is up to date|No connection)").types("Typed at once. ")
    assert not [words for words in told if words.startswith("Saved")]
    house.line.resume()
    house.line.cut()
    ada.page.clock.resume()
    ada.is_back()
    bob.is_back()
    until(lambda: ada.reads() == bob.reads() and "Typed at once. " in bob.reads(), 10, "they did not meet")
    for context in contexts:
        context.close()


def test_a_dead_line_is_noticed_though_nobody_cut_it(house: House, context: BrowserContext) -> None:
    ada = Writer.joins(house, context).says("^Saved")
    house.line.stall()
    told = ada.types("Into the void. ").witness()
    ada.says("^Kept on this device: 15 changes not yet sent", 30)
    assert [words[:8] for words in told if not words.startswith("Saving")] == ["Checking", "Kept on "], told
    house.line.resume()
    ada.is_back()
    assert "Into the void. " in on_the_server(house)


@pytest.mark.timeout(400)
def test_an_event_that_is_closed_while_somebody_is_away_and_opened_again(
    house: House, context: BrowserContext, browser: Browser
) -> None:
    ada = Writer.joins(house, context).says("^Saved").types("In time. ").says("^Saved at")
    house.product.stop()
    ada.says("^No connection")
    house.product.start()
    ada.is_back()
    house.loses_the_network()
    ada.types("Too late. ").says("^Kept on this device: 10 changes")
    expect(ada.page.locator("#live-people-count")).to_have_text("Who is here: not known now")
    ada.page.keyboard.press("Control+Shift+L")
    expect(ada.page.get_by_role("dialog")).to_contain_text("what others write now is not known here")
    ada.page.keyboard.press("Escape")

    fay = browser.new_context().new_page()
    fay.goto(house.product.command("sign-in-link")["url"])
    fay.get_by_role("button", name="Sign in").click()
    fay.goto(house.product.base + "/e/river/-/close")
    fay.get_by_role("button", name="Close the event").click()
    told = ada.witness()
    house.line.resume()
    ada.page.evaluate("dispatchEvent(new Event('online'))")
    ada.says("^You may read, not write").page.wait_for_timeout(RETRIES_S * 1000)
    assert [words for words in told if words.startswith("Saved")] == [], told
    field = ada.page.locator("#live-text [role=textbox]")
    assert field.get_attribute("contenteditable") == "false" and "Too late" not in ada.reads()
    aside = ada.page.locator("#live-asides")
    expect(aside).to_contain_text("Too late.")
    expect(aside.get_by_role("button", name="Put it back")).to_be_hidden()

    field.focus()
    fay.get_by_role("button", name="Open the event again").click()
    expect(ada.page.locator("#live-news")).to_contain_text("You can write again.")
    ada.says("^Saved")
    assert ada.page.evaluate("document.activeElement.getAttribute('role')") == "textbox", "nobody fell out of the text"
    expect(aside).to_contain_text("You can write again.")
    aside.get_by_role("button", name="Put it back").click()
    ada.says("^Saved at")
    assert "Too late. " in on_the_server(house)
    fay.context.close()


@pytest.mark.timeout(400)
def test_a_server_that_stops_says_so_and_one_that_was_restored_does_not_mix_old_words_in(
    house: House, context: BrowserContext
) -> None:
    ada = Writer.joins(house, context).says("^Saved").types("Before the backup. ").says("^Saved at").has_kept_the_page()
    house.product.stop()
    expect(ada.page.locator("#live-news")).to_contain_text(re.compile("restart", re.IGNORECASE))
    ada.says("^No connection").types("While it was away. ").says("^Kept on this device: 19 changes")
    house.product.start()
    ada.is_back()
    expect(ada.page.locator("#live-news")).to_be_empty()

    house.product.stop()
    with sqlite3.connect(house.product.folder / "data" / "drafting.db") as database:
        database.execute("update draft set epoch = 'restored' where slug = 'what-we-ask-for-along-the-river'")
        database.execute("delete from journal where seq > 1")
        database.execute("delete from snapshot")
    ada.says("^No connection").types("Too late. ").says("^Kept on this device: 10 changes")
    house.product.start()
    ada.is_back().says("^Saved.* This draft was restarted; your text is kept below as a proposal.$")
    assert "Before the backup" not in ada.reads() and "Too late" not in ada.reads()
    aside = ada.page.locator("#live-asides")
    expect(aside.locator("ins").last).to_contain_text("Before the backup. While it was away. Too late.")
    below = ada.page.evaluate(
        "document.getElementById('live-status').compareDocumentPosition(document.getElementById('live-asides'))"
    )
    assert below == 4, "it says below"
    ada.page.reload()
    ada.says("restarted")
    aside.get_by_role("button", name="Put it back in as your own words").click()
    ada.says("^Saved")
    expect(aside).to_be_hidden()
    assert "Too late. " in on_the_server(house)
