"""How long the road takes: a warm start, and from *accepted* to page, feed, clone and post.

    python bench/road.py            # inside .venv, from the checkout; about a minute

Each acceptance is timed from the answer of the API until each trace is there, looked for every 10 ms.
"""

import http.server
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from drafting.db import now
from tests.clients import YClient
from tests.product import Product

STARTS, ACCEPTANCES = 7, 20
GIVE_UP_S = 30

posts: list[float] = []


class Receiver(http.server.BaseHTTPRequestHandler):
    """Notes when a post came."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        posts.append(time.perf_counter())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def when(true: Callable[[], bool]) -> float:
    end = time.perf_counter() + GIVE_UP_S
    while not true():
        if time.perf_counter() > end:
            sys.exit("gave up waiting")
        time.sleep(0.01)
    return time.perf_counter()


def starts(product: Product) -> list[float]:
    taken = []
    for _ in range(STARTS):
        product.stop()
        began = time.perf_counter()
        product.start()
        taken.append(time.perf_counter() - began)
    return taken


def connect_webhook(product: Product, url: str) -> None:
    """By the part that the page uses, in a process of its own."""
    program = (
        "import sys; from drafting.cli.common import open_here; from drafting.db import now;"
        "from drafting.events import opening; from drafting.publishing import connecting\n"
        "s = open_here()\n"
        "with s.database.write() as session:\n"
        "    e = opening.find(session, 'bar')\n"
        "    connecting.connect(session, s.vault, s.ground, event_id=e.id, kind='webhook', name='bench',"
        " fields={'url': sys.argv[1]}, at=now())\n"
    )
    subprocess.run([sys.executable, "-c", program, url], env=product.everything(), check=True)


def acceptance(product: Product, people: dict[str, str], writer: YClient, n: int) -> dict[str, float]:
    writer.type(f"Sentence {n}.\n")
    seen = YClient(writer.url).connect()
    when(lambda: f"Sentence {n}." in seen.text)
    seen.leave()
    proposal = product.put_forward(people["bob"], f"Change {n}")
    before = len(posts)
    status, answer = product.accept(people["ada"], proposal)
    began = time.perf_counter()
    assert status == 200, answer
    number = answer["revision"]
    path = f"/e/bar/minutes/{number}"
    ref = product.base + "/e/bar/record.git"
    times = {
        "page": when(lambda: product.get(path)[0] == 200) - began,
        "feed": when(lambda: path in product.get("/e/bar/feed.atom")[1]) - began,
        "clone": when(lambda: _subject(ref).endswith(f"version {number}")) - began,
        "post": when(lambda: len(posts) > before) - began,
    }
    times["post"] = posts[before] - began
    return times


def _subject(ref: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        command = ["git", "clone", "-q", "--depth=1", "--bare", ref, folder]
        if subprocess.run(command, capture_output=True).returncode:
            return ""
        log = ["git", "-C", folder, "log", "-1", "--format=%s"]
        return subprocess.run(log, capture_output=True, text=True).stdout.strip()


def show(name: str, values: list[float]) -> None:
    print(f"{name:28} {min(values):7.2f} {statistics.median(values):7.2f} {max(values):7.2f}")


def main() -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder), {"DRAFTING_ALLOW_PRIVATE_WEBHOOKS": "1"}).start()
        try:
            people = product.world()
            taken = starts(product)
            connect_webhook(product, f"http://127.0.0.1:{server.server_port}/")
            writer = YClient(f"ws://127.0.0.1:{product.port}/yjs/bar/minutes?token={people['bob']}").connect()
            writer.synced.wait(10)
            rounds = [acceptance(product, people, writer, n) for n in range(ACCEPTANCES)]
        finally:
            product.kill()
    print(f"{now():%Y-%m-%d}, {os.cpu_count()} cores; seconds:        min  median     max")
    show(f"warm start ({STARTS})", taken)
    for name in rounds[0]:
        show(f"accepted to {name} ({ACCEPTANCES})", [times[name] for times in rounds])


if __name__ == "__main__":
    main()
