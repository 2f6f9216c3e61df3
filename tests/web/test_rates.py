"""How often something was asked for is counted right, and at once, by many threads."""

import sys
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from drafting.web.rates import Memory

PEOPLE, TIMES, ALLOWED = 16, 8_000, 10


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_sixteen_threads_that_ask_at_once_are_counted_and_nobody_meets_an_error() -> None:
    storage = storage_from_string("memory://")
    assert isinstance(storage, Memory)
    limiter, limit = MovingWindowRateLimiter(storage), parse(f"{ALLOWED} per hour")
    together, answers = threading.Barrier(PEOPLE), Counter[object]()

    def ask() -> None:
        together.wait()
        for _ in range(TIMES):
            try:
                answers[limiter.hit(limit, "somebody")] += 1
            except RuntimeError as error:
                answers[str(error)] += 1

    people = [threading.Thread(target=ask) for _ in range(PEOPLE)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert answers == {True: ALLOWED, False: PEOPLE * TIMES - ALLOWED}
