"""The same by unmodified `yjs` and `y-websocket` from npm, which are fetched once into a folder of the checkout."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import needs
from tests.peers.npm import FETCH_S, beside_packages
from tests.product import Product, running
from tests.traces.trace import Trace, made_up, write

HERE = Path(__file__).parent / "npm"
REPLAY_S = 400
FRAMES = 20_000
GIVEN = os.environ.get("TRACE")

pytestmark = [pytest.mark.peer, pytest.mark.timeout(FETCH_S + REPLAY_S)]


@pytest.fixture(scope="module")
def clients() -> Path:
    """The program, beside its packages."""
    return beside_packages(HERE, "clients.mjs")


def run(clients: Path, product: Product, act: str, draft: str, what: str, people: int = 2) -> Any:
    """What the program says at its end."""
    product.command("event", "create", "Traces", "--slug", "traces")
    product.command("draft", "create", "traces", draft, "--slug", draft)
    invite = ("invite", "traces", "--role", "drafter", "--name")
    tokens = [product.command(*invite, f"Agent {n}")["token"] for n in range(people)]
    base = f"ws://127.0.0.1:{product.port}/yjs/traces"
    done = subprocess.run(
        [needs.node(), clients, act, base, draft, what, *tokens], capture_output=True, text=True, timeout=REPLAY_S
    )
    assert done.returncode == 0, done.stderr[-2000:] + product.log[-2000:]
    return json.loads(done.stdout)


def test_a_history_of_three_people_who_are_cut_off_at_random(clients: Path, tmp_path: Path) -> None:
    trace = made_up(5, agents=3, steps=2000)
    with running(tmp_path, **of_a_script()) as product:
        said = replayed(clients, product, trace, tmp_path)
    assert said["agents"] == 3 and said["cuts"] > 5


if GIVEN:

    def test_the_given_history(clients: Path, tmp_path: Path) -> None:
        with running(tmp_path, **of_a_script()) as product:
            run(clients, product, "replay", "given", str(GIVEN))


def test_whoever_sends_very_much_at_once_is_slowed_and_never_sent_away(clients: Path, tmp_path: Path) -> None:
    with running(tmp_path, DRAFTING_LIMIT_FRAMES_PER_S="1000") as product:
        said = run(clients, product, "flood", "flood", str(FRAMES), people=1)
    assert said["closes"] == [], f"sent away with {said['closes']}"
    assert said["seconds"] > FRAMES / 1000 * 0.8, "nobody slowed it"


def replayed(clients: Path, product: Product, trace: Trace, folder: Path) -> Any:
    file = folder / "trace.json.gz"
    write(trace, file)
    return run(clients, product, "replay", "replayed", str(file), people=3)


def of_a_script() -> dict[str, str]:
    """Limits of an installation that replays histories."""
    return {"DRAFTING_LIMIT_FRAMES_PER_S": "100000", "DRAFTING_LIMIT_FRAMES_BURST": "100000"}
