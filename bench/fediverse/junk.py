"""Junk at the inboxes: `python bench/fediverse/junk.py [--rate 200] [--seconds 20]`.

The whole product. Strangers with a thousand addresses post at a steady rate, whether answered or not: unsigned,
garbled, signed with keys of hosts that do not exist or do not answer, with another body than the signed one, nested
without end.
Meanwhile a reader asks for the event's page. Target: p95 of the inbox under 50 ms at 200 a second.
"""

import argparse
import http.client
import itertools
import json
import random
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key  # noqa: E402

from tests.federation.neighbour import Neighbour  # noqa: E402
from tests.product import Product, running  # noqa: E402

KEY = generate_private_key(65537, 2048)


def junk(inbox: str, silent: str) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Kind, body and headers, without end; signatures are made ahead, so that the sender is not what is measured."""
    made = [one for number in range(400) for one in _kinds(inbox, silent, number)]
    random.Random(1).shuffle(made)
    return itertools.cycle(made)


def _kinds(inbox: str, silent: str, number: int) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    def signed(base: str, scheme: str) -> tuple[bytes, dict[str, str]]:
        sender = Neighbour(base=base, key=KEY)
        body = json.dumps(sender.activity("Follow", inbox, number=number)).encode()
        return body, sender.signed(inbox, body, scheme=scheme)

    yield "unsigned", b'{"type": "Follow"}', {}
    yield (
        "garbled",
        b"\0" * 2000,
        {"signature": 'keyId="x",headers="(request-target) host date digest",signature="AA=="'},
    )
    yield "nested", b"[" * 50_000, {"date": format_datetime(datetime.now(UTC), usegmt=True)}
    for scheme in ("rfc9421", "cavage"):
        body, headers = signed(f"http://no-{number}.invalid", scheme)
        yield "unknown host", body, headers
        yield "other body", body.replace(b"Follow", b"Delete"), headers
    yield "silent host", *signed(silent, "cavage")


def source(number: int) -> tuple[str, int]:
    return f"127.9.{number % 1000 // 250}.{1 + number % 250}", 0


def ask(product: Product, inbox: str, number: int, body: bytes, headers: dict[str, str]) -> tuple[float, int]:
    """Milliseconds until it was answered, and how."""
    host = product.base.partition("://")[2]
    began = time.perf_counter()
    connection = http.client.HTTPConnection(host, timeout=60, source_address=source(number))
    connection.request("POST", inbox.removeprefix(product.base), body, {**headers, "host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return 1000 * (time.perf_counter() - began), answer.status


def read(product: Product, taken: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.05):
        began = time.perf_counter()
        product.get("/e/river")
        taken.append(1000 * (time.perf_counter() - began))


def percentiles(taken: list[float]) -> str:
    marks = statistics.quantiles(taken, n=100)
    return f"median {marks[49]:.1f} ms, p95 {marks[94]:.1f} ms, p99 {marks[98]:.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    said = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)  # takes connections and says nothing
    environ = {"DRAFTING_ALLOW_PRIVATE_WEBHOOKS": "1"}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), **environ) as product:
        inbox = f"{product.base}/-/inbox"
        things = junk(inbox, f"http://127.0.0.1:{listener.getsockname()[1]}")
        pages: list[float] = []
        stop = threading.Event()
        reader = threading.Thread(target=read, args=(product, pages, stop))
        reader.start()
        with ThreadPoolExecutor(128) as senders:
            answers, began = [], time.monotonic()
            for number in range(int(said.rate * said.seconds)):
                kind, body, headers = next(things)
                time.sleep(max(began + number / said.rate - time.monotonic(), 0))
                answers.append((kind, senders.submit(ask, product, inbox, number, body, headers)))
            found = [(kind, *answer.result()) for kind, answer in answers]
        stop.set()
        reader.join()
    print(f"{said.rate} a second for {said.seconds:.0f} s: {percentiles([ms for _, ms, _ in found])}")
    for kind in sorted({kind for kind, _, _ in found}):
        mine = [(ms, status) for each, ms, status in found if each == kind]
        told = dict(Counter(status for _, status in mine).most_common())
        print(f"  {kind:13} {percentiles([ms for ms, _ in mine])}; answers {told}")
    print(f"the event's page meanwhile: {percentiles(pages)}")


if __name__ == "__main__":
    main()
