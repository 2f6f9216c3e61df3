"""How often something was asked for is counted right, and at once, by many threads."""

import sys
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from drafting.web.rates import Memory, who

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


def test_who_has_a_network_of_ipv6_is_counted_once_for_all_of_it() -> None:
    app = Flask(__name__)

    def counted_as(address: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return who()

    assert counted_as("2001:db8:1:2::1") == counted_as("2001:db8:1:2:ffff::9") != counted_as("2001:db8:1:3::1")
    assert counted_as("192.0.2.7") == "192.0.2.7" and counted_as("fe80::1%eth0")
