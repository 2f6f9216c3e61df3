"""Whose work is in the built pages, under which licence, in the words that the licences ask us to pass on."""

import json
from collections.abc import Iterable
from pathlib import Path

LEGAL = ("LICENSE", "LICENCE", "COPYING", "NOTICE")


def notices(packages: Path, inputs: Iterable[str]) -> str:
    """The text of THIRD-PARTY.txt for the npm packages under `packages` that own one of `inputs`.

    `inputs` are esbuild's, relative to the checkout: `node_modules/@scope/name/dist/index.js`.
    """
    homes = sorted({home for path in inputs if (home := _home(path)) is not None})
    return "\n".join(_notice(packages / home) for home in homes)


def _home(path: str) -> str | None:
    """`node_modules/a/node_modules/@b/c/index.js` → `a/node_modules/@b/c`; None for a file of ours."""
    before, found, inside = path.rpartition("node_modules/")
    if not found:
        return None
    name = "/".join(inside.split("/")[: 2 if inside.startswith("@") else 1])
    return (before + found).split("node_modules/", 1)[1] + name


def _notice(home: Path) -> str:
    about = json.loads((home / "package.json").read_text(encoding="utf-8"))
    heading = f"{about['name']} {about['version']} – {about['license']}"
    words = [path.read_text(encoding="utf-8").strip() for path in sorted(home.iterdir()) if path.stem.upper() in LEGAL]
    return "\n\n".join([f"{heading}\n{'=' * len(heading)}", *words]) + "\n"
