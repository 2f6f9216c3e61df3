"""A product, a crowd that types, and one person at a real page; stories take turns with the same ones."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests import needs
from tests.chaos.crowd import Crowd
from tests.chaos.desk import Desk, join
from tests.product import Product

KEPT = "Kept on this device"
WHILE_S = 1
RETURN_S = 90


@dataclass
class Scene:
    product: Product
    crowd: Crowd
    desk: Desk

    @contextlib.contextmanager
    def everybody_types(self) -> Iterator[None]:
        """Things go well before and after the block. Then everything must be well."""
        self.desk.is_saved()
        with self.crowd.typing():
            self.crowd.saves(50)
            self.desk.type(10)
            yield
            self.crowd.saves(50, RETURN_S)
            self.desk.type(5)
        self.crowd.all_is_well([self.desk], RETURN_S)

    def nothing_is_saved_while(self, going_on: Callable[[], object], seconds: float = WHILE_S) -> None:
        """Type, and look again and again what is said; `going_on` may look further. Nothing may be called saved."""
        time.sleep(0.5)  # what was confirmed just before is still on its way
        before = len(self.crowd.saved)
        self.desk.type(5)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.desk.type()
            assert not self.desk.status.startswith("Saved")
            going_on()
            time.sleep(0.1)
        assert len(self.crowd.saved) == before, "something was called saved"

    def all_that_was_called_saved_is_on_disk(self) -> None:
        self.crowd.nothing_is_said_falsely([self.desk])


@contextlib.contextmanager
def scene(product: Product, browser: Browser, *, base: str = "") -> Iterator[Scene]:
    needs.chromium()
    crowd = Crowd(product, base=base)
    context = browser.new_context()
    join(context, crowd.link)
    desk = Desk(context, crowd.base, "Tab").is_saved().sits_down()
    try:
        yield Scene(product, crowd, desk)
    finally:
        context.close()
        crowd.leave()


def is_alive(product: Product) -> None:
    """The loop answers, whatever the disk does."""
    assert product.get("/healthz")[0] == 200, "the loop stands still"
