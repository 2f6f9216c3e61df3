"""Some threads that work until nothing is left: started when there is something, gone when there is nothing."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Crew:
    """At most `at_once` threads in which `work` runs; it ends when it finds nothing more."""

    def __init__(self, name: str, work: Callable[[], None], *, at_once: int) -> None:
        self._name, self._work, self._at_once = name, work, at_once
        self._threads: list[threading.Thread] = []

    def call(self, needed: int) -> int:
        """See that so many are at work, or all; says how many were started. Never waits."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        wanted = min(needed, self._at_once) - len(self._threads)
        fresh = [threading.Thread(target=self._run, daemon=True, name=self._name) for _ in range(wanted)]
        self._threads += fresh
        for thread in fresh:
            thread.start()
        return len(fresh)

    def wait(self) -> None:
        """Until everybody who was called has ended; for tests and benches."""
        for thread in list(self._threads):
            thread.join()

    def _run(self) -> None:
        try:
            self._work()
        except Exception:  # the thread would die unseen; leases end and the next round tries again
            log.exception("%s failed", self._name)
