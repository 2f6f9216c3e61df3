"""One step of the set-up at a time: said in words, run, and when it fails explained in one line."""

import contextlib
import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..paths import ROOT

LOCK = ROOT / ".setup.lock"
LOG = ROOT / ".setup.log"

# What pip (first line) and npm (second) print when they reach nobody.
NO_NETWORK = (
    *("ConnectionError", "ConnectTimeout", "NameResolutionError", "ProxyError", "ReadTimeout"),
    *("EAI_AGAIN", "ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT"),
)


class CannotSetUp(Exception):
    """What is the case and what to do about it, in one line for a person."""


class StepKilled(CannotSetUp):
    """The step was ended from outside and may have left half a file."""


def say(words: str) -> None:
    """Tell a person what goes on. On standard error: standard output belongs to the command."""
    print(words, file=sys.stderr, flush=True)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the checkout's set-up lock; wait for another process that holds it, and say so.

    Steps inherit the lock: if this process is killed in the middle of one, it is free only once that step has ended.
    """
    with open(LOCK, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is running, waiting …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        os.set_inheritable(lock.fileno(), True)
        yield


def run(command: Sequence[str | Path], *, failing: str, environ: Mapping[str, str] | None = None) -> str:
    """Run one step in the checkout; return what it printed, which also goes to the log.

    Raises CannotSetUp with `failing`, or with a word about the network where that was the reason.
    """
    step = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        close_fds=False,  # the lock goes with it
        text=True,
        errors="replace",
    )
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{step.stdout}\n")
    if step.returncode == 0:
        return step.stdout
    if step.returncode < 0:
        raise StepKilled(f"{failing}: it was stopped by signal {-step.returncode}. Run the same command again.")
    if any(sign in step.stdout for sign in NO_NETWORK):
        remedy = "Connect to the internet, then run the same command again"
        raise CannotSetUp(f"{failing}: no connection. {remedy} ({LOG.name} has more).")
    raise CannotSetUp(f"{failing}: {_reason(step.stdout)} ({LOG.name} has more).")


def _reason(printed: str) -> str:
    """The line in which a tool says what is wrong: the first that speaks of an error; what follows is advice."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()] or ["no message"]
    return next((line for line in lines if re.search(r"\berror\b", line, re.IGNORECASE)), lines[-1])
