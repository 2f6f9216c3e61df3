"""The closing circle: a text is frozen while others have it open, read together, and given back to the team."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import needs
from tests.product import Product, running, until
from tests.stories.test_drafting_table import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

TEXT = "We ask for light.\n"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("circle")) as product:
        product.command("draft", "create", "river", "Table", "--slug", "table")
        yield product


def test_a_frozen_text_is_seen_as_such_at_once_and_what_was_typed_offline_is_set_aside(
    product: Product, browser: Browser
):
    ada, bob = Person(product, browser, "editor", "Ada"), Person(product, browser, "drafter", "Bob")
    bob.field.focus()
    bob.page.keyboard.insert_text(TEXT)
    until(lambda: ada.text == TEXT)
    expect(bob.page.locator("#live-status")).to_contain_text("Saved")
    away = Person(product, browser, "drafter", "Cem")
    until(lambda: away.text == TEXT)
    away.context.set_offline(True)
    away.field.focus()
    away.page.keyboard.type("Typed on the train. ")

    ada.page.get_by_role("link", name="Freeze or unfreeze the text").click()
    ada.is_clean()
    ada.page.get_by_label("Why?").fill("We read it together.")
    ada.page.get_by_role("button", name="Freeze it").press("Enter")
    ada.is_clean()
    expect(bob.page.locator("#live-news")).to_contain_text("We read it together. You can read it")
    expect(bob.page.locator("#live-status")).to_contain_text("You may read, not write.")
    bob.is_clean()
    bob.field.focus()
    bob.page.keyboard.type("Too late.")
    assert bob.text == TEXT
    bob.selects("light")
    bob.says("Ask a question", "Where?")
    expect(bob.card("Where?")).to_be_visible()

    away.context.set_offline(False)
    expect(away.page.locator("#live-asides")).to_contain_text("You may read this text, but not write in it now.")
    expect(away.page.locator("#live-asides")).to_contain_text("Typed on the train.")
    expect(away.page.locator("#live-cards")).to_contain_text("We read it together.")
    assert away.text == TEXT

    ada.page.get_by_role("button", name="Unfreeze it").press("Enter")
    expect(bob.page.locator("#live-news")).to_contain_text("This text is not frozen any more.")
    expect(bob.page.locator("#live-status")).to_contain_text("Saved")
    bob.field.focus()
    bob.page.keyboard.press("Control+End")
    bob.page.keyboard.type("And benches.")
    until(lambda: bob.text == TEXT + "And benches.")
    expect(away.page.locator("#live-asides")).to_contain_text("You can write again.")
    away.page.get_by_role("button", name="Put it back in as your own words").click()
    until(lambda: "Typed on the train." in bob.text and "And benches." in away.text)
    for person in (ada, bob, away):
        person.leaves()


def test_a_shift_changes_by_keyboard_and_the_new_facilitator_runs_the_event_at_once(product: Product, browser: Browser):
    fay, eve = Person(product, browser, "facilitator", "Fay"), Person(product, browser, "drafter", "Eve")
    eve.field.focus()
    eve.page.keyboard.press("Control+End")
    eve.says("Ask a question", "@Fay: who closes the hall?")
    expect(fay.card("who closes the hall?").locator("b")).to_have_text("@Fay")
    fay.page.goto(f"{product.base}/e/river/table")
    expect(fay.page.get_by_text("You are mentioned in a question")).to_be_visible()
    fay.page.goto(f"{product.base}/e/river/-/handover")
    expect(fay.page.get_by_text("Open beside the text")).to_be_visible()
    fay.is_clean()
    fay.page.get_by_label("Whose role").select_option(label="Fay (you), facilitator")
    fay.page.get_by_label("Who gets it").select_option(label="Eve, drafter")
    fay.page.get_by_role("button", name="Hand it over").press("Enter")
    expect(fay.page.get_by_text("Handed over: a facilitator has changed.")).to_be_visible()
    expect(eve.page.locator("#live-status")).to_contain_text("Saved")
    eve.page.goto(f"{product.base}/e/river/-/handover")
    expect(eve.page.get_by_role("button", name="Hand it over")).to_be_visible()
    expect(fay.page.get_by_role("button", name="Hand it over")).to_have_count(0)
    eve.page.goto(f"{product.base}/e/river/table/live")
    expect(eve.page.locator("#live-status")).to_contain_text("Saved")
    eve.page.get_by_role("button", name="More").press("Enter")
    eve.page.get_by_role("menuitem", name="Who wrote what").press("Enter")
    expect(eve.page.get_by_role("heading", name="Who wrote what")).to_be_visible()
    eve.is_clean()
    for person in (fay, eve):
        person.leaves()
