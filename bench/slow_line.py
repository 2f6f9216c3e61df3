"""How long until a phone on a slow line shows the live text, and until its editor is in place.

python bench/slow_line.py [--rounds 5]

Chromium with 400 kbit/s, 400 ms and a processor four times slower, each round with nothing in its cache.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests import needs  # noqa: E402
from tests.product import Product, running, until  # noqa: E402

LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOWER = 4
CONNECTED, WEIGHT = "connected, saved", "kB loaded by then"
TARGETS_S = {"text readable": 2.0, "editor in place": 6.0}

# A frame is painted only when nothing blocks rendering, so what a frame sees is what a reader sees.
WATCH = """() => {
  const seen = (window.seen = {});
  const look = () => {
    const text = document.getElementById("live-text");
    const now = performance.now();
    if (text?.textContent.trim() && text.parentElement.nextElementSibling) seen["text readable"] ??= now;
    if (document.querySelector('#live-text [contenteditable="true"]')) seen["editor in place"] ??= now;
    if (document.getElementById("live-status")?.dataset.kind === "saved") seen["connected, saved"] ??= now;
    if (Object.keys(seen).length < 3) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    said.add_argument("--rounds", type=int, default=5)
    rounds = said.parse_args().rounds
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "live") as product, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(needs.chromium()), args=quiet)
        found = [measure(browser, product) for _ in range(rounds + 1)][1:]  # the first warms the server up
        browser.close()
    print(f"{rounds} rounds at 400 kbit/s, 400 ms, {SLOWER} × slower; seconds")
    print("| | min | median | max | at most |\n|---|---|---|---|---|")
    for name in (*TARGETS_S, CONNECTED, WEIGHT):
        values = [one[name] for one in found]
        most = TARGETS_S.get(name)
        row = (min(values), statistics.median(values), max(values))
        print(f"| {name} | {' | '.join(f'{value:.2f}' for value in row)} | {most or ''} |")


def measure(browser: Browser, product: Product) -> dict[str, float]:
    """Seconds from the press on the link; kilobytes by the name of what they are."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(product.ways_in()["join"])
    page.get_by_role("button", name="Join").click()
    live = page.get_by_role("link", name="Start writing").get_attribute("href")
    page.goto("about:blank")
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.add_init_script(f"({WATCH})()")
    page.goto(product.base + str(live), wait_until="commit")
    times = until(lambda: seen(page) if len(seen(page)) == 3 else {}, 60, "it never came into place")
    context.close()
    return {**times, WEIGHT: sum(received) / 1000}


def seen(page: Page) -> dict[str, float]:
    found: dict[str, float] = page.evaluate("window.seen || {}")
    return {name: ms / 1000 for name, ms in found.items()}


if __name__ == "__main__":
    main()
