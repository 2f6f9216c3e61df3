"""The peers, from npm and PyPI, at the versions measured: into `.peers/bench/`, once."""

import json
import subprocess
import sys

from drafting.checkout import node
from drafting.paths import ROOT

HOME = ROOT / ".peers" / "bench"
NPM = {
    "@hocuspocus/server": "4.7.0",
    "@hocuspocus/extension-sqlite": "4.7.0",
    "@y/websocket-server": "0.1.5",
    "socket.io": "4.8.4",
    "y-leveldb": "0.1.2",
    "y-protocols": "1.0.7",
    "y-socket.io": "1.1.3",
    "y-websocket": "2.1.0",
    "yjs": "13.6.33",
}
OVERRIDES = {"@y/protocols": "1.0.6-1"}
"""The newest that @y/websocket-server 0.1.5 starts with: later ones ask for another package than it brings."""
PYPI = ("pycrdt-websocket==0.16.5", "pycrdt-store==0.1.5", "uvicorn==0.54.0", "uvloop==0.23.0", "websockets==17.4")
PYTHON = HOME / "python" / "bin" / "python"


def node_of_the_checkout() -> node.Node:
    found = node.find()
    if found is None:
        sys.exit("Node 20 or newer is needed.")
    return found


def fetch() -> None:
    """Install what is not there. The lists are written down last: an interrupted run starts again."""
    wanted = json.dumps([NPM, OVERRIDES, PYPI])
    done = HOME / "installed.json"
    if done.exists() and done.read_text() == wanted:
        return
    print("fetching the peers from npm and PyPI …", flush=True)
    HOME.mkdir(parents=True, exist_ok=True)
    listed = {"private": True, "dependencies": NPM, "overrides": OVERRIDES}
    (HOME / "package.json").write_text(json.dumps(listed, indent=2))
    (HOME / ".npmrc").write_text("legacy-peer-deps=true\nignore-scripts=false\nfund=false\naudit=false\n")
    found = node_of_the_checkout()
    # better-sqlite3 is built, or fetched, by a script of its own
    subprocess.run([*found.npm, "install", "--silent"], cwd=HOME, env=found.environ(), check=True)
    subprocess.run([sys.executable, "-m", "venv", HOME / "python"], check=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "-q", *PYPI], check=True)
    done.write_text(wanted)
