"""Exchanges with a real Mastodon server, recorded by Mastodon.py's own tests and shipped in its source archive."""

import fcntl
import json
import re
import subprocess
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import yaml

from drafting.paths import ROOT
from tests import needs

CACHE = ROOT / ".peers" / "mastodon-recorded"
ARCHIVE = "Mastodon.py==2.3.3"
FETCH_S = 300
TAPES = (
    "cassettes/test_account_statuses_exclude_direct.yaml",
    "cassettes/test_app_account_create_invalid.yaml",
    "cassettes/test_hashtag_tl.yaml",
    "cassettes/test_home_tl_anonymous_throws.yaml",
    "cassettes/test_media_post[False].yaml",
    "cassettes/test_media_update.yaml",
    "cassettes/test_status_edit.yaml",
    "cassettes/test_status_missing.yaml",
    "cassettes/test_status_reply.yaml",
    "cassettes/test_status_update_with_media_edit.yaml",
    "cassettes/test_verify_credentials.yaml",
    "cassettes_entity_tests/test_entity_instance.yaml",
    "cassettes_entity_tests/test_entity_instancev2.yaml",
    "cassettes_entity_tests/test_entity_status.yaml",
)
ERROR, STATUS, MEDIA = "error", "status", "media"

Shape = dict[str, set[str]]
"""What stands at which path of an answer: the names of JSON types."""


def shapes() -> dict[str, Shape]:
    """By kind of thing, as `place` names it: everything that was ever answered."""
    found: dict[str, Shape] = defaultdict(lambda: defaultdict(set))
    for tape in TAPES:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for exchange in yaml.load((_tapes() / tape).read_bytes(), loader)["interactions"]:
            body, status = exchange["response"]["body"]["string"], exchange["response"]["status"]["code"]
            add(found[place(exchange["request"]["uri"], status)], json.loads(body))
    return found


def place(url: str, status: int) -> str:
    """What kind of thing is answered: of some it is the same at several addresses, alone and in lists; so it is of
    answers that refuse.
    """
    address = re.sub(r"/\d+$", "", urlsplit(url).path.rstrip("/"))
    kinds = {ERROR: status >= 400, STATUS: address.endswith("/statuses"), MEDIA: address.endswith("/media")}
    return next((kind for kind, fits in kinds.items() if fits), address)


def add(shape: Shape, answer: Any) -> None:
    for one in answer if isinstance(answer, list) else [answer]:
        for path, kind in _walked(one, ""):
            shape[path].add(kind)


def _walked(value: Any, path: str) -> Iterator[tuple[str, str]]:
    yield path, "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__
    inner: Iterable[tuple[str, Any]] = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        inner = (("[]", one) for one in value)
    for name, one in inner:
        yield from _walked(one, f"{path}.{name}")


def _tapes() -> Path:
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once
        folder = CACHE / ARCHIVE.replace("==", "-")
        if not folder.exists():
            _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "Mastodon.py"]
    done = subprocess.run([*command, "--dest", CACHE, ARCHIVE], timeout=FETCH_S, capture_output=True, text=True)
    archives = sorted(CACHE.glob("*.tar.gz"))
    if done.returncode or not archives:
        needs.missing("Mastodon.py's source archive", f"It could not be fetched: {done.stderr[-1500:]}")
    with TemporaryDirectory(dir=CACHE) as fresh:
        with tarfile.open(archives[-1]) as archive:
            archive.extractall(fresh, filter="data")
        (tests,) = Path(fresh).glob("*/tests")
        tests.rename(folder)
