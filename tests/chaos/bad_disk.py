"""A disk that refuses when told to, under the product's database: real system calls that return real errors."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import needs

SOURCE = Path(__file__).with_name("bad_disk.c")


class BadDisk:
    """`environ` is for the product that shall run on it."""

    def __init__(self, folder: Path) -> None:
        if not sys.platform.startswith("linux"):
            pytest.skip("Linux only: it is preloaded by the dynamic linker there.")
        self._orders = folder / "orders"
        self._orders.mkdir()
        library = folder / "bad_disk.so"
        compiler = needs.program("gcc", "cc", remedy="On Debian: apt install gcc")
        subprocess.run([compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, SOURCE, "-ldl"], check=True)
        self.environ = {"LD_PRELOAD": str(library), "BAD_DISK": str(self._orders)}

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Writing fails with ENOSPC."""
        yield from self._told("full")

    @contextlib.contextmanager
    def refusing_to_sync(self) -> Iterator[None]:
        """fsync and fdatasync fail with EIO."""
        yield from self._told("sync")

    def _told(self, what: str) -> Iterator[None]:
        order = self._orders / what
        order.touch()
        try:
            yield
        finally:
            order.unlink()
