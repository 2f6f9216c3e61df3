"""The checkout's own Python: `.venv` with everything that setup.cfg asks for."""

import configparser
import hashlib
import importlib
import os
import shutil
import sys
from pathlib import Path

from ..paths import ROOT
from .steps import CannotSetUp, StepKilled, one_at_a_time, run, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".set-up"
WITH_TESTS = "with what the tests need\n"
UNDER_WAY = VENV / ".set-up-under-way"
COMPILED = VENV / ".compiled"


def is_ours() -> bool:
    """Whether this process runs on the checkout's own Python."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def keep_compiled() -> None:
    """Where Python may write no bytecode beside its sources, as in many containers, let it do so in `.venv`.

    Each start, and a test run has hundreds, would compile everything anew, for seconds.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(COMPILED))


def enter() -> None:
    """Become the same command on the checkout's own Python. The working directory stays."""
    os.execv(PYTHON, [str(PYTHON), "-m", "drafting", *sys.argv[1:]])


def prepare(*, for_tests: bool) -> None:
    """Make `.venv` what setup.cfg asks for; what only tests need (two thirds of the size) is left out unless asked for.

    Does nothing, in a few milliseconds, if all is there. Raises CannotSetUp.
    """
    if _is_ready(for_tests):
        return
    with one_at_a_time():
        if _is_ready(for_tests):
            return
        if not _is_sound():
            _make()
        say("Setting up in .venv: installing Python packages (about a minute) …")
        _pip("--editable", f"{ROOT}[test]" if for_tests else str(ROOT))
        STAMP.write_text(_wanted() + (WITH_TESTS if for_tests else ""))


def add(extra: str, *, failing: str) -> None:
    """Install what setup.cfg lists under `extra`, and not the rest once more. Raises CannotSetUp with `failing`."""
    with one_at_a_time():
        _pip(*required(extra), failing=failing)
    importlib.invalidate_caches()


def required(extra: str) -> list[str]:
    """The requirements that setup.cfg lists under `extra`."""
    return _setup_cfg()["options.extras_require"][extra].split()


def _is_ready(for_tests: bool) -> bool:
    if UNDER_WAY.exists() or not STAMP.exists():
        return False
    found = STAMP.read_text()
    return found == _wanted() + WITH_TESTS or (found == _wanted() and not for_tests)


def _wanted() -> str:
    """Where the environment is, which Python it is made of, and a hash of what it should hold.

    Of setup.cfg only what pip reads counts: a new lint rule installs nothing.
    """
    config = _setup_cfg()
    sections = [name for name in config.sections() if name.startswith(("metadata", "options"))]
    asked = [(name, sorted(config[name].items())) for name in sections]
    content = hashlib.sha256(repr(asked).encode() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return f"{VENV}\n{PYTHON.resolve()}\n{content}\n"


def _setup_cfg() -> configparser.RawConfigParser:
    config = configparser.RawConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def _is_sound() -> bool:
    """Whether what is there can be built upon: finished or never begun, not moved, its Python still installed."""
    if UNDER_WAY.exists() or not PYTHON.exists():
        return False
    if STAMP.exists() and STAMP.read_text().splitlines()[:2] != _wanted().splitlines()[:2]:
        return False
    return any(VENV.glob("lib/python*/site-packages/pip/__main__.py"))


def _make() -> None:
    say(f"Setting up in .venv: making it with Python {sys.version.split()[0]} …")
    try:
        importlib.import_module("ensurepip")
        importlib.import_module("venv")
    except ImportError as error:
        remedy = "On Debian or Ubuntu: apt install python3-venv. Then run the same command again."
        raise CannotSetUp(f"Python's own venv is missing. {remedy}") from error
    if VENV.is_symlink():
        raise CannotSetUp(f"{VENV} is a link to another folder. Remove it, then run the same command again.")
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    UNDER_WAY.touch()
    # Inside a venv sys.executable is a link that may just have gone; the Python behind it has no public name.
    python = getattr(sys, "_base_executable", sys.executable)
    run([python, "-m", "venv", VENV], failing="Python cannot make .venv")


def _pip(*what: str, failing: str = "Python packages cannot be installed") -> None:
    """Let pip install; if it is killed on the way, or we are, the next start makes everything anew."""
    UNDER_WAY.touch()
    try:
        # Python compiles what is used when it is used: a third faster than all of it now.
        command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-compile", *what]
        run(command, failing=failing)
    except StepKilled:
        raise
    except CannotSetUp:
        UNDER_WAY.unlink()  # pip ended by itself and has undone what it could not finish
        raise
    UNDER_WAY.unlink()
