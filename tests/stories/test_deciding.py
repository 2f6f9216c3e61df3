"""Deciding in real browsers: a clock that a killed server does not shorten, an objection at the last moment, two
editors at once, and who may not.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests import needs
from tests.patience import ACT_MS
from tests.product import Product, running, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

AWAY_S = 12
"""Longer than a pause that nobody notices (review/pulse.py)."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("deciding")) as product:
        yield product


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, product: Product, browser: Browser, role: str, name: str, *, script: bool = True) -> None:
        self.product = product
        self.context: BrowserContext = browser.new_context(java_script_enabled=script, reduced_motion="reduce")
        self.context.set_default_timeout(ACT_MS)
        self.page: Page = self.context.new_page()
        self.page.goto(product.command("invite", "river", "--role", role, "--name", name)["join"])
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Show my name").check()
        self.page.get_by_role("button", name="Join").click()

    def opens(self, path: str) -> None:
        self.page.goto(self.product.base + path)

    def presses(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()

    def writes(self, slug: str, text: str) -> None:
        """In the plain form."""
        self.opens(f"/e/river/-/write/{slug}")
        self.page.locator("textarea[name=text]").fill(text)
        self.presses("Save")

    def declares(self, kind: str, **more: str) -> None:
        self.opens("/e/river/-/rule")
        self.page.get_by_label(kind).check()
        for name, value in more.items():
            self.page.locator(f"[name={name}]").fill(value)
        self.presses("Declare this rule")
        expect(self.page.get_by_text("Declared.")).to_be_visible()

    def puts_forward(self, slug: str, words: str) -> str:
        """Where it can be looked at."""
        self.opens(f"/e/river/-/put-forward/{slug}")
        self.page.get_by_label("What changed").fill(words)
        self.presses("Put forward")
        return self.page.url.removeprefix(self.product.base)

    @property
    def clock(self) -> Locator:
        return self.page.locator(".clock").first

    @property
    def deadline(self) -> datetime:
        """As the page shows it."""
        return moment(self.clock.locator("time"))

    def sees_version(self, slug: str, number: int) -> bool:
        self.opens(f"/e/river/{slug}/{number}")
        return self.page.get_by_text("There is no").count() == 0 and f"version {number}" in self.page.title().lower()


def moment(shown: Locator) -> datetime:
    return datetime.fromisoformat(str(shown.first.get_attribute("datetime")))


def wait_until(at: datetime, *, before_s: float = 0) -> None:
    time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds() - before_s))


@pytest.fixture
def fay(product: Product, browser: Browser) -> Iterator[Person]:
    fay = Person(product, browser, "facilitator", "Fay")
    yield fay
    fay.context.close()


@pytest.fixture
def bob(product: Product, browser: Browser) -> Iterator[Person]:
    bob = Person(product, browser, "drafter", "Bob", script=False)
    yield bob
    bob.context.close()


def test_a_clock_runs_out_across_a_kill_of_the_server_which_moves_its_end(product: Product, fay: Person, bob: Person):
    product.command("draft", "create", "river", "Lamps", "--slug", "lamps")
    fay.declares("Agreed unless someone objects", minutes="1", people="0")
    bob.writes("lamps", "We want more lamps.")
    fay.opens("/e/river/lamps/live")
    expect(fay.page.locator("#live-status")).to_contain_text("Saved")
    place = bob.puts_forward("lamps", "Lamps.")
    first = bob.deadline
    expect(fay.clock.locator("time").first).to_have_attribute("datetime", first.isoformat())
    wait_until(first, before_s=6)
    product.kill()
    wait_until(first, before_s=6 - AWAY_S)
    product.start()
    bob.opens(place)
    until(lambda: bob.page.reload() and bob.deadline > first, 10, "the time without a server was not made good")
    moved = bob.deadline
    assert (moved - first).total_seconds() >= AWAY_S - 3, "as long as nobody could object, the time did not count"
    wait_until(moved)
    expect(fay.page.locator("#live-news")).to_contain_text("Version 1 is now public.")
    bob.opens("/e/river/lamps")
    expect(bob.page.locator("main")).to_contain_text("decided by no objection by")
    versions = product.http("GET", "/api/v1/events/river/drafts/lamps/revisions")[1]
    assert versions.count(b'"revision"') == 1, "once"


