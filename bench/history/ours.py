"""The product with the made history, and the pages of it that are measured."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from drafting.paths import ROOT
from tests.product import Product, running

from .making import MAIN, SLUG
from .texts import FREQUENT, RARE

KEPT = ROOT / ".peers" / "bench" / "history"


def made(count: int, kept: Path = KEPT) -> Path:
    """The folder of an installation with so many versions; made once, which takes minutes for 10,000."""
    folder = kept / f"made-{count}"
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(f"making {count:,} versions …", flush=True)
        command = [sys.executable, Path(__file__).with_name("making.py"), str(count)]
        subprocess.run(command, env=Product(folder).everything(), check=True)
        (folder / "complete").touch()
    return folder


@contextmanager
def serving(count: int) -> Iterator[Product]:
    with running(made(count)) as product:
        yield product


def pages(count: int, quotation: str) -> dict[str, str]:
    """What is asked for, by what a table calls it. `count`: versions of the event."""
    here, newest = f"/e/{SLUG}/{MAIN}", count * 8 // 10
    deep = newest * 5 // 8 + 1
    api, searched = f"/api/v1/events/{SLUG}/drafts/{MAIN}/revisions", f"/e/{SLUG}/-/search?words="
    return {
        "event": f"/e/{SLUG}",
        "text": here,
        "history": f"{here}/history",
        "history, deep": f"{here}/history?before={deep}",
        "version": f"{here}/{newest}",
        "version, deep": f"{here}/{deep}",
        "Markdown": f"{here}/{deep}.md",
        "difference": f"{here}/{newest - 1}..{newest}",
        "difference, deep": f"{here}/{deep - 1}..{deep}",
        "blame": f"{here}/blame",
        "blame, deep": f"{here}/blame?version={deep}",
        "quotation": f"{here}/blame?words={quote(quotation)}",
        "search, rare": f"{searched}{RARE}",
        "search, frequent": f"{searched}{FREQUENT}",
        "search, rare, in the past": f"{searched}{RARE}&in=past",
        "search, frequent, in the past": f"{searched}{FREQUENT}&in=past",
        "feed of the event": f"/e/{SLUG}/feed.atom",
        "feed of the text": f"{here}/feed.atom",
        "record": f"/e/{SLUG}/record",
        "HTML": f"{here}/{deep}.html",
        "info/refs": f"/e/{SLUG}/record.git/info/refs?service=git-upload-pack",
        "API": api,
        "API, deep": f"{api}?before={deep}",
    }
