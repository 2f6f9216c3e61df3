"""The browser's half of the program: `frontend/` and npm packages, built into `static/dist/`."""

import hashlib
import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..paths import ROOT
from . import node
from .steps import CannotSetUp, one_at_a_time, run, say
from .third_parties import notices

SOURCES = ROOT / "frontend"
PACKAGES = ROOT / "node_modules"
BUILT = ROOT / "static" / "dist"
PACKAGES_STAMP = PACKAGES / ".set-up"
BUILT_STAMP = BUILT / ".inputs"

ASKED = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
FORM = (
    "--bundle",
    "--minify",
    "--target=es2022",
    "--sourcemap",
    "--entry-names=[name]",
    "--legal-comments=linked",
    "--alias:lib0/logging=./frontend/logging.ts",
    "--alias:lib0/environment=./frontend/environment.ts",
    "--alias:lib0/buffer=./frontend/buffer.ts",
    "--alias:@lezer/highlight=./frontend/highlight.ts",
    "--log-level=warning",
)
IN_PARTS = ("--format=esm", "--splitting", "--chunk-names=part-[hash]")
"""What several scripts share, or need rarely, is a file of its own, found by its content."""
WHOLE = ("--format=iife",)
WORKER = "offline"
"""A service worker cannot load parts in every browser."""


def are_built() -> bool:
    """Whether `static/dist/` is what its inputs make."""
    return BUILT_STAMP.is_file() and BUILT_STAMP.read_text() == _inputs()


def prepare() -> None:
    """Make `node_modules/` what the lock file says and `static/dist/` what its inputs make. Raises CannotSetUp."""
    if _are_installed() and are_built():
        return
    with one_at_a_time():
        if not _are_installed():
            _install()
        if not are_built():
            _build()


def _are_installed() -> bool:
    return PACKAGES_STAMP.is_file() and PACKAGES_STAMP.read_text() == _digest(ASKED)


def _install() -> None:
    found = node.find()
    if found is None:
        raise CannotSetUp(f"Node {node.OLDEST} or newer with npm is missing. Install it, then start again.")
    say("Setting up the pages: installing the packages that they use …")
    run(
        [*found.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=warn"],
        failing="npm packages cannot be installed",
        environ=found.environ(),
    )
    PACKAGES_STAMP.write_text(_digest(ASKED))


def _build() -> None:
    """The folder is exchanged as a whole: a server that runs meanwhile serves the old pages or the new."""
    say("Setting up the pages: building them …")
    for left_over in BUILT.parent.glob(".dist-*"):
        shutil.rmtree(left_over)
    fresh = Path(tempfile.mkdtemp(prefix=".dist-", dir=BUILT.parent))
    wanted = _inputs()  # before they are read: a file saved meanwhile makes the next start build again
    _bundle(fresh)
    (fresh / BUILT_STAMP.name).write_text(wanted)
    fresh.chmod(0o755)
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)


def _inputs() -> str:
    """Hash of all that shapes `static/dist/`; the same on every machine. Tests of the front end do not count."""
    sources = (path for path in SOURCES.rglob("*") if path.is_file() and "tests" not in path.parts)
    return _digest([*ASKED, *Path(__file__).parent.glob("*.py"), *sources])


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _bundle(into: Path) -> None:
    entries = sorted((SOURCES / "entries").glob("*.ts"))
    worker = [path for path in entries if path.stem == WORKER]
    scripts = [path for path in entries if path.stem != WORKER]
    meta = into / "meta.json"
    esbuild: list[str | Path] = [_esbuild(), *FORM, f"--outdir={into}"]
    run([*esbuild, *IN_PARTS, f"--metafile={meta}", *scripts], failing="The pages cannot be built")
    run([*esbuild, *WHOLE, *worker], failing="The pages cannot be built")
    (into / "THIRD-PARTY.txt").write_text(notices(PACKAGES, json.loads(meta.read_text())["inputs"]), encoding="utf-8")


def _esbuild() -> Path:
    """esbuild's own program: npm's front for it needs a script that runs on installation, which ours may not."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    program = PACKAGES / "@esbuild" / f"{sys.platform}-{machine}" / "bin" / "esbuild"
    if not program.is_file():
        here = f"{sys.platform}, {platform.machine()}"
        raise CannotSetUp(f"There is no esbuild for this machine ({here}). Build the pages on another.")
    return program