def test_an_objection_at_the_last_moment_stops_the_clock_for_everybody(
    product: Product, browser: Browser, fay: Person, bob: Person
):
    product.command("draft", "create", "river", "Boats", "--slug", "boats")
    fay.declares("Agreed unless someone objects", minutes="1", people="0")
    cleo = Person(product, browser, "contributor", "Cleo")
    bob.writes("boats", "Boats may land.")
    fay.opens("/e/river/boats/live")
    in_time = False
    for n in range(3):  # a machine that stands still in the last second makes it a later one; then once more
        bob.writes("boats", f"Boats may land, {n}.")
        place = bob.puts_forward("boats", "Boats.")
        cleo.opens(place)
        cleo.page.get_by_label("Object: what is wrong with it?").fill("Not where people swim.")
        deadline = cleo.deadline
        wait_until(deadline, before_s=1)
        cleo.presses("Object")
        if cleo.clock.count() and "stands still" in cleo.clock.inner_text():
            assert moment(cleo.page.locator("#objections + ol time")) <= deadline
            in_time = True
            break
        expect(cleo.page.locator("body")).to_contain_text("stands beside the live text, as a challenge")
    assert in_time, "three times too late"
    expect(fay.clock).to_contain_text("The clock stands still.")
    wait_until(deadline, before_s=-3)
    fay.opens(place)
    expect(fay.clock).to_contain_text("The clock stands still.")
    fay.page.get_by_label("Answer it, in a sentence.").fill("The landing is beside the meadow.")
    fay.presses("Answer objection 1")
    fay.opens(f"/e/river/-/proposals/{place.rsplit('/', 1)[1]}")
    until(lambda: fay.page.reload() and fay.page.get_by_text("This was published").count(), 30, "it did not go on")
    cleo.context.close()


def test_two_editors_who_press_at_once_make_one_version(product: Product, browser: Browser, fay: Person, bob: Person):
    product.command("draft", "create", "river", "Trees", "--slug", "trees")
    fay.declares("One editor publishes")
    bob.writes("trees", "Trees by the path.")
    place = bob.puts_forward("trees", "Trees.")
    editors = [Person(product, browser, "editor", name) for name in ("Ada", "Eve")]
    for editor in editors:
        editor.opens(place)
        expect(editor.page.get_by_role("button", name="Publish as version 1")).to_be_visible()
    for editor in editors:  # sent without waiting for an answer
        editor.page.evaluate("() => { setTimeout(() => document.querySelector('form[action$=publish]').submit()); }")
    told = "It|This was (published|already decided)|Version 1"
    for editor in editors:
        editor.page.wait_for_function(
            f"() => /{told}/.test(document.body.innerText) && !document.querySelector('form[action$=publish]')"
        )
    arrived = sorted(editor.page.url.removeprefix(product.base) for editor in editors)
    assert "/e/river/trees/1" in arrived
    versions = product.http("GET", "/api/v1/events/river/drafts/trees/revisions")[1]
    assert versions.count(b'"revision"') == 1
    for editor in editors:
        editor.context.close()


def test_what_a_contributor_sends_by_hand_decides_nothing(product: Product, browser: Browser, fay: Person, bob: Person):
    """Forms that their page does not show, and the API."""
    product.command("draft", "create", "river", "Dogs", "--slug", "dogs")
    fay.declares("Agreed unless someone objects", minutes="60", people="0")
    bob.writes("dogs", "Dogs on leads.")
    clock = bob.puts_forward("dogs", "Dogs.").rsplit("/", 1)[1]
    fay.declares("One editor publishes")
    fay.writes("dogs", "Dogs on leads, always.")
    pressed = fay.puts_forward("dogs", "Always.").rsplit("/", 1)[1]
    invited = product.command("invite", "river", "--role", "contributor", "--name", "Mallory")
    mallory = Person(product, browser, "contributor", "Mallory")
    mallory.opens(f"/e/river/-/proposals/{clock}")
    send = """async ([address, fields]) => {
        const token = document.querySelector('[name=csrf_token]').value;
        const body = new URLSearchParams({csrf_token: token, ...fields});
        return (await fetch(address, {method: 'POST', body})).status; }"""
    for address, fields in (
        (f"proposals/{pressed}/publish", {"seen_base": "0"}),
        (f"proposals/{pressed}/take-back", {}),
        (f"proposals/{pressed}/claim", {}),
        (f"proposals/{pressed}/disagree", {}),
        (f"proposals/{clock}/publish", {"seen_base": "0"}),
        (f"proposals/{clock}/object", {"words": "No.", "paper": "yes", "handed_in": "2020-01-01T10:00"}),
        ("put-forward/dogs", {"summary": "Mine."}),
        ("write/dogs", {"text": "Mine.", "seen": "1"}),
        ("rule", {"kind": "one"}),
        ("withdraw/dogs", {"seen_base": "1", "reason": "No."}),
    ):
        assert mallory.page.evaluate(send, [f"/e/river/-/{address}", fields]) == 403, address
    for number in (pressed, clock):
        answer = product.http("POST", f"/api/v1/proposals/{number}/accept", token=invited["token"], body={})
        assert answer[0] == 403
    mallory.page.get_by_label("Object: what is wrong with it?").fill("It hurts nobody but me.")
    mallory.presses("Object")
    objection = str(mallory.page.locator("#objections + ol li").last.get_attribute("id")).removeprefix("o")
    assert mallory.page.evaluate(send, [f"/e/river/-/objections/{objection}/answer", {"answer": "Fine."}]) == 403
    mallory.context.close()
