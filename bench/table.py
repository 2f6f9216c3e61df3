"""What a full drafting table costs: a live text of 50 KB with 500 comments and 300 open suggestions beside it.

python bench/table.py [--rounds 7]

The same text without anything beside it is opened in the same rounds, in turns.
"""

import argparse
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402

from drafting.app import create_app  # noqa: E402
from drafting.config import Settings  # noqa: E402
from drafting.db import now  # noqa: E402
from drafting.drafts import anchors, journal, plain  # noqa: E402
from drafting.drafts.batches import Row  # noqa: E402
from drafting.drafts.models import Draft  # noqa: E402
from drafting.people.models import Person  # noqa: E402
from drafting.review import commenting, suggesting  # noqa: E402
from tests import needs  # noqa: E402
from tests.product import Product, running  # noqa: E402

COMMENTS, SUGGESTIONS, TEXT_BYTES = 500, 300, 50_000
KINDS = ("comment", "question", "challenge")
OPENED = {
    "bare": "() => document.getElementById('live-status')?.dataset.kind === 'saved'"
    " && document.querySelector('#live-text [contenteditable=true]') && performance.now()",
    "full": "() => document.getElementById('live-status')?.dataset.kind === 'saved'"
    f" && document.querySelectorAll('#live-cards [data-ids]').length === {COMMENTS + SUGGESTIONS}"
    " && document.querySelector('.remarked') && performance.now()",
}
WATCH = """() => {
  window.long = [];
  const note = (list) => list.getEntries().forEach((one) => window.long.push(one.duration));
  new PerformanceObserver(note).observe({ type: "longtask", buffered: true });
}"""
CHANGES = """(selector) => {
  const words = () => document.querySelector(selector)?.textContent ?? "";
  const was = words();
  window.changed = new Promise((done) => {
    const watch = new MutationObserver(() => words() !== was && (watch.disconnect(), done(Date.now())));
    watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}"""


@dataclass(frozen=True)
class Table:
    product: Product
    suggestions: list[int]


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    said.add_argument("--rounds", type=int, default=7)
    rounds = said.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "table") as product, sync_playwright() as play:
        table = laid(product)
        browser = play.chromium.launch(executable_path=str(needs.chromium()), args=["--no-sandbox", "--disable-gpu"])
        ada = joined(browser, product)
        opened: dict[str, list[float]] = {name: [] for name in OPENED}
        for _ in range(rounds + 1):
            for name, times in opened.items():
                times.append(open_once(ada, product, name))
        tasks = {name: scroll(ada, product, name) for name in OPENED}
        seen = {f"{what}, {name}": times for name in OPENED for what, times in see(ada, product, name, rounds).items()}
        applied = [apply_one(ada, product, number) for number in table.suggestions[: rounds + 1]][1:]
        browser.close()
    report(rounds, {name: times[1:] for name, times in opened.items()}, tasks, applied, seen)


