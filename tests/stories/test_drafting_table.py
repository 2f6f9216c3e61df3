"""Beside the live text: a contributor suggests and asks, others see it at once, an editor decides."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests import needs
from tests.product import Product, running, until
from tests.stories.test_editor import RULES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

TEXT = "# What we ask for\n\nThe path is dark and wet.\n\nThe benches are broken.\n"
KEPT = "(node) => (node.cmTile ?? node.cmView).view.state.doc.toString()"
PLACE = "/e/river/table/live"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("table")) as product:
        product.command("draft", "create", "river", "Table", "--slug", "table")
        yield product


class Person:
    """Somebody with a browser of their own, at the live text."""

    def __init__(self, product: Product, browser: Browser, role: str, name: str, place: str = PLACE) -> None:
        self.context: BrowserContext = browser.new_context(reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(product.command("invite", "river", "--role", role, "--name", name)["join"])
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Show my name").check()
        self.page.get_by_role("button", name="Join").click()
        self.page.goto(product.base + place)
        expect(self.page.locator("#live-status")).to_contain_text("Saved" if role != "contributor" else "read")
        self.field = self.page.locator("#live-text [role=textbox]")
        self.cards = self.page.locator("#live-cards .card")

    @property
    def text(self) -> str:
        return str(self.field.evaluate(KEPT))

    def selects(self, words: str) -> None:
        """By keyboard: found, then the search is closed."""
        self.field.focus()
        self.page.keyboard.press("Control+f")
        self.page.keyboard.type(words)
        self.page.keyboard.press("Escape")

    def says(self, kind: str, words: str, reason: str = "") -> None:
        """In the dialog, by keyboard alone."""
        self.page.keyboard.press("Control+Alt+m")
        dialog = self.page.get_by_role("dialog", name="Suggest or comment")
        dialog.get_by_label(kind).check()
        dialog.locator("textarea").fill(words)
        if reason:
            dialog.get_by_label("Why?").fill(reason)
        dialog.get_by_role("button", name="Put it beside the text").press("Enter")
        expect(dialog).to_be_hidden()

    def card(self, words: str) -> Locator:
        return self.cards.filter(has_text=words)

    def is_clean(self) -> None:
        found = Axe().run(self.page, options=RULES).response["violations"]
        assert not found, [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found]

    def leaves(self) -> None:
        assert not self.errors
        self.context.close()


@pytest.fixture
def ada(product: Product, browser: Browser) -> Iterator[Person]:
    ada = Person(product, browser, "editor", "Ada")
    ada.field.focus()
    ada.page.keyboard.press("Control+a")
    ada.page.keyboard.insert_text(TEXT)
    until(lambda: ada.text == TEXT)
    expect(ada.page.locator("#live-status")).to_contain_text("Saved")
    yield ada
    ada.leaves()


@pytest.fixture
def cleo(product: Product, browser: Browser, ada: Person) -> Iterator[Person]:
    cleo = Person(product, browser, "contributor", "Cleo")
    until(lambda: cleo.text == TEXT)
    yield cleo
    cleo.leaves()


def test_a_suggestion_is_seen_at_once_follows_its_words_and_goes_in_by_an_editors_press(ada: Person, cleo: Person):
    cleo.selects("dark and wet")
    cleo.says("Suggest other words", "dim and damp", "It is not that bad.")
    expect(ada.card("It is not that bad.")).to_be_visible()
    expect(ada.page.locator(".remarked.suggestion")).to_have_text("dark and wet")
    assert ada.text == TEXT, "a suggestion changes nothing"
    ada.field.focus()
    ada.page.keyboard.press("Control+Home")
    ada.page.keyboard.type("Before. ")
    expect(cleo.page.locator(".remarked.suggestion")).to_have_text("dark and wet")
    ada.is_clean()
    ada.card("It is not that bad.").get_by_role("link", name="Look, answer or decide").click()
    ada.is_clean()
    ada.page.get_by_role("button", name="Accept: put it into the text").press("Enter")
    expect(ada.page.get_by_text("It is in the text now.")).to_be_visible()
    until(lambda: cleo.text == "Before. " + TEXT.replace("dark and wet", "dim and damp"), 10, "it did not reach Cleo")
    expect(cleo.card("It is not that bad.")).to_have_count(0)
    ada.page.go_back()


def test_a_question_about_words_is_asked_answered_and_resolved(ada: Person, cleo: Person):
    cleo.selects("benches")
    cleo.says("Ask a question", "Which ones?")
    card = ada.card("Which ones?")
    expect(card).to_contain_text("A question")
    card.get_by_role("link", name="Look, answer or decide").click()
    ada.page.get_by_label("Answer").fill("All of them.")
    ada.page.get_by_role("button", name="Answer").click()
    expect(cleo.card("Which ones?")).to_contain_text("1 answer")
    ada.page.get_by_role("button", name="Mark as resolved").click()
    expect(cleo.card("Which ones?")).to_have_count(0)
    ada.page.goto(ada.page.url.partition("/-/")[0] + "/table/live")


def test_who_only_reads_the_text_writes_nothing_into_it_by_the_dialog(ada: Person, cleo: Person):
    cleo.field.focus()
    cleo.page.keyboard.press("Control+Home")
    cleo.says("Comment", "This is <b>about</b> everything.")
    expect(ada.card("This is <b>about</b> everything.")).to_be_visible()
    assert ada.text == cleo.text == TEXT
    cleo.is_clean()
