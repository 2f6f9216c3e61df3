"""Eight readers at once over kept connections, the same for every server: requests a second, and the slow ones."""

import http.client
import itertools
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

CLIENTS = 8
TIMEOUT_S = 20
"""A server that answers nobody within it cannot serve the page at this number of readers."""
KEPT_FOR = 50
"""Requests over one connection; the next comes from another address, because ours limits some pages by address."""
ADDRESSES = itertools.count()
TURNS = itertools.count()


@dataclass(frozen=True)
class Load:
    per_second: float
    p95_ms: float


def anew(path: str) -> str:
    """The same page by an address that nobody has asked for, so that no answer can have been kept."""
    return f"{path}{'&' if '?' in path else '?'}turn={next(TURNS)}"


def ask(port: int, path: str, seconds: float, address: Callable[[str], str] = str) -> Load:
    """Everybody asks for the same page, again and again. Raises RuntimeError if an answer is not a page."""
    took: list[float] = []
    wrong: list[str] = []
    end = time.monotonic() + seconds

    def read() -> None:
        try:
            ask_again()
        except OSError as error:
            wrong.append(f"{error} for {path}")

    def ask_again() -> None:
        while time.monotonic() < end and not wrong:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S, source_address=(_address(), 0))
            for _ in range(KEPT_FOR):
                begun = time.monotonic()
                if begun > end:
                    break
                line.request("GET", address(path))
                answer = line.getresponse()
                answer.read()
                took.append((time.monotonic() - begun) * 1000)
                if answer.status != 200:
                    wrong.append(f"{answer.status} for {path}")
                    break
            line.close()

    begun = time.monotonic()
    readers = [threading.Thread(target=read) for _ in range(CLIENTS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if wrong or len(took) < 2:
        raise RuntimeError(wrong[0] if wrong else f"no answer for {path}")
    return Load(len(took) / (time.monotonic() - begun), statistics.quantiles(took, n=20)[-1])


def _address() -> str:
    number = next(ADDRESSES)
    return f"127.1.{number // 250 % 250}.{1 + number % 250}"
