"""`kill -9` of the server while ten people type, twenty times: what was called saved is there, and all end equal."""

import random
import threading
from pathlib import Path

import pytest

from tests.product import Product, running, until
from tests.scribe import Scribe

WRITERS, KILLS = 10, 20


def come_back(product: Product, scribes: list[Scribe]) -> None:
    product.start()
    for scribe in scribes:
        until(scribe.connect, 30, "a writer was not let in again")
    for scribe in scribes:
        assert scribe.synced.wait(30), f"a writer did not synchronise: {scribe.refusals}"


@pytest.mark.timeout(600)
def test_everything_acknowledged_survives_twenty_kills_and_everybody_ends_with_the_same_text(tmp_path: Path) -> None:
    chance = random.Random(7)
    with running(tmp_path) as product:
        link = product.ways_in()["join"]
        live = product.base + "/e/river/what-we-ask-for-along-the-river/live"
        scribes = [Scribe(product.base, link, live) for _ in range(WRITERS)]
        product.kill()
        for kill in range(KILLS):
            come_back(product, scribes)
            enough = threading.Event()
            typists = [
                threading.Thread(target=type_until, args=(scribe, enough, f"k{kill}w{n}"))
                for n, scribe in enumerate(scribes)
            ]
            for typist in typists:
                typist.start()
            before = sum(len(s.saved_words) for s in scribes)
            wanted = chance.randrange(5, 120)
            until(lambda w=wanted, b=before: sum(len(s.saved_words) for s in scribes) > b + w, 60, "nothing was saved")
            product.kill()
            enough.set()
            for typist in typists:
                typist.join()
        come_back(product, scribes)
        until(lambda: all(s.everything_saved for s in scribes), 60, "not everything was saved in the end")
        until(lambda: len({s.text for s in scribes}) == 1, 60, "the writers did not end with the same text")
        text = scribes[0].text
        saved = [word for scribe in scribes for word in scribe.saved_words]
        assert len(saved) > KILLS * 5 and len(set(saved)) == len(saved)
        lost = [word for word in saved if text.count(word) != 1]
        assert lost == [], f"{len(lost)} of {len(saved)} saved words are lost or doubled"
        for scribe in scribes:
            scribe.leave()
        fresh = Scribe(product.base, link, live)
        assert fresh.connect() and fresh.synced.wait(30)
        assert fresh.text == text, "the text rebuilt from the journal is another one"


def type_until(scribe: Scribe, enough: threading.Event, mark: str) -> None:
    n = 0
    while not enough.wait(0.01):
        scribe.type(f" {mark}n{n};")
        n += 1
