"""The switch from writing to suggesting: what is typed is kept aside, sent together, and decided by somebody else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import needs
from tests.product import Product, running, until
from tests.stories.test_drafting_table import TEXT, Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("suggesting")) as product:
        product.command("draft", "create", "river", "Table", "--slug", "table")
        yield product


class Suggester(Person):
    """Somebody who uses the switch."""

    def switches(self, to: str = "You are suggesting") -> None:
        self.page.get_by_role("radio", name=to).check()
        expect(self.page.locator("#live-status")).to_contain_text("Suggesting:" if "suggesting" in to else "")

    def puts(self, old: str, new: str) -> None:
        """By keyboard: finds it, types over it."""
        self.selects(old)
        self.page.keyboard.type(new)

    @property
    def changes(self) -> list[str]:
        return self.page.locator("#live-changes .passage").all_inner_texts()

    def has_changes(self, *some: str) -> None:
        expect(self.page.locator("#live-changes .card")).to_have_count(len(some))
        for words in some:
            expect(self.page.locator("#live-changes .passage").filter(has_text=words)).to_have_count(1)


@pytest.fixture
def ada(product: Product, browser: Browser) -> Iterator[Suggester]:
    """An editor."""
    ada = Suggester(product, browser, "editor", "Ada")
    ada.field.focus()
    ada.page.keyboard.press("Control+a")
    ada.page.keyboard.insert_text(TEXT)
    until(lambda: ada.text == TEXT)
    expect(ada.page.locator("#live-status")).to_contain_text("Saved")
    yield ada
    ada.leaves()


@pytest.fixture
def cleo(product: Product, browser: Browser, ada: Suggester) -> Iterator[Suggester]:
    """A contributor."""
    cleo = Suggester(product, browser, "contributor", "Cleo")
    until(lambda: cleo.text == TEXT)
    yield cleo
    cleo.leaves()


def status(page: Page) -> str:
    return page.locator("#live-status").inner_text()


def test_a_contributor_types_at_two_places_and_an_editor_takes_one_of_them(ada: Suggester, cleo: Suggester):
    expect(cleo.page.get_by_role("radio", name="You are reading")).to_be_checked()
    cleo.switches()
    cleo.puts("dark and wet", "dim and damp")
    cleo.puts("broken", "old")
    cleo.has_changes("dim and damp", "old")
    expect(cleo.page.locator("#live-status")).to_have_text("Suggesting: 2 changes not sent yet, kept on this device.")
    expect(cleo.field.locator("ins").first).to_have_text("dim and damp")
    expect(cleo.field.locator("del").first).to_have_text("dark and wet")
    assert ada.text == TEXT
    cleo.is_clean()
    cleo.page.get_by_label("Why?").first.fill("It is not that bad.")
    cleo.page.get_by_role("button", name="Suggest them").press("Enter")
    expect(cleo.page.locator("#live-spoken")).to_have_text("2 suggestions stand beside the text now.")
    until(lambda: cleo.text == TEXT, 10, "what was sent is still in the copy")
    expect(ada.card("It is not that bad.")).to_have_count(2)
    expect(ada.card("dim and damp")).to_contain_text("Cleo")
    ada.card("dim and damp").get_by_role("link", name="Look, answer or decide").click()
    ada.page.get_by_role("button", name="Accept: put it into the text").press("Enter")
    expect(ada.page.get_by_text("It is in the text now.")).to_be_visible()
    until(lambda: cleo.text == TEXT.replace("dark and wet", "dim and damp"), 10, "it did not reach Cleo")
    ada.page.go_back()


def test_what_is_suggested_survives_a_reload_and_what_others_write_meanwhile(ada: Suggester, cleo: Suggester):
    cleo.switches()
    cleo.puts("broken", "old")
    expect(cleo.page.locator("#live-status")).to_contain_text("1 change not sent yet, kept on this device.")
    cleo.page.reload()
    expect(cleo.page.get_by_role("radio", name="You are suggesting")).to_be_checked()
    until(lambda: cleo.text == TEXT.replace("broken", "old"), 10, "it was not found again")
    ada.field.focus()
    ada.page.keyboard.press("Control+Home")
    ada.page.keyboard.type("Before. ")
    until(lambda: cleo.text == "Before. " + TEXT.replace("broken", "old"), 10, "Ada's words did not come")
    assert ada.text == "Before. " + TEXT
    cleo.has_changes("old")
    cleo.page.get_by_role("button", name="Suggest it").click()
    expect(ada.card("old")).to_be_visible()
    until(lambda: cleo.text == ada.text, 10, "what was sent is still in the copy")
    cleo.page.reload()
    expect(cleo.page.get_by_role("radio", name="You are reading")).to_be_checked()
    until(lambda: cleo.text == ada.text, 10, "it came back after it was sent")
