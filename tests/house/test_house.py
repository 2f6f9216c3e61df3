"""The house rules: lint, types, layers and the browser's half, each with its own tool's words when it is broken."""

import configparser
import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from drafting.checkout import node
from drafting.paths import ROOT
from tests import needs

SCRIPTS = Path(sysconfig.get_path("scripts"))


def obeys(*command: str | Path, environ: dict[str, str] | None = None) -> None:
    """Run a tool in the checkout and fail with what it says if it objects."""
    tool = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    if tool.returncode != 0:
        pytest.fail(f"{' '.join(map(str, command))}\n{tool.stdout}{tool.stderr}", pytrace=False)


def npm_obeys(script: str) -> None:
    needs.node()
    found = node.find()
    assert found is not None
    obeys(*found.npm, "run", "--silent", script, environ=found.environ())


def test_the_python_is_clean():
    obeys(sys.executable, "-m", "ruff", "check")


@pytest.mark.timeout(400)
def test_the_types_fit():
    obeys(sys.executable, "-m", "mypy")


def test_imports_run_one_way():
    obeys(SCRIPTS / "lint-imports", "--no-cache")


def test_the_types_of_the_pages_fit():
    npm_obeys("check")


def test_the_pages_do_what_their_own_tests_say():
    npm_obeys("test")


def test_every_package_can_be_packed():
    """A folder of modules without `__init__.py` works in a checkout and is missing in a wheel."""
    folders = {path.parent for path in (ROOT / "drafting").rglob("*.py")}
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_dependency_is_listed_with_its_licence():
    asked = configparser.RawConfigParser()
    asked.read(ROOT / "setup.cfg")
    python = " ".join([asked["options"]["install_requires"], *asked["options.extras_require"].values()]).split()
    npm = json.loads((ROOT / "package.json").read_text())
    wanted = set(python) | {name + exact for name, exact in (npm["dependencies"] | npm["devDependencies"]).items()}
    rows = [line.split(" | ") for line in (ROOT / "docs" / "licences.md").read_text().splitlines() if " | `" in line]
    assert {row[0].removeprefix("| ") + row[1].strip("`") for row in rows} == wanted
    assert all(row[2].strip() for row in rows)
