"""Pages while strangers storm the clone: `python bench/clone_raid.py [--seconds 20]`.

The whole product, with a record of half a megabyte. First pages alone, then the same pages while people ask for clones
very slowly, never to the end, fifty at once, with gzip bombs and with lies (`tests/raid.py`).
Target: p95 under 100 ms meanwhile.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from drafting.paths import ROOT
from tests.product import Product
from tests.raid import gits_of
from tests.stories.test_raid import PATHS, published


def asked(product: Product, seconds: float) -> list[float]:
    """How long each page took, in ms, one after the other."""
    taken, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        for path in PATHS:
            began = time.perf_counter()
            status, _ = product.get(path)
            taken.append(1000 * (time.perf_counter() - began))
            if status != 200:
                sys.exit(f"{path} answered {status}")
    return taken


def pin(process: int, core: int) -> None:
    """The process, and whatever it has started or will start, works on this core only."""
    if hasattr(os, "sched_setaffinity"):
        for each in [process, *children(process)]:
            os.sched_setaffinity(each, {core})


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task").glob("*/children")
    mine = [int(each) for file in listed for each in file.read_text().split()]
    return [*mine, *(deeper for each in mine for deeper in children(each))]


def show(name: str, taken: list[float]) -> None:
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(f"{name:22} {len(taken):6} pages   median {statistics.median(taken):6.1f} ms   p95 {p95:6.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder), {"DRAFTING_TRUSTED_PROXIES": "1"}).start()
        try:
            published(product)
            copy = Path(folder) / "copy"
            subprocess.run(["git", "clone", "-q", f"{product.base}/e/bar/record.git", str(copy)], check=True)
            tip = subprocess.check_output(["git", "-C", str(copy), "rev-parse", "HEAD"], text=True).strip()
            pin(product.process.pid if product.process else 0, 0)
            show("alone", asked(product, seconds))
            command = [sys.executable, "-m", "tests.raid", str(product.port), tip]
            with subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True) as raid:
                pin(raid.pid, 1)
                show("in the storm", asked(product, seconds))
                told, _ = raid.communicate("")
            print("the strangers were told:", told.strip())
            print("git processes left at once:", len(gits_of(Path(folder))))
        finally:
            product.kill()


if __name__ == "__main__":
    main()
