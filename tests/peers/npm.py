"""Programs of other people from npm, fetched once into a folder of the checkout."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

from drafting.checkout import node as checkout_node
from drafting.paths import ROOT
from tests import needs

CACHE = ROOT / ".peers"
FETCH_S = 300


def beside_packages(here: Path, program: str) -> Path:
    """`program` of the folder `here`, copied beside the packages that its lock file names."""
    peer = CACHE / here.name
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / f"{here.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once
        stamp, wanted = peer / "fetched", hashlib.sha256((here / "package-lock.json").read_bytes()).hexdigest()
        if not stamp.exists() or stamp.read_text() != wanted:
            _fetch(here, peer)
            stamp.write_text(wanted)
        return Path(shutil.copy(here / program, peer))


def _fetch(here: Path, peer: Path) -> None:
    node = checkout_node.find()
    if node is None:
        needs.missing("Node", "`python3 -m drafting test` fetches one.")
    shutil.rmtree(peer, ignore_errors=True)
    peer.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(here / name, peer)
    command = [*node.npm, "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=peer, env=node.environ(), timeout=FETCH_S, capture_output=True, text=True)
    if done.returncode:
        needs.missing(f"{here.name} from npm", f"It could not be fetched: {done.stderr[-1500:]}")
