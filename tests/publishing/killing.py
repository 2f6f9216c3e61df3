"""Another process that delivers, and is killed."""

import os
import subprocess
import sys
from pathlib import Path

from drafting.paths import ROOT


def kill_a_worker_at(step: str, database_url: str, minute: float = 0) -> int:
    """Start it at so many minutes past noon; it kills itself when `step` is done. Its exit code."""
    command = [sys.executable, "-m", "tests.publishing.dying_worker", database_url, step, str(minute)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(Path(ROOT))}, timeout=60).returncode
