"""`pip install .` gives a program that needs nothing of the checkout: it serves, pages and all, from any folder."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from drafting.checkout import pages
from drafting.paths import ROOT
from tests import needs

NOT_SOURCES = (
    ".git",
    ".venv",
    ".peers",
    ".*_cache",
    "__pycache__",
    "build",
    "node_modules",
    "dist",
    "repo_store",
    "var",
    "*.egg-info",
)


def pip(*arguments: str | Path, cwd: Path) -> None:
    environ = {**os.environ, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run([sys.executable, "-m", "pip", "-q", *arguments], cwd=cwd, env=environ, check=True)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which no page is built yet."""
    needs.node()
    pages.prepare()
    copy = tmp_path_factory.mktemp("sources") / "checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_SOURCES))
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    return copy


@pytest.fixture(scope="module")
def wheel(sources: Path) -> Path:
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", sources / "wheels", ".", cwd=sources)
    return next((sources / "wheels").glob("drafting-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A venv that holds the wheel and nothing else."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    pip("--python", home / "bin" / "python", "install", "--no-deps", wheel, cwd=home)
    return home


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[str]:
    """Address of the installed program, started in an empty folder. Only the libraries are this machine's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = {"DRAFTING_DATA": str(tmp_path / "data"), "DRAFTING_REPO_STORE": str(tmp_path / "repos")}
    environ = {**os.environ, **data, "PYTHONPATH": sysconfig.get_path("purelib"), "HOME": str(tmp_path)}
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(
            [installed / "bin" / "drafting", "run", "--port", str(port)],
            cwd=tmp_path,
            env=environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield _awaited(f"http://127.0.0.1:{port}", server, tmp_path / "log")
    finally:
        with contextlib.suppress(ProcessLookupError):  # it may have ended by itself, and then the test has failed
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _awaited(address: str, server: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            if urllib.request.urlopen(f"{address}/healthz", timeout=5).status == 200:
                return address
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"it does not serve: {log.read_text()[-2000:]}")


def test_the_wheel_holds_every_module_template_page_and_migration(wheel: Path):
    held = set(zipfile.ZipFile(wheel).namelist())
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "drafting").rglob("*.py")}
    folders = [path for name in ("templates", "migrations", "static/css") for path in (ROOT / name).rglob("*.*")]
    beside = {f"drafting/{path.relative_to(ROOT)}" for path in folders if path.suffix != ".pyc"}
    built = {f"drafting/static/dist/{entry.stem}.js" for entry in (ROOT / "frontend" / "entries").glob("*.ts")}
    assert built and beside
    assert (modules | beside | built | {"drafting/static/dist/THIRD-PARTY.txt"}) - held == set()
    assert {name.split("/")[0] for name in held if ".dist-info/" not in name} == {"drafting"}


def test_the_source_archive_carries_the_pages_and_what_they_are_made_of(sources: Path):
    code = "from drafting import _build_backend; print(_build_backend.build_sdist('archives'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=sources, capture_output=True, text=True, check=True)
    unpacked = sources / "archives" / "unpacked"
    shutil.unpack_archive(sources / "archives" / done.stdout.splitlines()[-1], unpacked)
    (home,) = unpacked.iterdir()
    fresh = "from drafting.checkout import pages; import sys; sys.exit(not pages.are_built())"
    subprocess.run([sys.executable, "-c", fresh], cwd=home, check=True)
    assert (home / "LICENSE").is_file() and (home / "static" / "dist" / "live.js").is_file()


@pytest.mark.timeout(400)
def test_an_installed_wheel_serves_from_any_folder(served: str):
    with urllib.request.urlopen(f"{served}/") as page:
        assert page.status == 200 and b"<html" in page.read()
    with urllib.request.urlopen(f"{served}/static/dist/live.js") as script:
        assert script.status == 200 and len(script.read()) > 10_000
