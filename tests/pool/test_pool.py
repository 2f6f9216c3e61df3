"""The processes for pure work: they answer, are replaced when they die or hang, and end with their parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from drafting.errors import Busy
from drafting.paths import ROOT
from drafting.pool import Processes
from tests.product import until


def add(a: int, b: int) -> int:
    return a + b


def fail() -> None:
    raise ValueError("as it should")


def hang() -> None:
    time.sleep(600)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_results_and_errors_come_back() -> None:
    pool = Processes(1, waiting=2)
    assert pool.run(add, 1, 2) == 3
    with pytest.raises(ValueError, match="as it should"):
        pool.run(fail)
    pool.close()


def test_work_that_hangs_is_ended_and_the_next_one_is_done() -> None:
    pool = Processes(1, waiting=2, longest_s=5)
    until(lambda: _adds(pool), 40, "the pool did not begin")
    with pytest.raises(Busy):
        pool.run(hang)
    until(lambda: _adds(pool), 20, "the pool did not come back")
    pool.close()


def _adds(pool: Processes) -> bool:
    try:
        return pool.run(add, 2, 2) == 4
    except Busy:
        return False


def test_a_killed_process_is_replaced() -> None:
    pool = Processes(1, waiting=2)
    with pytest.raises(Busy, match="make it simpler"):
        pool.run(die)  # done again once, and it kills the second one too
    assert pool.run(add, 3, 4) == 7
    pool.close()


def test_who_would_wait_too_long_is_sent_away() -> None:
    pool = Processes(1, waiting=1, longest_s=4)
    waits = threading.Thread(target=lambda: pytest.raises(Busy, pool.run, hang))
    waits.start()
    until(lambda: pool._seats._value == 0, why="nobody waits")
    with pytest.raises(Busy, match="Many long texts"):
        pool.run(add, 1, 1)
    waits.join()
    pool.close()


PARENT = """
import os, sys, time
from drafting.pool import Processes
from tests.pool.test_pool import add
if __name__ == "__main__":
    pool = Processes(1, waiting=1)
    pool.run(add, 1, 1)
    print(*[p.pid for p in pool._executor._processes.values()], flush=True)
    time.sleep(600)
"""


def test_they_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, script], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environ)
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert children
    parent.kill()
    parent.wait()
    until(lambda: not any(_lives(pid) for pid in children), 10, "a process outlived its parent")


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
