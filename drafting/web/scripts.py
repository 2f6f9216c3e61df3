"""Which files a script of `static/dist/` is made of: those it needs at once, and those it may ask for later."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from .. import paths

NAMED_BY_CONTENT = re.compile(r"dist/part-[A-Z0-9]{8}\.js")


@dataclass(frozen=True)
class Parts:
    """Names below `static/`; the script itself is in neither."""

    at_once: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@lru_cache(maxsize=16)
def parts_of(script: str, *soon: str) -> Parts:
    """Parts of `live.js`, say; none for a script that is not there. The sources named as `soon` are asked for by
    themselves, but at once.
    """
    meta = paths.folder("static") / "dist" / "meta.json"
    if not meta.is_file():
        return Parts()
    outputs = json.loads(meta.read_text())["outputs"]
    files = {PurePath(path).name: output for path, output in outputs.items()}
    first = [script, *(name for name, output in files.items() if output.get("entryPoint") in soon)]
    at_once = _reachable(files, first, {"import-statement"}) - {script}
    everything = _reachable(files, [script], {"import-statement", "dynamic-import"}) - {script}
    return Parts(_names(at_once), _names(everything - at_once))


def _names(files: set[str]) -> tuple[str, ...]:
    return tuple(sorted(f"dist/{name}" for name in files))


def _reachable(files: dict[str, Any], ahead: list[str], kinds: set[str]) -> set[str]:
    """`ahead`, and all that they import in these ways."""
    found: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name in files and name not in found:
            found.add(name)
            ahead += [PurePath(said["path"]).name for said in files[name]["imports"] if said["kind"] in kinds]
    return found
