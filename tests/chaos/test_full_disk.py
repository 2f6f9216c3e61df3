"""A file system with no space left, for as long as the operator needs to make some. Run with the peers: it is slow."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chaos.scene import KEPT, is_alive, scene
from tests.product import running, until

SIZE_MB = 8
pytestmark = [pytest.mark.peer, pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("Only root may mount a small disk; test_bad_days.py has a disk that says it is full.")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_without_space_keeps_nobody_from_writing_on(small_disk: Path, tmp_path: Path, browser: Browser) -> None:
    data = str(small_disk / "data")
    with running(tmp_path / "here", DRAFTING_DATA=data) as product, scene(product, browser) as here:
        with here.everybody_types():
            with no_space_left(small_disk):
                until(lambda: "not_saved" in here.crowd.refused, 60, "nobody was told")
                here.nothing_is_saved_while(lambda: is_alive(product))
                here.all_that_was_called_saved_is_on_disk()
                here.desk.says(KEPT)
            here.desk.is_saved()


@contextlib.contextmanager
def no_space_left(disk: Path) -> Iterator[None]:
    ballast = disk / "ballast"
    with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    yield
    ballast.unlink()
