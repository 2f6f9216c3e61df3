"""The whole table without script, in real Chromium: three people suggest, collide, decide, object, answer, publish and
take back, with forms alone.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import needs
from tests.product import Product, running
from tests.stories.test_deciding import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TEXT = "# What we ask for\n\nThe path is dark and wet.\n\nThe benches are broken.\n"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("without")) as product:
        product.command("draft", "create", "river", "Path", "--slug", "path")
        yield product


def suggests(somebody: Person, old: str, new: str, reason: str) -> None:
    somebody.opens("/e/river/-/suggest/path")
    area = somebody.page.locator("textarea[name=text]")
    area.fill(area.input_value().replace(old, new))
    somebody.page.get_by_label("Why?").fill(reason)
    somebody.presses("Suggest it")
    expect(somebody.page.get_by_text("Your suggestion stands beside the text now.")).to_be_visible()


def looks_at(somebody: Person, words: str) -> None:
    """From the list of all to one card."""
    somebody.opens("/e/river/-/remarks/path?all")
    card = somebody.page.locator(".card").filter(has_text=words)
    card.get_by_role("link", name="Look, answer or decide").click()


def test_the_whole_table_by_forms_alone(product: Product, browser: Browser) -> None:
    fay, bob, cleo = (
        Person(product, browser, role, name, script=False)
        for role, name in (("facilitator", "Fay"), ("drafter", "Bob"), ("contributor", "Cleo"))
    )
    bob.writes("path", TEXT)

    # two suggestions for the same words
    suggests(cleo, "dark and wet", "dim and damp", "It is not that bad.")
    suggests(bob, "dark and wet", "dark, wet and steep", "There are steps.")
    looks_at(fay, "It is not that bad.")
    expect(fay.page.get_by_text("Another suggestion would change the same words:")).to_be_visible()
    fay.page.get_by_label("Decline it: why?").fill("It is that bad.")
    fay.presses("Decline")
    expect(fay.page.get_by_text("It keeps this page, and can be taken up again.")).to_be_visible()
    looks_at(cleo, "It is that bad.")
    cleo.presses("Take it up again")
    looks_at(fay, "There are steps.")
    fay.page.get_by_label("What is to stand there").fill("dark, wet and full of steps")
    fay.presses("Accept: put it into the text")
    expect(fay.page.get_by_text("It is in the text now.")).to_be_visible()
    looks_at(cleo, "It is not that bad.")
    expect(cleo.page.get_by_text("Somebody changed these words since.")).to_be_visible()
    cleo.presses("Take my suggestion back")

    # a question, answered and resolved
    cleo.opens("/e/river/-/comment/path")
    cleo.page.get_by_label("A question").check()
    cleo.page.get_by_label("Which words do you mean?").fill("The benches")
    cleo.page.get_by_label("What do you want to say?").fill("Which ones?")
    cleo.presses("Put it beside the text")
    bob.opens("/e/river/-/put-forward/path")
    expect(bob.page.get_by_text("Still open: 1 question.")).to_be_visible()
    looks_at(bob, "Which ones?")
    bob.page.get_by_label("Answer").fill("All three.")
    bob.presses("Answer")
    looks_at(fay, "Which ones?")
    fay.presses("Mark as resolved")

    # put forward under a clock, objected to, answered, changed, put forward again
    fay.declares("Agreed unless someone objects", minutes="1", people="1")
    place = bob.puts_forward("path", "What we ask for.")
    cleo.opens(place)
    cleo.page.get_by_label("Object: what is wrong with it?").fill("Nobody asked the anglers.")
    cleo.presses("Object")
    expect(cleo.clock).to_contain_text("The clock stands still.")
    bob.writes("path", TEXT.replace("dark and wet", "dark, wet and full of steps") + "\nThe anglers agree.\n")
    again = bob.puts_forward("path", "What we ask for, with the anglers.")
    assert again != place
    expect(bob.page.get_by_text("Nobody asked the anglers.")).to_be_visible()
    cleo.opens(place)
    expect(cleo.page.get_by_text("The same person put a newer text forward instead of this one.")).to_be_visible()
    expect(bob.clock).to_contain_text("0 of 1 person")

    # decided by an editor in the end, and taken back with a reason
    bob.presses("Take it back")
    fay.declares("One editor publishes")
    last = bob.puts_forward("path", "What we ask for.")
    fay.opens(last)
    fay.presses("I am looking at this")
    bob.opens(last)
    expect(bob.page.get_by_text("Fay is looking at this")).to_be_visible()
    fay.presses("Publish as version 1")
    expect(fay.page.get_by_text("Version 1 is published.")).to_be_visible()
    fay.opens("/e/river/-/withdraw/path")
    fay.page.get_by_label("Why is it taken back?").fill("The anglers were not asked.")
    fay.presses("Take version 1 back")
    fay.opens("/e/river/path/1")
    expect(fay.page.locator("main")).to_contain_text("The anglers were not asked.")
    for somebody in (fay, bob, cleo):
        somebody.context.close()


def test_notes_are_handed_in_stopped_and_let_go_by_forms_alone(product: Product, browser: Browser) -> None:
    fay, bob, ada, cleo = (
        Person(product, browser, role, name, script=False)
        for role, name in (("facilitator", "Fay"), ("drafter", "Bob"), ("drafter", "Ada"), ("contributor", "Cleo"))
    )
    fay.opens("/e/river/-/new-draft")
    fay.page.get_by_label("Title").fill("Session 7")
    fay.page.get_by_label("Notes").check()
    fay.page.get_by_label("An empty page").check()
    fay.presses("Start")
    slug = fay.page.url.split("/")[-2]
    bob.writes(slug, "Nine people. A meadow by the river.")
    place = bob.puts_forward(slug, "What nine people said.")
    ada.opens(place)
    ada.presses("It hurts nobody: publish it")
    expect(ada.page.locator("main")).to_contain_text("Until then anybody in the event can stop it.")
    cleo.opens(ada.page.url.removeprefix(product.base))
    cleo.page.get_by_label("What could hurt whom?").fill("One of the nine is a child.")
    cleo.presses("Stop it")
    expect(cleo.page.locator("main")).to_contain_text("One of the nine is a child.")
    fay.opens(cleo.page.url.removeprefix(product.base))
    fay.presses("It is safe: publish it now")
    fay.opens(f"/e/river/{slug}/1")
    expect(fay.page.locator("main")).to_contain_text("A meadow by the river.")
    for somebody in (fay, bob, ada, cleo):
        somebody.context.close()
