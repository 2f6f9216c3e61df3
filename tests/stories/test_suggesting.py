"""The switch from writing to suggesting: what is typed is kept aside, sent together, and decided by somebody else."""

import re
import sqlite3
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from drafting.db import Database, now, prepare
from drafting.drafts import anchors, journal
from drafting.drafts.models import Draft
from drafting.people.models import Person as Somebody
from drafting.review import commenting
from tests import needs
from tests.product import Product, running, until
from tests.stories.test_drafting_table import TEXT, Person
from tests.stories.test_strike import KEPT, strikes

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

SLOW = """() => {
  const fetched = window.fetch;
  window.slow = 0;
  window.fetch = async (address, ...more) => {
    const answer = await fetched(address, ...more);
    if (!String(address).includes("?part")) return answer;
    window.fetch = fetched;
    window.slow = 1;
    await new Promise((done) => (window.goOn = done));
    return answer;
  };
}"""
"""The next answer with cards comes when `goOn` is called."""
BREAKS_OFF = """() => {
  const fetched = window.fetch;
  window.fetch = async (address, ...more) => {
    const answer = await fetched(address, ...more);
    if (!String(address).includes("?part")) return answer;
    window.fetch = fetched;
    const body = new ReadableStream({ start: (writer) => writer.error(new TypeError("network error")) });
    return new Response(body, { status: 200 });
  };
}"""
"""The next answer with cards ends in the middle, as on a bad line."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("suggesting")) as product:
        yield product


@pytest.fixture
def place(product: Product, request: pytest.FixtureRequest) -> str:
    """A text of its own for each story."""
    slug = f"table-{abs(hash(request.node.name)) % 10**6}"
    product.command("draft", "create", "river", "Table", "--slug", slug)
    return f"/e/river/{slug}/live"


class Suggester(Person):
    """Somebody who uses the switch."""

    def switches(self, to: str = "You are suggesting") -> None:
        self.page.get_by_role("radio", name=to).check()
        status = expect(self.page.locator("#live-status"))
        (status.to_contain_text if "suggesting" in to else status.not_to_contain_text)("Suggesting:")

    def puts(self, old: str, new: str) -> None:
        """By keyboard: finds it, types over it."""
        self.selects(old)
        self.page.keyboard.type(new)

    def has_changes(self, *some: str) -> None:
        expect(self.page.locator("#live-changes .card")).to_have_count(len(some))
        for words in some:
            expect(self.page.locator("#live-changes .passage").filter(has_text=words)).to_have_count(1)


@pytest.fixture
def ada(product: Product, browser: Browser, place: str) -> Iterator[Suggester]:
    """An editor."""
    ada = Suggester(product, browser, "editor", "Ada", place)
    ada.field.focus()
    ada.page.keyboard.press("Control+a")
    ada.page.keyboard.insert_text(TEXT)
    until(lambda: ada.text == TEXT)
    expect(ada.page.locator("#live-status")).to_contain_text("Saved")
    yield ada
    ada.leaves()


@pytest.fixture
def cleo(product: Product, browser: Browser, place: str, ada: Suggester) -> Iterator[Suggester]:
    """A contributor."""
    cleo = Suggester(product, browser, "contributor", "Cleo", place)
    until(lambda: cleo.text == TEXT)
    yield cleo
    cleo.leaves()


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
    cleo.page.get_by_role("button", name="Suggest them", exact=True).press("Enter")
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


def test_whoever_presses_before_the_page_is_ready_suggests_all_the_same(ada: Suggester, cleo: Suggester):
    cleo.switches()
    cleo.puts("broken", "old")
    expect(cleo.page.locator("#live-status")).to_contain_text("1 change not sent yet, kept on this device.")
    cleo.page.reload()
    cleo.switches()
    cleo.has_changes("old")
    expect(cleo.page.locator("#live-spoken")).not_to_contain_text("in another window")


def test_by_keyboard_alone_an_editor_goes_from_card_to_card_and_decides(ada: Suggester, cleo: Suggester):
    cleo.switches()
    cleo.puts("dark and wet", "dim and damp")
    cleo.puts("broken", "old")
    cleo.page.get_by_label("Why?").first.press("Enter")
    expect(ada.cards).to_have_count(2)
    spoken = ada.page.locator("#live-spoken")
    ada.field.focus()
    ada.page.keyboard.press("F8")
    expect(ada.card("dim and damp")).to_be_focused()
    expect(ada.card("dim and damp")).to_have_accessible_name(
        "1 of 2. A suggestion. By Cleo. Out: dark and wet. In: dim and damp."
    )
    expect(ada.field.locator(".remarked.asked")).to_have_text("dark and wet")
    expect(ada.field.locator(".remarked.asked")).to_be_in_viewport()
    expect(ada.card("dim and damp")).to_be_in_viewport()
    ada.is_clean()
    ada.page.keyboard.press("F8")
    expect(ada.card("old")).to_be_focused()
    ada.page.keyboard.press("Shift+F8")
    expect(ada.card("dim and damp")).to_be_focused()
    ada.page.get_by_role("button", name="Accept: put it into the text").press("Enter")
    expect(spoken).to_have_text("It is in the text now.")
    until(lambda: ada.text == TEXT.replace("dark and wet", "dim and damp"), 10, "it is not in the text")
    expect(ada.cards).to_have_count(1)
    expect(ada.card("old")).to_be_focused()
    ada.page.locator("#live-cards summary", has_text="Answer").press("Enter")
    ada.page.get_by_label("Answer").fill("Which ones?")
    ada.page.get_by_label("Answer").press("Tab")
    ada.page.keyboard.press("Enter")
    expect(spoken).to_have_text("Your answer stands there now.")
    expect(cleo.card("old")).to_contain_text("1 answer")
    expect(ada.card("old")).to_be_focused()
    ada.page.locator("#live-cards summary", has_text="Decline").press("Enter")
    ada.page.get_by_label("Why? One sentence, which stays with it.").press_sequentially("They are broken.")
    ada.page.keyboard.press("Enter")
    expect(spoken).to_have_text("Declined. It keeps this page, and can be taken up again.")
    expect(ada.cards).to_have_count(0)
    expect(ada.field).to_be_focused()
    ada.page.keyboard.press("F8")
    expect(spoken).to_have_text("There are no suggestions or comments.")


def crowd(product: Product, place: str) -> None:
    """Sixty comments on one text."""
    database = Database(prepare(sa.create_engine(f"sqlite:///{product.database_file}")))
    with database.write() as session:
        draft = session.scalars(sa.select(Draft).where(Draft.slug == place.split("/")[-2])).one()
        by = session.scalars(sa.select(Somebody.id)).first()
        past = journal.past(session, draft.id)
        for n, named in enumerate(anchors.named(past, [(n % 20, n % 20 + 1) for n in range(60)])):
            commenting.say(session, draft, "comment", named, words=f"Number {n}.", by=by, at=now())
    database.close()


def test_by_key_one_comes_from_the_first_fifty_to_the_rest_and_back(product: Product, ada: Suggester, place: str):
    crowd(product, place)
    expect(ada.cards).to_have_count(50)
    ada.field.focus()
    ada.page.keyboard.press("F8")
    ada.page.keyboard.press("Shift+F8")
    here = ada.page.locator("#live-cards .card:focus")
    expect(here).to_have_accessible_name(re.compile("^60 of 60[.]"))
    expect(ada.cards).to_have_count(10)
    expect(ada.page.locator("#live-cards")).to_contain_text("These are 51 to 60 of 60.")
    ada.page.locator("#live-cards summary", has_text="Resolve").press("Enter")
    ada.page.get_by_role("button", name="Mark as resolved").press("Enter")
    expect(here).to_have_accessible_name(re.compile("^59 of 59[.]"))
    ada.page.keyboard.press("F8")
    expect(here).to_have_accessible_name(re.compile("^1 of 59[.]"))
    expect(ada.cards).to_have_count(50)


def test_the_page_is_turned_also_while_cards_are_on_their_way(
    product: Product, ada: Suggester, cleo: Suggester, place: str
):
    crowd(product, place)
    expect(ada.cards).to_have_count(50)
    ada.page.evaluate(SLOW)
    cleo.selects("broken")
    cleo.says("Comment", "They are.")
    until(lambda: ada.page.evaluate("window.slow"))
    ada.field.focus()
    ada.page.keyboard.press("F8")
    ada.page.keyboard.press("Shift+F8")
    ada.page.evaluate("window.goOn()")
    expect(ada.page.locator("#live-cards .card:focus")).to_have_accessible_name(re.compile("^61 of 61[.]"))


def test_whoever_is_at_a_card_stays_there_with_what_they_typed_when_others_come(ada: Suggester, cleo: Suggester):
    cleo.switches()
    cleo.puts("broken", "old")
    cleo.page.get_by_role("button", name="Suggest it").press("Enter")
    expect(ada.cards).to_have_count(1)
    ada.field.focus()
    ada.page.keyboard.press("F8")
    ada.page.locator("#live-cards summary", has_text="Answer").press("Enter")
    ada.page.get_by_label("Answer").press_sequentially("Not all ")
    cleo.selects("dark")
    cleo.says("Comment", "It is lit.")
    expect(ada.cards).to_have_count(2)
    expect(ada.page.get_by_label("Answer")).to_be_focused()
    ada.page.keyboard.type("of them.")
    expect(ada.page.get_by_label("Answer")).to_have_value("Not all of them.")
    ada.page.keyboard.press("Escape")
    expect(ada.field).to_be_focused()
    ada.page.keyboard.press("F8")
    here = ada.page.locator("#live-cards .card.now")
    expect(here).to_contain_text("It is lit.")
    expect(here.get_by_label("Answer")).to_have_value("")
    ada.page.keyboard.press("F8")
    expect(here.get_by_label("Answer")).to_have_value("Not all of them.")


def test_whoever_types_at_a_card_that_others_decide_goes_on_typing_there(ada: Suggester, cleo: Suggester):
    cleo.selects("broken")
    cleo.says("Ask a question", "Which ones?")
    expect(ada.cards).to_have_count(1)
    ada.field.focus()
    ada.page.keyboard.press("F8")
    ada.page.locator("#live-cards summary", has_text="Answer").press("Enter")
    ada.page.get_by_label("Answer").press_sequentially("All ")
    link = cleo.card("Which ones?").get_by_role("link", name="Look, answer or decide").get_attribute("href")
    second = cleo.context.new_page()
    second.goto(cleo.page.url.partition("/e/")[0] + str(link))
    second.get_by_role("button", name="Mark as resolved").click()
    expect(ada.page.get_by_text("This was decided just now. What you typed is still here")).to_be_visible()
    expect(ada.page.get_by_label("Answer")).to_be_focused()
    ada.page.keyboard.type("of them.")
    assert ada.text == TEXT, "what was typed went into the text"
    ada.is_clean()
    ada.page.get_by_label("Answer").press("Tab")
    ada.page.keyboard.press("Enter")
    expect(ada.page.locator("#live-spoken")).to_have_text("Your answer stands there now.")
    second.reload()
    expect(second.get_by_text("All of them.")).to_be_visible()
    expect(ada.cards).to_have_count(0)


def test_cards_come_again_after_one_download_broke_off(ada: Suggester, cleo: Suggester):
    ada.page.evaluate(BREAKS_OFF)
    cleo.selects("broken")
    cleo.says("Ask a question", "Which ones?")
    expect(ada.card("Which ones?")).to_be_visible()


def test_on_a_phone_a_writer_suggests_looks_and_throws_one_away(ada: Suggester, cleo: Suggester):
    ada.page.set_viewport_size({"width": 360, "height": 640})
    ada.page.reload()
    ada.switches()
    ada.puts("dark and wet", "dim and damp")
    ada.puts("broken", "old")
    ada.has_changes("dim and damp", "old")
    assert ada.page.evaluate("document.documentElement.scrollWidth") <= 360
    ada.page.get_by_role("button", name="See them").click()
    expect(ada.page.get_by_role("heading", name="Your changes")).to_be_in_viewport()
    ada.page.get_by_role("button", name=re.compile("Throw this away.*1")).click()
    ada.has_changes("old")
    until(lambda: ada.text == TEXT.replace("broken", "old"), 10, "it is still there")
    ada.switches("You are writing")
    until(lambda: ada.text == TEXT, 10, "what is suggested is in the text that is written in")
    ada.field.focus()
    ada.page.keyboard.press("Control+Home")
    ada.page.keyboard.type("Before. ")
    until(lambda: cleo.text == "Before. " + TEXT, 10, "what was written did not come")
    expect(ada.page.locator("#live-status")).to_contain_text("Saved")
    ada.page.get_by_role("button", name="1 change not yet suggested").click()
    ada.is_clean()
    ada.page.get_by_role("button", name="Suggest it").click()
    expect(cleo.card("old")).to_be_visible()
    expect(ada.page.get_by_role("heading", name="Your changes")).to_be_hidden()


def test_struck_words_leave_what_is_suggested_too_and_the_rest_of_it_is_sent(
    product: Product, ada: Suggester, cleo: Suggester, place: str
):
    cleo.switches()
    cleo.puts("dark and wet", "dim and damp")
    cleo.puts("broken", "old")
    cleo.has_changes("dim and damp", "old")
    fay = ada.context.browser.new_page()
    fay.goto(product.command("sign-in-link")["url"])
    fay.get_by_role("button", name="Sign in").click()
    strikes(fay, product.base + place, "dark and wet")
    fay.close()
    until(lambda: "dark and wet" not in cleo.page.content(), 20, "the page shows what was struck")
    until(lambda: "dark and wet" not in str(cleo.page.evaluate(KEPT)), 20, "the device keeps what was struck")
    expect(cleo.page.locator("#live-changes .passage").filter(has_text="old")).to_have_count(1)
    cleo.page.get_by_role("button", name=re.compile("^Suggest (it|them)$")).click()
    expect(ada.card("old")).to_be_visible()


def test_in_a_second_window_one_is_told_where_one_suggests(cleo: Suggester):
    cleo.switches()
    cleo.puts("broken", "old")
    cleo.has_changes("old")
    second = cleo.context.new_page()
    second.goto(cleo.page.url)
    expect(second.locator("#live-status")).to_contain_text("read")
    second.get_by_role("radio", name="You are suggesting").check(force=True)
    expect(second.locator("#live-spoken")).to_have_text(
        "You are suggesting in another window already. Go on there, or close it."
    )
    expect(second.get_by_role("radio", name="You are reading")).to_be_checked()
    cleo.has_changes("old")
    cleo.page.close()
    second.get_by_role("radio", name="You are suggesting").check()
    expect(second.locator("#live-changes .passage").filter(has_text="old")).to_have_count(1)


def test_what_was_suggested_in_a_text_that_was_started_anew_is_set_aside(
    product: Product, ada: Suggester, cleo: Suggester, place: str
):
    cleo.switches()
    cleo.puts("broken", "worn out")
    expect(cleo.page.locator("#live-status")).to_contain_text("1 change not sent yet, kept on this device.")
    product.terminate()
    product.ended()
    with sqlite3.connect(product.database_file) as database:
        database.execute("update draft set epoch = 'restored' where slug = ?", [place.split("/")[-2]])
    product.start()
    expect(cleo.page.locator("#live-asides")).to_contain_text("worn out")
    expect(cleo.page.get_by_role("radio", name="You are reading")).to_be_checked()
    cleo.page.reload()
    expect(cleo.page.locator("#live-asides")).to_contain_text("worn out")
    expect(cleo.page.locator("#live-changes .card")).to_have_count(0)


def test_without_a_connection_suggestions_wait_and_nothing_is_lost(ada: Suggester, cleo: Suggester):
    cleo.switches()
    cleo.puts("broken", "old")
    cleo.has_changes("old")
    cleo.context.set_offline(True)
    expect(cleo.page.locator("#live-status")).to_contain_text("No connection")
    cleo.page.get_by_role("button", name="Suggest it").click()
    expect(cleo.page.locator("#live-changes-wrong")).to_contain_text("your changes are still here")
    cleo.context.set_offline(False)
    cleo.has_changes("old")
    cleo.page.get_by_role("button", name="Suggest it").click()
    expect(ada.card("old")).to_have_count(1)


def test_undo_in_the_copy_takes_back_what_was_suggested_and_nothing_else(ada: Suggester, cleo: Suggester):
    cleo.switches()
    cleo.puts("broken", "old")
    cleo.has_changes("old")
    ada.field.focus()
    ada.page.keyboard.press("Control+Home")
    ada.page.keyboard.type("Before. ")
    until(lambda: cleo.text.startswith("Before. "))
    cleo.field.focus()
    while cleo.page.get_by_role("button", name="Undo").get_attribute("aria-disabled") == "false":
        cleo.page.keyboard.press("Control+z")
    until(lambda: cleo.text == "Before. " + TEXT, 10, "not all of it was taken back")
    cleo.has_changes()
    cleo.switches("You are reading")
    cleo.page.reload()
    expect(cleo.page.get_by_role("radio", name="You are reading")).to_be_checked()
