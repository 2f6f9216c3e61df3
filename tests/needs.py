"""What tests need from the machine: found, or skipped with the remedy; in CI a failure."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from drafting.checkout import node as checkout_node

REQUIRED = bool(os.environ.get("DRAFTING_REQUIRE_ALL") or os.environ.get("CI"))


def missing(what: str, remedy: str) -> NoReturn:
    words = f"{what} is not on this machine. {remedy}"
    if REQUIRED:
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def program(*names: str, remedy: str) -> Path:
    """The first of these programs that is installed."""
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    missing(names[0], remedy)


def chromium() -> Path:
    return program("chromium", "chromium-browser", "google-chrome", remedy="On Debian: apt install chromium")


def poppler(name: str) -> Path:
    """`pdfinfo`, `pdftotext` and the like."""
    return program(name, remedy="On Debian: apt install poppler-utils")


def redis_server() -> Path:
    return program("redis-server", remedy="On Debian: apt install redis-server")


def node() -> Path:
    """Node 20 or newer with npm: the machine's, or the one that the set-up fetched."""
    found = checkout_node.find()
    if found is None:
        missing("Node", "`python3 -m drafting test` fetches one.")
    return found.executable


def postgres_bin() -> Path:
    """The folder with initdb, postgres and pg_ctl."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return program("initdb", remedy="On Debian: apt install postgresql").resolve().parent
