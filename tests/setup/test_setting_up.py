"""A fresh checkout sets itself up; what stops it is said in one line; what interrupted it does no harm."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE

from .checkouts import Checkout, small_checkout

HOLD = """
import sys
from drafting.checkout.steps import one_at_a_time
with one_at_a_time():
    print("in", flush=True)
    sys.stdin.read()
"""
HOLD_WITH_A_STEP = """
from drafting.checkout.steps import one_at_a_time, run
with one_at_a_time():
    run(["sh", "-c", "echo $$ > step; exec cat fifo"], failing="")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return small_checkout(tmp_path)


@pytest.fixture
def silent_index() -> Iterator[socket.socket]:
    """A package index that takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


def appears(path: Path, within_s: float = 30) -> None:
    end = time.monotonic() + PATIENCE * within_s
    while not (path.is_file() and path.read_text().strip()):
        assert time.monotonic() < end, f"{path.name} did not appear"
        time.sleep(0.02)


def is_one_line_with(remedy: str, err: str) -> None:
    """The last line says what to do; above it are only lines that said what was being done."""
    *before, last = err.strip().splitlines()
    assert last.startswith("drafting: ") and remedy in last
    assert all(line.startswith("Setting up") for line in before)


def test_a_killed_set_up_does_no_harm_and_the_next_start_finishes_it(checkout: Checkout, silent_index: socket.socket):
    address = f"http://127.0.0.1:{silent_index.getsockname()[1]}/simple"
    first = checkout.starts("hello", PIP_NO_INDEX="0", PIP_INDEX_URL=address, PIP_NO_BUILD_ISOLATION="1", PYTHONPATH="")
    line, _ = silent_index.accept()  # pip is in the middle of it
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    line.close()

    code, out, err = checkout.does("hello", "--json")
    assert (code, json.loads(out)) == (0, {"drafting": ["hello", "--json"]}), err
    assert "installing Python packages" in err

    code, out, err = checkout.does("hello", "again")
    assert (code, json.loads(out), err) == (0, {"drafting": ["hello", "again"]}, "")

    (checkout.root / "setup.cfg").write_text((checkout.root / "setup.cfg").read_text().replace("0.1.0", "0.1.1"))
    code, out, err = checkout.does("hello")
    assert code == 0 and "installing Python packages" in err and "making it" not in err


def test_without_a_connection_it_says_so(checkout: Checkout):
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"http://127.0.0.1:{server.getsockname()[1]}/simple"
    code, out, err = checkout.does(
        "run", PIP_NO_INDEX="0", PIP_INDEX_URL=nobody, PIP_RETRIES="1", PIP_NO_BUILD_ISOLATION="1", PYTHONPATH=""
    )
    assert (code, out) == (1, "")
    is_one_line_with("Connect to the internet, then run the same command again", err)


def test_without_venv_it_names_the_package_that_has_it(checkout: Checkout, tmp_path: Path):
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "ensurepip.py").write_text("raise ModuleNotFoundError\n")  # as on Debian without python3-venv
    code, out, err = checkout.does("run", PYTHONPATH=str(tmp_path / "bare"))
    assert (code, out) == (1, "")
    is_one_line_with("apt install python3-venv", err)


@pytest.mark.parametrize(
    ("elsewhere", "remedy"),
    [
        ("import sys; sys.version_info = (3, 10)", "drafting needs Python 3.11 or newer"),
        ("import os; os.name = 'nt'", "On Windows, use it inside WSL"),
    ],
)
def test_where_it_cannot_run_it_says_so(checkout: Checkout, elsewhere: str, remedy: str):
    start = checkout.python("-c", f"import runpy; {elsewhere}; runpy.run_module('drafting', run_name='__main__')")
    out, err = start.communicate()
    assert (start.returncode, out, len(err.splitlines())) == (1, "", 1) and remedy in err


def test_stopping_it_with_ctrl_c_is_no_accident(checkout: Checkout, silent_index: socket.socket):
    address = f"http://127.0.0.1:{silent_index.getsockname()[1]}/simple"
    start = checkout.starts("run", PIP_NO_INDEX="0", PIP_INDEX_URL=address, PIP_NO_BUILD_ISOLATION="1", PYTHONPATH="")
    line, _ = silent_index.accept()
    os.killpg(start.pid, signal.SIGINT)
    out, err = start.communicate()
    line.close()
    assert (start.returncode, out) == (1, "")
    assert err.splitlines()[-1] == "Stopped. Run the same command again and the set-up goes on."


def test_where_bytecode_is_not_wanted_beside_the_sources_it_is_kept_apart(checkout: Checkout):
    code, out, err = checkout.does("hello", PYTHONDONTWRITEBYTECODE="1")
    assert code == 0, err
    assert json.loads(out) == {"drafting": ["hello"]}
    assert list((checkout.root / ".venv" / ".compiled").rglob("cli*.pyc"))
    assert not list((checkout.root / "drafting").rglob("__pycache__"))


def test_a_second_set_up_waits_for_the_first(checkout: Checkout):
    first = checkout.python("-c", HOLD)
    assert first.stdout and first.stdout.readline() == "in\n"
    second = checkout.python("-c", HOLD)
    assert second.stderr and second.stderr.readline() == "Another set-up is running, waiting …\n"
    assert second.poll() is None
    first.communicate("")
    assert second.communicate("")[0] == "in\n"


def test_a_step_that_outlives_its_set_up_still_keeps_others_out(checkout: Checkout):
    os.mkfifo(checkout.root / "fifo")
    first = checkout.python("-c", HOLD_WITH_A_STEP)
    appears(checkout.root / "step")
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second = checkout.python("-c", HOLD)
    assert second.stderr and second.stderr.readline() == "Another set-up is running, waiting …\n"
    os.kill(int((checkout.root / "step").read_text()), signal.SIGKILL)
    assert second.communicate("")[0] == "in\n"
    first.communicate()
