"""A small checkout in a folder of its own: the real set-up, and for a product a command that prints its words."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from drafting.paths import ROOT

PARTS = ("setup.cfg", "pyproject.toml", "LICENSE", "package.json", "package-lock.json", ".npmrc")
MODULES = ("__init__.py", "__main__.py", "_build_backend.py", "paths.py", "checkout")
ECHO = "import json\n\n\ndef main(args, prog_name):\n    print(json.dumps({prog_name: args}))\n"


@dataclass(frozen=True)
class Checkout:
    """`environ` is what its processes see besides their own folder."""

    root: Path
    environ: dict[str, str]

    def starts(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """`python3 -m drafting <words>` in a process group of its own, by a Python outside any venv."""
        return self.python("-m", "drafting", *words, **environ)

    def does(self, *words: str, **environ: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of `python3 -m drafting <words>`."""
        process = self.starts(*words, **environ)
        out, err = process.communicate()
        return process.returncode, out, err

    def python(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [getattr(sys, "_base_executable", sys.executable), *arguments],
            cwd=self.root,
            env={**self.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=_hear_ctrl_c,
        )


def _hear_ctrl_c() -> None:
    """Whatever runs the tests may have been started in the background, where Ctrl-C is ignored and handed down so."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def small_checkout(home: Path) -> Checkout:
    """A fresh one in `home`. What pip would fetch it finds installed already: no test depends on somebody's line."""
    root = home / "checkout"
    for name in ("drafting", "frontend", "templates", "static", "migrations"):
        (root / name).mkdir(parents=True)
    for name in PARTS:
        shutil.copy(ROOT / name, root / name)
    for name in MODULES:
        source = ROOT / "drafting" / name
        if source.is_dir():
            shutil.copytree(source, root / "drafting" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / "drafting" / name)
    (root / "drafting" / "cli.py").write_text(ECHO)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV"))}
    ours = {
        "HOME": str(home),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_NO_INDEX": "1",
    }
    return Checkout(root, kept | ours)
