"""Lines that are cut, stall, drag and forget; one person in several tabs and browsers; a laptop that sleeps."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests import needs
from tests.chaos.crowd import Crowd
from tests.chaos.desk import Desk, join
from tests.chaos.scene import KEPT
from tests.product import Product, running, until
from tests.proxy import Proxy, bad_line

TROUBLES = 10
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@dataclass
class Place:
    """The product, and the bad line through which everybody speaks to it who is given its address `far`."""

    product: Product
    line: Proxy

    @property
    def far(self) -> str:
        return f"http://127.0.0.1:{self.line.port}"

    def crowd(self, family: str, *, far: bool = False) -> Crowd:
        return Crowd(self.product, base=self.far if far else "", family=family)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    needs.chromium()
    folder = tmp_path_factory.mktemp("bad-lines")
    with bad_line(0) as line, running(folder, DRAFTING_BASE_URL=f"http://127.0.0.1:{line.port}") as product:
        line.target_port = product.port
        yield Place(product, line)


@pytest.fixture(autouse=True)
def a_good_line_at_first(place: Place) -> Iterator[None]:
    place.line.resume()
    yield
    place.line.resume()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def test_a_line_that_is_cut_stalls_drags_and_forgets(place: Place, context: BrowserContext) -> None:
    chance, line = random.Random(3), place.line
    crowd = place.crowd("ross", far=True)
    join(context, crowd.link)
    desk = Desk(context, place.far, "Train").is_saved().sits_down()
    troubles = [line.cut, line.stall, lambda: line.delay(0.2), line.refuse, line.lose, refuse_and_cut(line)]
    with crowd.typing():
        for trouble in [chance.choice(troubles) for _ in range(TROUBLES)]:
            trouble()
            for _ in range(10):
                desk.type()
                time.sleep(0.05)
            crowd.nothing_is_said_falsely([desk])
            line.resume()
            desk.type(2)
        line.cut()
        crowd.saves(50, 90)
    crowd.all_is_well([desk], 90)
    crowd.leave()


def test_one_person_in_two_tabs_and_two_browsers(place: Place, browser: Browser, context: BrowserContext) -> None:
    """A tab that is closed without a connection leaves its words to the others of its browser."""
    crowd = place.crowd("muir")
    join(context, crowd.link.replace(crowd.base, place.far))
    other = browser.new_context(storage_state=context.storage_state())
    first, second = Desk(context, place.far, "First"), Desk(context, place.far, "Second")
    third = Desk(other, place.far, "Third")
    desks = [first, second, third]
    for desk in desks:
        desk.is_saved().sits_down().type(5)
    with crowd.typing():
        refuse_and_cut(place.line)()
        second.sits_down().type(5)
        second.says(KEPT)
        third.sits_down().type(5)
        first.sits_down().type(5)
        first.page.keyboard.type("." * 350)  # more strokes than a copy keeps one by one
        first.type(5)
        first.says(KEPT)
        for closed in (second, first):
            crowd.nothing_is_said_falsely(desks)
            closed.close()
        place.line.resume()
        reopened = Desk(context, place.far, "Again").is_saved(60).sits_down()
        reopened.type(5)
    crowd.all_is_well([*desks, reopened], 90)
    other.close()
    crowd.leave()


def test_a_laptop_asleep_for_two_hours(place: Place, launch_browser: Callable[..., Browser]) -> None:
    """Its processes stand still, its clock jumps, and its connection is one that nobody remembers."""
    mark = os.urandom(8).hex()
    laptop = launch_browser(env={**os.environ, "LAPTOP": mark})
    crowd = place.crowd("knox")
    context = laptop.new_context()
    join(context, crowd.link.replace(crowd.base, place.far))
    desk = Desk(context, place.far, "Laptop")
    desk.page.clock.install()
    desk.reload()
    desk.is_saved().sits_down().type(5)
    desk.is_saved()
    with crowd.typing():
        with asleep(mark):
            place.line.lose()
            crowd.saves(100)
        now_ms = desk.page.evaluate("Date.now()")
        desk.page.clock.set_system_time(now_ms / 1000 + 2 * 3600)
        heard = crowd.saved
        desk.type(3)
        until(lambda: not missing(heard, desk) or not desk.status.startswith("Saved"), 20, "old text is shown as live")
        desk.is_saved(60)
        assert missing(heard, desk) == [], "old text is shown as live"
        desk.type(5)
    crowd.all_is_well([desk], 90)
    laptop.close()
    crowd.leave()


def refuse_and_cut(line: Proxy) -> Callable[[], None]:
    def act() -> None:
        line.refuse()
        line.cut()

    return act


def missing(words: list[str], desk: Desk) -> list[str]:
    text = desk.text
    return [word for word in words if word not in text]


@contextlib.contextmanager
def asleep(mark: str) -> Iterator[None]:
    """Stop every process whose environment holds the mark."""
    pids = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and holds(p / "environ", mark)]
    assert pids, "the browser has no processes"
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def holds(file: Path, mark: str) -> bool:
    try:
        return mark.encode() in file.read_bytes()
    except OSError:
        return False
