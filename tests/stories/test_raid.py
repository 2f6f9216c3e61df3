"""Strangers storm the clone: the pages go on, people can write, and nothing is left behind."""

import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.clients import YClient
from tests.product import Product, until
from tests.raid import Raid, gits_of

pytestmark = pytest.mark.timeout(400)
RAID_S = 12
PATHS = ("/e/bar", "/e/bar/minutes", "/e/bar/minutes/1", "/e/bar/minutes/history", "/e/bar/record", "/healthz")


@pytest.fixture
def product(tmp_path: Path):
    product = Product(tmp_path, {"DRAFTING_TRUSTED_PROXIES": "1", "DRAFTING_LIMIT_CLONE_TIMEOUT_S": "15"}).start()
    yield product
    product.kill()


def writes(writer: YClient, words: str) -> None:
    """Until somebody else reads it."""
    writer.type(words)
    seen = YClient(writer.url).connect()
    until(lambda: words in seen.text, 30)
    seen.leave()


def published(product: Product) -> YClient:
    """Three versions of half a megabyte that does not pack well; who wrote them is still there."""
    people = product.world()
    writer = YClient(f"ws://127.0.0.1:{product.port}/yjs/bar/minutes?token={people['bob']}").connect()
    writer.synced.wait(30)
    rng = random.Random(7)
    for n in range(3):
        writes(writer, " ".join(f"{rng.getrandbits(60):x}" for _ in range(15_000)) + f" {n}.\n")
        status, answer = product.accept(people["ada"], product.put_forward(people["bob"], f"Change {n}"))
        assert status == 200, answer
    until(lambda: "version 3" in product.get("/e/bar/record")[1], 30)
    return writer


def test_while_strangers_storm_the_clone_pages_answer_and_no_process_is_left(product: Product, tmp_path: Path):
    writer = published(product)
    clone = ["git", "clone", "-q", f"{product.base}/e/bar/record.git"]
    subprocess.run([*clone, str(tmp_path / "before")], check=True)
    tip = subprocess.check_output(["git", "-C", str(tmp_path / "before"), "rev-parse", "HEAD"], text=True).strip()
    raid = Raid(product.port, tip)
    asked, refused = 0, []
    with raid.under_way():
        end = time.monotonic() + RAID_S
        while time.monotonic() < end:
            for path in PATHS:
                asked += 1
                status = product.get(path)[0]
                if status != 200:
                    refused.append((path, status))
        writes(writer, "Written in the storm.\n")
    assert asked > len(PATHS) and not refused
    assert raid.answers["200"] and raid.answers["503"] and raid.answers["413"], raid.answers
    assert not raid.answers["500"], raid.answers
    until(lambda: not gits_of(tmp_path), 150, "a git is left behind")
    subprocess.run([*clone, str(tmp_path / "after")], check=True)
    assert "Traceback" not in product.log
