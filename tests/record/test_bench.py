"""The measurements can still be run."""

import subprocess
import sys
from pathlib import Path


def test_the_commit_bench_runs_and_compares() -> None:
    bench = Path(__file__).parents[2] / "bench/commit.py"
    command = [sys.executable, str(bench), "--rounds", "2", "--commits", "20"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "git commit -S" in said and "ratio of medians to git 1.00" in said


def test_the_bench_of_checking_runs_and_compares() -> None:
    bench = Path(__file__).parents[2] / "bench/verify.py"
    command = [sys.executable, str(bench), "--rounds", "1", "--commits", "30", "--sample", "2"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "verify.py: 30 commits in" in said and "ratio of medians per commit to git" in said
