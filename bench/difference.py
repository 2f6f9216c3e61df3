"""What changed between two texts, against `lxml.html.diff` and `diff-match-patch`: how fast, and how well it reads.

python bench/difference.py [--rounds 7]

Ours is the whole answer from Markdown to the page: parsing, comparing, the sentences and the HTML. The peers are given
what they need beforehand (HTML, plain text) and only compare. All take turns in one run.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.differing import quality, texts  # noqa: E402
from drafting.wording import markdown  # noqa: E402
from drafting.wording.difference import told  # noqa: E402
from tests.wording import gallery_report  # noqa: E402

HOME = ROOT / ".peers" / "bench" / "difference"
PYPI = ("lxml==6.0.2", "diff-match-patch==20241021")
HTML, CHARACTERS = PEERS = ("lxml.html.diff", "diff-match-patch")
SLOW_MS = 5_000
"""Whoever takes longer once is not asked again."""


def fetch() -> Path:
    """The peers in an environment of their own, at the versions measured, once."""
    python, done = HOME / "bin" / "python", HOME / "installed.json"
    if not done.exists() or done.read_text() != json.dumps(PYPI):
        print("fetching the peers from PyPI …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PYPI], check=True)
        done.write_text(json.dumps(PYPI))
    return python


class Peers:
    """A process that answers line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, engine: str, old: str, new: str) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"engine": engine, "old": old, "new": new}) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def running() -> Iterator[Peers]:
    script = ROOT / "bench" / "differing" / "peers.py"
    with subprocess.Popen([fetch(), script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Peers(process)
        process.stdin.close()  # type: ignore[union-attr]


def ours_ms(old: str, new: str) -> float:
    began = time.process_time()
    told(old, new)
    return (time.process_time() - began) * 1000


def speed(peers: Peers, rounds: int) -> None:
    print(f"| median of {rounds} rounds (worst), processor ms | ours | {' | '.join(PEERS)} |\n|---|---|---|---|")
    for name, make in texts.CASES.items():
        old, new = make()
        given = {HTML: [markdown.render(text) for text in (old, new)], CHARACTERS: [old, new]}
        taken: dict[str, list[float | None]] = {engine: [] for engine in ("ours", *PEERS)}
        for _ in range(rounds):
            taken["ours"].append(ours_ms(old, new))
            for engine in PEERS:
                if not taken[engine] or (taken[engine][-1] or SLOW_MS) < SLOW_MS:
                    taken[engine].append(peers.ask(engine, *given[engine])["ms"])
        print(f"| {name} | {' | '.join(map(_told, taken.values()))} |", flush=True)


def _told(times: list[float | None]) -> str:
    known = [ms for ms in times if ms is not None]
    if len(known) < len(times):
        return "gave up, or over 60 s"
    return f"{statistics.median(known):,.0f} ({max(known):,.0f})"


def reading(peers: Peers) -> None:
    totals = {engine: quality.Quality(0, 0) for engine in ("ours", *PEERS)}
    names = gallery_report.names()
    for name in names:
        old, new = gallery_report.pair(name)
        agreed = (gallery_report.GALLERY / name / "expected.txt").read_text("utf-8")
        assert gallery_report.report(old, new) == agreed, name
        totals["ours"] += quality.ours(old, new)
        marked = peers.ask(HTML, quality.paragraphs(old), quality.paragraphs(new))["found"]
        totals[HTML] += quality.of(quality.from_html(marked), old, new)
        found = peers.ask(CHARACTERS, quality.lines(old), quality.lines(new))["found"]
        totals[CHARACTERS] += quality.of([(op, said) for op, said in found], old, new)
    print(f"\n| the gallery, {len(names)} pairs | ours | {' | '.join(PEERS)} |\n|---|---|---|---|")
    print(f"| letters marked | {' | '.join(f'{told.marked:,}' for told in totals.values())} |")
    print(f"| wrong pairings | {' | '.join(f'{told.wrong:,}' for told in totals.values())} |")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=7)
    rounds = asked.parse_args().rounds
    with running() as peers:
        speed(peers, rounds)
        reading(peers)


if __name__ == "__main__":
    main()
