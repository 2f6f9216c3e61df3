"""The measurements of the live room can still be run."""

import subprocess
import sys

import pytest

from drafting.paths import ROOT
from tests import needs


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="what a server costs is read from /proc")
def test_the_live_bench_seats_people_lets_them_type_and_finds_the_same_text_everywhere() -> None:
    needs.node()
    command = [sys.executable, "bench/live/run.py", "room", "--tiny", "--only", "ours", "--verbose"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert '"expected": 225, "delivered": 225, "gaps": 0' in said.stdout
    assert "server CPU %" in said.stdout
