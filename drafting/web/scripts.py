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
def parts_of(script: str) -> Parts:
    """Parts of `live.js`, say; none for a script that is not there."""
    meta = paths.folder("static") / "dist" / "meta.json"
    if not meta.is_file():
        return Parts()
    outputs = json.loads(meta.read_text())["outputs"]
    files = {PurePath(path).name: output for path, output in outputs.items()}
    at_once = _reachable(files, script, {"import-statement"})
    everything = _reachable(files, script, {"import-statement", "dynamic-import"})
    return Parts(_names(at_once), _names(everything - at_once))


def _names(files: set[str]) -> tuple[str, ...]:
    return tuple(sorted(f"dist/{name}" for name in files))


def _reachable(files: dict[str, Any], script: str, kinds: set[str]) -> set[str]:
    found: set[str] = set()
    ahead = [script]
    while ahead:
        for said in files.get(ahead.pop(), {"imports": []})["imports"]:
            name = PurePath(said["path"]).name
            if said["kind"] in kinds and name in files and name not in found:
                found.add(name)
                ahead.append(name)
    return found - {script}
