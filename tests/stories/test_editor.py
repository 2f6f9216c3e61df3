"""The editor around the room, as people use it: by keyboard, by thumb, with a screen reader, and while others write."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import needs
from tests.product import Product, running, until

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
TEXT = """# What we ask for

Read the minutes.

## The path

Light the path. Repair the benches.

## The water

- tests
- signs
"""
PASTE = """(node, [html, plain]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", plain);
  node.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
FROM_WORD = """<html><body><!--StartFragment--><h2>Benches</h2>
<p class=MsoNormal>Repair <b>two</b> <i>old</i> ones<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>
<span style='mso-list:Ignore'>&middot;<span>&nbsp; </span></span>one</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'>
<span style='mso-list:Ignore'>o<span>&nbsp;</span></span>deeper</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'>
<span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>first</p>
<!--EndFragment--></body></html>"""
FROM_DOCS = """<b style="font-weight:normal" id="docs-internal-guid-1"><h1><span>Water</span></h1>
<p><span style="font-weight:700">Clean</span><span> and </span><span style="font-style:italic">cold</span></p>
<ul><li><p>one</p></li><ul><li><p>two</p></li></ul></ul><ol start="3"><li><p>three</p></li></ol></b>"""
FROM_PAGE = """<div>See <a href="https://example.org/a_(b)">the minutes</a><script>alert(1)</script>
*of* <a href="javascript:x()">May</a></div>
<table><tr><th>Where</th><th>What</th></tr><tr><td>Mill</td><td>a | b</td></tr></table>
<blockquote><p>never asked</p></blockquote><img src=x onerror=alert(1)>"""


class Writer:
    """Somebody who sits at the draft in a browser of their own."""

    def __init__(self, product: Product, browser: Browser, name: str = "", **options: Any) -> None:
        self.context: BrowserContext = browser.new_context(reduced_motion="reduce", **options)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(product.ways_in()["join"])
        if name:
            self.page.get_by_label("Your name").fill(name)
            self.page.get_by_label("Show my name").check()
        self.page.get_by_role("button", name="Join").click()
        self.page.goto(f"{product.base}/e/river/letter/live")
        self.saved()
        self.field = self.page.locator("#live-text [role=textbox]")

    def saved(self) -> None:
        expect(self.page.locator("#live-status")).to_contain_text("Saved")

    def starts_over(self, text: str) -> None:
        self.field.focus()
        self.press("Control+a")
        self.page.keyboard.insert_text(text) if text else self.press("Delete")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def types(self, words: str) -> None:
        self.page.keyboard.type(words)

    def pastes(self, words: str, rich: str = "") -> None:
        self.field.evaluate(PASTE, [rich, words])

    def selects(self, words: str) -> None:
        """With the keyboard, by finding it."""
        self.press("Control+f")
        self.types(words)
        self.press("Escape")

    def reads(self) -> str:
        """The text as it is on the server's disk."""
        self.saved()
        page = self.context.request.get(self.page.url.replace("/letter/live", "/-/write/letter")).text()
        found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.S)
        assert found
        return html.unescape(found[1])

    def comes_to_read(self, text: str) -> None:
        until(lambda: self.reads().strip() == text.strip(), 15, f"it is not {text!r} but {self.reads()!r}")

    def is_clean(self, where: str) -> None:
        """Axe finds nothing, and nothing is wider than the screen."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        assert not found, (where, [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found])
        width = self.page.viewport_size
        assert width and self.page.evaluate("document.documentElement.scrollWidth") <= width["width"], where

    def leaves(self) -> None:
        assert not self.errors
        self.context.close()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("editor")) as product:
        product.command("draft", "create", "river", "Letter", "--slug", "letter")
        yield product


@pytest.fixture(scope="module")
def seated(product: Product, browser: Browser) -> Iterator[Writer]:
    ada = Writer(product, browser, "Ada", viewport={"width": 1280, "height": 800})
    yield ada
    ada.leaves()


@pytest.fixture
def ada(seated: Writer) -> Writer:
    seated.press("Escape")
    seated.starts_over(TEXT)
    return seated


@pytest.fixture(scope="module")
def bob(product: Product, browser: Browser) -> Iterator[Writer]:
    bob = Writer(product, browser, "Bob", viewport={"width": 1000, "height": 700})
    yield bob
    bob.leaves()


def test_what_is_pasted_from_word_and_docs_and_pages_is_markdown(ada: Writer):
    for source, markdown in (
        (FROM_WORD, "## Benches\n\nRepair **two** *old* ones\n\n- one\n   - deeper\n1. first"),
        (FROM_DOCS, "# Water\n\n**Clean** and *cold*\n\n- one\n  - two\n\n3. three"),
        (FROM_PAGE, "See [the minutes](https://example.org/a_%28b%29) \\*of\\* May\n\n"
         "| Where | What |\n| --- | --- |\n| Mill | a \\| b |\n\n> never asked"),
        ("<p>plain <span>words</span></p>", "plain words"),
    ):  # fmt: skip
        ada.starts_over("")
        ada.pastes("plain words", source)
        ada.comes_to_read(markdown)


def test_an_address_pasted_on_words_is_a_link_and_alone_it_is_itself(ada: Writer):
    ada.selects("minutes")
    ada.pastes("https://example.org/m")
    ada.press("Control+End")
    ada.pastes("https://example.org/n")
    ada.comes_to_read(TEXT.replace("minutes", "[minutes](https://example.org/m)") + "https://example.org/n")


def test_lists_go_on_and_end_and_tab_sets_items_in_without_holding_anybody(ada: Writer):
    ada.press("Control+End")
    ada.types("1. one\ntwo")
    ada.press("Tab", "Enter")
    ada.types("three")
    ada.press("Shift+Tab", "Enter", "Enter")
    ada.types("after")
    ada.comes_to_read(TEXT + "1. one\n   1. two\n2. three\nafter")
    ada.press("ArrowUp", "Escape", "Tab")
    assert ada.page.evaluate("document.activeElement.closest('#live-text')") is None


def test_a_table_is_added_filled_by_keyboard_and_looks_like_one(ada: Writer):
    ada.selects("Read")
    ada.page.get_by_role("button", name="Table", exact=True).click()
    ada.page.get_by_label("Columns").fill("2")
    ada.page.get_by_label("Rows under the headings").fill("1")
    ada.press("Enter")
    until(lambda: "| --- |" in ada.reads(), why="there is no table")
    for words in ("Who", "What", "Ada"):
        ada.types(words)
        ada.press("Tab")
    ada.types("**lamps**")
    ada.press("Tab")
    ada.types("Bob")
    ada.comes_to_read(
        TEXT.replace("minutes.\n", "minutes.\n\n| Who | What |\n| --- | --- |\n| Ada | **lamps** |\n| Bob |  |\n")
    )
    ada.press("Control+Home")
    table = ada.page.locator(".md-grid table")
    assert table.locator("tr").all_inner_texts() == ["Who\tWhat", "Ada\tlamps", "Bob\t"]
    table.locator("td", has_text="lamps").click()
    ada.page.get_by_role("button", name="More").click()
    ada.page.get_by_role("menuitem", name="Add a column").click()
    ada.types("When")
    assert "| Who | What | When |\n| --- | --- | --- |\n| Ada | **lamps** |  |" in ada.reads()
    ada.press("Control+Home")
    table.locator("td", has_text="lamps").click()
    ada.types(" | more")
    assert "| Ada | **lamps** \\| more |  |" in ada.reads()


def test_words_are_found_and_replaced_while_somebody_else_writes(ada: Writer, bob: Writer):
    ada.press("Control+Home", "Control+f")
    count = ada.page.locator(".find .count")
    ada.types("the")
    expect(count).to_have_text("1 of 5")
    bob.field.focus()
    bob.press("Control+Home", "End")
    bob.types(" the end")
    expect(count).to_have_text("2 of 6")
    ada.page.get_by_label("Capitals matter").check()
    expect(count).to_have_text("2 of 4")
    ada.page.get_by_label("Replace with").fill("THE")
    ada.page.get_by_role("button", name="Replace all").click()
    expect(count).to_have_text("4 replaced")
    ada.press("Escape")
    expect(ada.field).to_be_focused()
    changed = ada.reads()
    assert changed.count("THE") == 4 and "THE end" in changed
    bob.types(" too")
    ada.press("Control+z")
    ada.comes_to_read(TEXT.replace("for\n", "for the end too\n", 1))


def test_the_outline_jumps_and_knows_where_one_is(ada: Writer):
    ada.press("Control+Home", "Control+Shift+o")
    outline = ada.page.get_by_role("navigation", name="Outline")
    assert outline.locator("li").all_inner_texts() == ["What we ask for", "The path", "The water"]
    expect(outline.locator("[aria-current]")).to_be_focused()
    ada.press("ArrowDown", "ArrowDown", "Enter")
    ada.types(" of the river")
    ada.comes_to_read(TEXT.replace("The water", "The water of the river"))
    expect(outline.locator("[aria-current]")).to_have_text("The water of the river")
    ada.press("Control+Shift+o")
    expect(outline).to_be_hidden()
    expect(ada.field).to_be_focused()


def test_keys_are_listed_and_the_focus_comes_back(ada: Writer):
    for opening in ("F1", "Control+/"):
        ada.press(opening)
        keys = ada.page.get_by_role("dialog", name="Keys")
        expect(keys).to_contain_text("Ctrl+Shift+O")
        ada.press("Escape")
        expect(ada.field).to_be_focused()
    ada.types("?")
    expect(keys).to_have_count(0)
    ada.page.get_by_role("button", name="Keys").focus()
    ada.press("?")
    expect(keys).to_be_visible()
    ada.press("Escape")
    expect(ada.page.get_by_role("button", name="Keys")).to_be_focused()


def test_focus_hides_all_but_the_text_and_how_it_stands(ada: Writer):
    ada.press("Control+Shift+f")
    expect(ada.page.get_by_role("toolbar")).to_be_hidden()
    expect(ada.page.locator("#live-status")).to_be_visible()
    ada.press("Escape")
    expect(ada.page.get_by_role("toolbar")).to_be_visible()


def test_what_others_changed_is_told_when_one_asks_and_not_before(ada: Writer, bob: Writer):
    ada.saved()
    ada.press("Control+Shift+l", "Escape")
    ada.types("Own words. ")
    bob.field.focus()
    bob.selects("benches")
    bob.types("lamps and chairs")
    bob.saved()
    expect(ada.field).to_contain_text("lamps and chairs")
    dialog = ada.page.get_by_role("dialog", name="What changed since I last looked")
    ada.press("Control+Shift+l")
    expect(dialog).to_contain_text("3 words added, 1 word removed by Bob, in 1 passage.")
    expect(dialog.get_by_role("heading", level=3)).to_have_text("The path")
    expect(dialog.locator("ins")).to_have_text("Added: lamps and chairs.")
    expect(dialog.locator("del")).to_have_text("Removed: benches.")
    ada.is_clean("what changed")
    dialog.get_by_role("button", name="Go there").click()
    expect(ada.field).to_be_focused()
    ada.press("Control+Shift+l")
    expect(dialog).to_contain_text("Nobody else has changed anything since you last asked")
    ada.press("Escape")


def test_the_read_view_has_headings_and_follows(ada: Writer, bob: Writer):
    ada.press("Control+Shift+e")
    read = ada.page.get_by_role("region", name="The text as readers will see it")
    expect(read.get_by_role("heading", name="The water")).to_be_visible()
    bob.field.focus()
    bob.press("Control+End")
    bob.types("\n## Thanks <b>x</b>")
    expect(read.get_by_role("heading", name="Thanks <b>x</b>")).to_be_visible()
    ada.is_clean("read view")
    ada.press("Control+End")
    ada.types("\n\n".join(f"Paragraph {n}." for n in range(60)))
    expect(read.get_by_text("Paragraph 59.")).to_be_in_viewport()
    ada.press("Control+Home")
    ada.types("# First\n\n")
    expect(read.get_by_role("heading", name="First")).to_be_in_viewport()
    ada.press("Control+Shift+e")
    expect(read).to_be_hidden()


BEFORE = """(bar) => {
  const before = document.createRange();
  before.setStart(bar.closest(".cm-line"), 0);
  before.setEndBefore(bar);
  return before.toString();
}"""
FLICKER = """() => {
  window.gone = 0;
  const bars = (node) => node.nodeType === 1 && (node.matches(".cursor") || node.querySelector(".cursor"));
  const look = (all) => all.forEach((one) => (window.gone += [...one.removedNodes].filter(bars).length));
  new MutationObserver(look).observe(document.querySelector(".cm-content"), {childList: true, subtree: true});
}"""


def test_anothers_cursor_stays_with_its_words_without_flicker_and_is_named(ada: Writer, bob: Writer):
    ada.saved()
    bob.field.focus()
    bob.selects("Repair")
    bob.press("ArrowRight")
    bar = ada.page.locator(".cursor:not(.quiet, .idle)")
    expect(bar).to_have_attribute("data-name", "Bob")
    ada.page.evaluate(FLICKER)
    ada.press("Control+Home")
    ada.types("Before. ")
    bob.types(" all of")
    expect(ada.field).to_contain_text("Repair all of the benches")
    until(lambda: str(bar.evaluate(BEFORE)).endswith("Repair all of"), 5, "the bar is not behind what Bob wrote")
    assert ada.page.evaluate("window.gone") == 0, "the bar was taken away and put back"
    expect(ada.page.locator("#live-spoken")).not_to_contain_text("Repair")
    heights = ada.page.eval_on_selector_all(
        ".cm-line:not(.md-h)", "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert max(heights) < 1.5 * min(heights), "a bar moves the lines apart"


def test_whoever_is_here_can_be_gone_to_and_is_named(ada: Writer, bob: Writer):
    bob.starts_over(TEXT + "\nMore.\n" * 60 + "The end.")
    bob.saved()
    ada.press("Control+Home")
    expect(ada.page.locator(".cursor.asked")).to_have_count(0)
    ada.page.get_by_role("button", name="Bob: go to where they write").click()
    bar = ada.page.locator(".cursor.asked")
    expect(bar).to_be_in_viewport()
    assert "Bob" in bar.evaluate("(e) => getComputedStyle(e, '::after').content")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_whatever_is_open(ada: Writer, scheme: Any):
    ada.page.emulate_media(color_scheme=scheme)
    for name, opening, closing in (
        ("find", ["Control+f", "t", "h", "e"], ["Escape"]),
        ("outline", ["Control+Shift+o"], ["Control+Shift+o"]),
        ("keys", ["F1"], ["Escape"]),
        ("focus", ["Control+Shift+f"], ["Escape"]),
    ):
        ada.press(*opening)
        ada.is_clean(name)
        ada.press(*closing)
    ada.page.get_by_role("button", name="More").click()
    ada.is_clean("more")
    ada.press("Escape")
    ada.page.get_by_role("button", name="Table", exact=True).click()
    ada.is_clean("table dialog")
    ada.press("Enter", "Control+Home")
    ada.is_clean("a table")
    ada.page.emulate_media(color_scheme="light")


IN_SIGHT = """() => {
  const line = getSelection().getRangeAt(0).getBoundingClientRect();
  const tools = document.querySelector("#live-toolbar").getBoundingClientRect();
  const top = document.querySelector("#live-top").getBoundingClientRect();
  return line.height > 0 && line.top >= top.bottom && line.bottom <= tools.top && tools.bottom <= innerHeight + 1;
}"""


def test_on_a_phone_the_tools_never_cover_the_line_being_written(ada: Writer, product: Product, browser: Browser):
    ada.saved()
    phone = Writer(product, browser, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    phone.page.locator(".cm-line", has_text="Repair").tap()
    phone.page.set_viewport_size({"width": 360, "height": 300})  # the keyboard comes up
    phone.types("On a phone. ")
    until(lambda: phone.page.evaluate(IN_SIGHT), 5, "the line being written is covered")
    phone.press("Control+End")
    phone.types("last\nline")
    until(lambda: phone.page.evaluate(IN_SIGHT), 5, "the last line is covered")
    phone.page.get_by_role("button", name="More").tap()
    small = phone.page.eval_on_selector_all(
        "#live-toolbar button, .menu button",
        "all => all.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.textContent)",
    )
    assert not small
    phone.press("Escape")
    phone.is_clean("phone")
    phone.page.get_by_role("button", name="More").tap()
    phone.page.get_by_role("menuitem", name="Find").tap()
    phone.types("last")
    expect(phone.page.locator(".find .count")).to_have_text("1 of 1")
    phone.is_clean("phone, find")
    phone.leaves()