def laid(product: Product) -> Table:
    """Two drafts with the same text; beside one of them, everything."""
    made = Settings(data=product.folder / "data", repo_store=product.folder / "repos", base_url=product.base)
    services = create_app(made).extensions["drafting"]
    paragraph = "Here we ask for a light at the bridge, a bench in the shade, and a way without steps.\n\n"
    text = "".join(f"{n}. {paragraph}" for n in range(TEXT_BYTES // len(paragraph)))
    numbers: list[int] = []
    for name in OPENED:
        product.command("draft", "create", "river", name.title(), "--slug", name)
    with services.database.write() as session:
        for draft in session.query(Draft).filter(Draft.slug.in_(list(OPENED))):
            past, client = journal.past(session, draft.id), 1_000 + draft.id
            update = plain.merge(past, past.last_seq, text, client)
            row = Row(past.last_seq + 1, None, (client,), update)
            journal.add(session, [journal.Entry(draft.id, draft.epoch, (row,), {client: None})], now())
            if draft.slug == "full":
                numbers = crowd(session, draft)
    services.database.close()
    return Table(product, numbers)


def crowd(session: Any, draft: Draft) -> list[int]:
    by = session.query(Person).first().id
    past = journal.past(session, draft.id)
    text, _ = plain.read(past)
    many = COMMENTS + SUGGESTIONS
    places = [match.start() for match in re.finditer("light|bench|steps", text)]
    spots = [places[len(places) * n // many] for n in range(many)]
    numbers = []
    for n, named in enumerate(anchors.named(past, [(spot, spot + 5) for spot in spots])):
        if n * SUGGESTIONS // many != (n - 1) * SUGGESTIONS // many:
            made = suggesting.suggest(session, draft, named, words=f"thing {n}", reason="Plainer.", by=by, at=now())
            numbers.append(made.id)
        else:
            commenting.say(session, draft, KINDS[n % 3], named, words=f"What about {n}?", by=by, at=now())
    return numbers


def joined(browser: Browser, product: Product) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    page = context.new_page()
    page.goto(product.ways_in()["sign_in"])
    page.get_by_role("button", name="Sign in").click()
    page.close()
    return context


def open_once(ada: BrowserContext, product: Product, name: str) -> float:
    """Milliseconds from asking for the page until one can write, and everything beside it is there and marked."""
    page = ada.new_page()
    page.goto(f"{product.base}/e/river/{name}/live", wait_until="commit")
    found = float(page.wait_for_function(OPENED[name], polling="raf").json_value())
    page.close()
    return found


def scroll(ada: BrowserContext, product: Product, name: str) -> list[float]:
    """Milliseconds of every task over 50 ms while the page is scrolled from its top to its end."""
    page = ada.new_page()
    page.goto(f"{product.base}/e/river/{name}/live", wait_until="commit")
    page.wait_for_function(OPENED[name], polling="raf")
    page.wait_for_timeout(2000)
    page.evaluate(WATCH)
    page.wait_for_timeout(100)
    page.evaluate("window.long = []")
    page.mouse.move(400, 500)
    end = page.evaluate("document.documentElement.scrollHeight")
    for _ in range(int(end / 600) + 1):
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(50)
    assert page.evaluate("scrollY") > 0.5 * end, "it was not scrolled"
    found: list[float] = page.evaluate("window.long")
    page.close()
    return found


def apply_one(ada: BrowserContext, product: Product, number: int) -> float:
    """Milliseconds from pressing *Accept* until the server has answered, with the words on the disk."""
    page: Page = ada.new_page()
    page.goto(f"{product.base}/e/river/-/remark/{number}")
    page.wait_for_timeout(500)  # whoever decides has read it: the browser is done with the page
    with page.expect_response(lambda answer: answer.url.endswith("/accept")) as answered:
        page.get_by_role("button", name="Accept: put it into the text").click()
    timing = answered.value.request.timing
    assert answered.value.status == 303
    page.get_by_text("It is in the text now.").wait_for()  # to close a page on its way to another can take for ever
    page.close()
    return float(timing["responseStart"] - timing["requestStart"])


def see(ada: BrowserContext, product: Product, name: str, rounds: int) -> dict[str, list[float]]:
    """Milliseconds from pressing a button until another window shows it, beside the text or above it."""
    watching, working = ada.new_page(), ada.new_page()
    watching.goto(f"{product.base}/e/river/{name}/live", wait_until="commit")
    watching.wait_for_function(OPENED[name], polling="raf")
    found: dict[str, list[float]] = {"a comment": [], "resolved": [], "put forward": [], "taken back": []}

    def press(what: str, button: str, beside: str) -> None:
        watching.evaluate(CHANGES, beside)
        with working.expect_request(lambda asked: asked.method == "POST") as pressed:
            working.get_by_role("button", name=button, exact=True).click()
        working.wait_for_load_state()
        found[what].append(watching.evaluate("window.changed") - pressed.value.timing["startTime"])

    for n in range(rounds + 1):
        working.goto(f"{product.base}/e/river/-/comment/{name}")
        working.get_by_label("A question").check()
        working.locator("[name=words]").fill(f"Number {n}?")
        press("a comment", "Put it beside the text", "#live-cards h2")
        press("resolved", "Mark as resolved", "#live-cards h2")
        working.goto(f"{product.base}/e/river/-/put-forward/{name}")
        working.locator("[name=summary]").fill(f"A text, {n}.")
        press("put forward", "Put forward", "#live-waiting")
        press("taken back", "Take it back", "#live-waiting")
    watching.close()
    working.close()
    return {what: times[1:] for what, times in found.items()}


def report(
    rounds: int,
    opened: dict[str, list[float]],
    tasks: dict[str, list[float]],
    applied: list[float],
    seen: dict[str, list[float]],
) -> None:
    print(f"{COMMENTS} comments and {SUGGESTIONS} suggestions on {TEXT_BYTES // 1000} KB, {rounds} rounds; ms")
    print("| | min | median | max |\n|---|---|---|---|")
    shown = {f"seen elsewhere: {what}": times for what, times in seen.items()}
    for name, times in {
        "open, bare": opened["bare"],
        "open, full": opened["full"],
        "accept one": applied,
        **shown,
    }.items():
        print(f"| {name} | {min(times):.0f} | {statistics.median(times):.0f} | {max(times):.0f} |")
    ratio = statistics.median(opened["full"]) / statistics.median(opened["bare"])
    print(f"full to bare: {ratio:.2f} (at most 1.5)")
    for name, found in tasks.items():
        print(f"tasks over 50 ms while scrolling, {name}: {len(found)}, the longest {max(found, default=0):.0f} ms")


if __name__ == "__main__":
    main()
