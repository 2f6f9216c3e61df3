"""The public record beside its peers on the same 10,000 commits: `python bench/history/race.py`.

One server runs at a time, each in turn; eight readers ask for a page for some seconds. Ours is asked a second time by
an address that is new for each request, so that it makes every page. Then the same history is cloned from ours and from
nginx with git-http-backend, in turns.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from bench.history import load, ours, peers  # noqa: E402
from bench.history.growth import quotation  # noqa: E402
from bench.history.making import MAIN, SLUG  # noqa: E402
from bench.live import machine  # noqa: E402

COUNT = 10_000
PAGES = ("history", "history, deep", "version", "version, deep", "difference", "blame", "blame, deep", "feed")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="servers, with commas between")
    asked = parser.parse_args()
    peers.fetch()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="record-race-") as made, ours.serving(COUNT) as product:
        folder = Path(made)
        repository = folder / "river.git"
        subprocess.run(
            ["git", "clone", "-q", "--bare", product.folder / "repos" / f"{SLUG}.git", repository], check=True
        )
        shown = ours.pages(COUNT, quotation(product.port, COUNT))
        shown["feed"] = shown["feed of the event"]
        assert product.process is not None
        _tell("ours", product.port, shown, product.process.pid, seconds=asked.seconds)
        _tell("ours, made", product.port, shown, product.process.pid, seconds=asked.seconds, address=load.anew)
        with contextlib.ExitStack() as stack:
            for name, start in peers.KINDS.items():
                if asked.only and name not in asked.only.split(","):
                    continue
                own = folder / name
                own.mkdir()
                peer = stack.enter_context(start(repository, own))
                there = peers.pages(name, *_ids(repository))
                _tell(name, peer.port, there, *(process.pid for process in peer.processes), seconds=asked.seconds)
                if name == "cgit":
                    _clones(folder, product.port, peer.port, asked.rounds)
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")


def _ids(repository: Path) -> tuple[str, str, str]:
    """The newest commit of the text, the one before, and one from the middle of the history."""
    command = ["git", "-C", repository, "log", "--format=%H", "main", "--", f"{MAIN}.md"]
    ids = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return ids[0], ids[1], ids[len(ids) * 3 // 8]


def _tell(
    name: str, port: int, pages: dict[str, str], *leaders: int, seconds: float, address: Callable[[str], str] = str
) -> None:
    for page in PAGES:
        if page not in pages:
            continue
        try:
            load.ask(port, pages[page], 0.5, address)  # what is kept is filled
            found = load.ask(port, pages[page], seconds, address)
            print(f"| {page} | {name} | {found.per_second:.1f} | {found.p95_ms:.0f} |", flush=True)
        except (RuntimeError, OSError) as error:
            print(f"| {page} | {name} | {error} |", flush=True)
    print(f"| memory | {name} | {sum(map(machine.memory_bytes, leaders)) / 1e6:.0f} MB |", flush=True)


def _clones(folder: Path, mine: int, theirs: int, rounds: int) -> None:
    ways = {"ours": f"http://127.0.0.1:{mine}/e/{SLUG}/record.git", "nginx": f"http://127.0.0.1:{theirs}/git/river.git"}
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds):
        for name in sorted(ways, reverse=bool(turn % 2)):
            begun = time.monotonic()
            subprocess.run(["git", "clone", "-q", "--bare", ways[name], folder / "copy"], check=True)
            took[name].append(time.monotonic() - begun)
            shutil.rmtree(folder / "copy")
    middle = {name: statistics.median(times) for name, times in took.items()}
    print(f"clone: {took}; ratio of medians {middle['ours'] / middle['nginx']:.2f}", flush=True)


if __name__ == "__main__":
    main()
