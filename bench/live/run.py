"""The live room against named peers: `python bench/live/run.py [table …] [--rounds 5] [--quick]`.

Inside .venv, from the checkout, with Node 20 or newer, on Linux with two cores: the server has the first, the load the
second. The first run fetches the peers into .peers/bench/. What each table is, is in bench/README.md.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from bench.live import fetch, keeping, lasting, machine, writing  # noqa: E402
from bench.live.options import Options  # noqa: E402

TABLES: dict[str, Callable[[Options], None]] = {
    "saturation": writing.saturation,
    "crowd": writing.crowd,
    "room": writing.room,
    "storm": writing.storm,
    "opening": keeping.opening,
    "memory": keeping.memory,
    "pages": lasting.pages,
    "killing": keeping.killing,
    "soak": lasting.soak,
    "growth": lasting.growth,
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("table", nargs="*", choices=[[], *TABLES], help=f"of {', '.join(TABLES)}; all if none is named")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--quick", action="store_true", help="one round of short steps")
    asked.add_argument("--tiny", action="store_true", help="so small that it only shows that it runs")
    asked.add_argument("--only", action="append", default=[], metavar="SERVER", help="may be given again")
    asked.add_argument("--minutes", type=float, default=10, help="of the soak")
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--results", type=Path, help="a folder for every value, as JSON")
    asked.add_argument("--verbose", action="store_true", help="print every step")
    chosen = asked.parse_args()
    small = chosen.quick or chosen.tiny
    options = Options(
        rounds=1 if small else chosen.rounds, kills=2 if small else chosen.kills,
        minutes=1 if small else chosen.minutes, quick=chosen.quick, tiny=chosen.tiny, only=tuple(chosen.only),
        results=chosen.results, verbose=chosen.verbose,
    )  # fmt: skip
    machine.on(machine.GENERATOR_CORE)()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that no server is left behind
    if options.only != ("ours",):
        fetch.fetch()
    for table in chosen.table or TABLES:
        began = time.monotonic()
        print(f"{table}: {(TABLES[table].__doc__ or '').strip()}", flush=True)
        TABLES[table](options)
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
