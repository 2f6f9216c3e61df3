"""Threads of their own for some requests, so that however many come, pages do not wait."""

from collections.abc import Callable
from typing import Any

from gevent.threadpool import ThreadPool


class Lane:
    """Used on the serving loop. `takes` says whose path this is for; who comes when `waiting` wait already is told
    `full`, for nothing. `refuses` looks at a request that has come whole: why it is refused at once, or None.
    """

    def __init__(
        self,
        takes: Callable[[str], bool],
        *,
        threads: int,
        waiting: int,
        full: str,
        refuses: Callable[[dict[str, Any], bytes], tuple[str, str] | None] = lambda environ, body: None,
    ) -> None:
        self.takes, self.full, self.refuses = takes, full, refuses
        self._threads = ThreadPool(threads)
        self._most = threads + waiting
        self._inside = 0

    @property
    def is_full(self) -> bool:
        return self._inside >= self._most

    def run(self, work: Callable[[], None]) -> None:
        """Do it in one of the lane's threads, and wait for it without holding the loop up."""
        self._inside += 1
        try:
            self._threads.apply(work)
        finally:
            self._inside -= 1
