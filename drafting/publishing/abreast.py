"""Several things at once, each in a thread of its own, so that one that hangs holds up nothing else."""

import logging
import threading
import time
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)

PATIENCE_S = 0.5

Work = Callable[[int], None]


class Abreast:
    """At most `at_once` threads, one for each number. To be used from one thread.

    They are daemons: a process that ends does not wait for them; what they were doing is looked into afterwards.
    """

    def __init__(self, name: str, *, at_once: int, patience_s: float = PATIENCE_S) -> None:
        self._name, self._at_once, self._patience_s = name, at_once, patience_s
        self._running: dict[int, threading.Thread] = {}

    def start(self, numbers: Iterable[int], work: Work) -> int:
        """Begin with every number that is not at work still, as far as there is room; say how many were begun.

        Waits a moment for the quick ones, never for the slow: the record is written by the same worker.
        """
        self._running = {number: thread for number, thread in self._running.items() if thread.is_alive()}
        fresh = [number for number in numbers if number not in self._running]
        started = [self._begin(number, work) for number in fresh[: max(self._at_once - len(self._running), 0)]]
        end = time.monotonic() + self._patience_s
        for thread in started:
            thread.join(max(end - time.monotonic(), 0))
        return len(started)

    def _begin(self, number: int, work: Work) -> threading.Thread:
        name = f"{self._name}-{number}"
        thread = threading.Thread(target=self._guarded, args=(number, work), daemon=True, name=name)
        self._running[number] = thread
        thread.start()
        return thread

    def _guarded(self, number: int, work: Work) -> None:
        try:
            work(number)
        except Exception:  # the thread would die unseen; the rows are as they were and the next round tries again
            log.exception("%s failed", self._name, extra={"number": number})
