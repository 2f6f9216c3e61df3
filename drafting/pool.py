"""Pure, CPU-bound work in a few processes of its own, so that the room's loop never waits for a page.

Call it from native threads only. Functions and arguments are pickled: give it module-level functions and plain values.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol, TypeVar

T = TypeVar("T")


class Pool(Protocol):
    def run(self, work: Callable[..., T], *args: object) -> T: ...

    def close(self) -> None: ...


class Inline:
    """Runs the work where it is called: for commands and for tests of other things."""

    def run(self, work: Callable[..., T], *args: object) -> T:
        return work(*args)

    def close(self) -> None:
        pass


class Processes:
    """A few spawned processes that end with their parent. Safe to share between threads."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lock = threading.Lock()
        self._executor = self._start()

    def run(self, work: Callable[..., T], *args: object) -> T:
        """The result of `work(*args)`, raised errors included. A process that was killed is replaced, once per call."""
        executor = self._executor
        try:
            return executor.submit(work, *args).result()
        except BrokenProcessPool:
            return self._replace(executor).submit(work, *args).result()

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=spawn, initializer=end_with_parent, initargs=(os.getpid(),))

    def _replace(self, broken: ProcessPoolExecutor) -> ProcessPoolExecutor:
        with self._lock:
            if self._executor is broken:
                self._executor = self._start()
            return self._executor


def end_with_parent(parent: int) -> None:
    """End this process when its parent is gone, however that died: nobody is left to read its results."""

    def watch() -> None:
        sentinel = multiprocessing.parent_process()
        if sentinel is not None:
            sentinel.join()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    if os.getppid() != parent:
        os._exit(0)
