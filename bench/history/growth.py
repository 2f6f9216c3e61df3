"""What 10,000 versions cost a reader beside 100: `python bench/history/growth.py`.

Two installations serve at once and are asked in turns, one request at a time, every other page in between, once both
have become quiet; each time by another address, so that no answer was kept. Then page by page what an answer costs in
processor time of all the server's processes, which other work on the machine changes less: columns are medians in ms
and their ratio, processor ms and their ratio, bytes.
"""

import argparse
import http.client
import statistics
import sys
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from bench.history import load, ours  # noqa: E402
from bench.history.making import MAIN, SLUG  # noqa: E402
from bench.live import machine  # noqa: E402
from tests.product import Product  # noqa: E402

FEW, MANY = 100, 10_000
AT_MOST = 1.2
QUIET_S = 0.05
"""Of processor time in a second."""


class Reader:
    """Asks one server; every request comes from another address, because pages are limited by address."""

    def __init__(self, port: int) -> None:
        self._port, self._asked = port, 0

    def asks(self, path: str) -> tuple[float, bytes]:
        """Milliseconds until the last byte, and the page. Raises RuntimeError for anything but a page."""
        self._asked += 1
        address = f"127.0.{1 + self._asked // 250 % 4}.{1 + self._asked % 250}"
        line = http.client.HTTPConnection("127.0.0.1", self._port, source_address=(address, 0))
        line.connect()
        begun = time.perf_counter()
        line.request("GET", load.anew(path))
        answer = line.getresponse()
        body = answer.read()
        took = (time.perf_counter() - begun) * 1000
        line.close()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path}")
        return took, body


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--only", default="", help="pages whose name has this")
    asked = parser.parse_args()
    with ours.serving(FEW) as few, ours.serving(MANY) as many:
        products = {FEW: few, MANY: many}
        for product in products.values():
            _calm(product)
        readers = {count: Reader(product.port) for count, product in products.items()}
        paths = {count: ours.pages(count, quotation(product.port, count)) for count, product in products.items()}
        names = [name for name in paths[FEW] if asked.only in name]
        took: dict[tuple[str, int], list[float]] = {(name, count): [] for name in names for count in readers}
        sizes: dict[tuple[str, int], int] = {}
        for turn in range(-3, asked.rounds):  # the first three fill what is kept
            for name in names:
                for count in sorted(readers, reverse=bool(turn % 2)):
                    ms, body = readers[count].asks(paths[count][name])
                    sizes[name, count] = len(body)
                    if turn >= 0:
                        took[name, count].append(ms)
        cost = {
            (name, count): _cost(product, readers[count], paths[count][name], asked.rounds)
            for name in names
            for count, product in products.items()
        }
    for name in names:
        low, high = (statistics.median(took[name, count]) for count in (FEW, MANY))
        fewer, more = cost[name, FEW], cost[name, MANY]
        told = f"| {name} | {low:.1f} | {high:.1f} | {high / low:.2f} | {fewer:.1f} | {more:.1f} | {more / fewer:.2f} |"
        print(told, f"{sizes[name, FEW]:,} | {sizes[name, MANY]:,} |" + " OVER" * (more / fewer > AT_MOST))


def _cost(product: Product, reader: Reader, path: str, rounds: int) -> float:
    """Milliseconds of processor time for one answer, of all the server's processes; clocks count in tens of them."""
    assert product.process is not None
    before = machine.cpu_s(product.process.pid)
    for _ in range(rounds):
        reader.asks(path)
    return max(10.0 / rounds, (machine.cpu_s(product.process.pid) - before) * 1000 / rounds)


def _calm(product: Product) -> None:
    """Wait until what a start sets in motion is over: a long record is bundled then."""
    assert product.process is not None
    used = -1.0
    for _ in range(60):
        before, used = used, machine.cpu_s(product.process.pid)
        if used - before < QUIET_S:
            return
        time.sleep(1)


def quotation(port: int, count: int) -> str:
    """A sentence of the newest version."""
    _, text = Reader(port).asks(f"/e/{SLUG}/{MAIN}/{count * 8 // 10}.md")
    return next(line for line in text.decode().splitlines() if line.startswith("- "))[2:]


if __name__ == "__main__":
    main()
