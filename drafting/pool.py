"""Pure, CPU-bound work in a few processes of its own, so that the room's loop never waits for a page.

Call it from native threads only. Functions and arguments are pickled: give it module-level functions and plain values.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol, TypeVar

from .errors import Busy

T = TypeVar("T")

LONGEST_S = 20
"""Nothing that a page asks for takes this long; what does is somebody's trick, and is ended."""
PATIENCE_S = 1
YIELDING = 5  # of nice(2): a quarter of a core that somebody else would keep wholly busy


class Pool(Protocol):
    def run(self, work: Callable[..., T], *args: object) -> T: ...

    def warm_up(self) -> None: ...

    def close(self) -> None: ...


class Inline:
    """Runs the work where it is called: for commands and for tests of other things."""

    def run(self, work: Callable[..., T], *args: object) -> T:
        return work(*args)

    def warm_up(self) -> None:
        pass

    def close(self) -> None:
        pass


class Processes:
    """A few spawned processes that end with their parent. Safe to share between threads.

    At most `waiting` calls at once, so that pages which need no work of this kind find a thread.
    """

    def __init__(self, count: int, *, waiting: int, longest_s: float = LONGEST_S) -> None:
        self._count, self._longest_s = count, longest_s
        self._seats = threading.BoundedSemaphore(waiting)
        self._lock = threading.Lock()
        self._executor = self._start()

    def run(self, work: Callable[..., T], *args: object) -> T:
        """The result of `work(*args)`, raised errors included. A process that was killed is replaced, once per call.

        Raises Busy if too many wait already, or if it took too long; then it was ended.
        """
        if not self._seats.acquire(timeout=PATIENCE_S):
            raise Busy("Many long texts are being worked on right now. Please try again in a moment.")
        try:
            return self._run(work, args)
        finally:
            self._seats.release()

    def warm_up(self) -> None:
        """Start the first process now, so that the first page that needs one does not wait for it."""
        self._executor.submit(os.getpid)

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, work: Callable[..., T], args: tuple[object, ...]) -> T:
        executor = self._executor
        try:
            return executor.submit(work, *args).result(self._longest_s)
        except TimeoutError:
            self._replace(executor)
            raise Busy("This text takes too long to work on. Please try again, or make it simpler.") from None
        except BrokenProcessPool:
            return self._once_more(self._replace(executor), work, args)

    def _once_more(self, executor: ProcessPoolExecutor, work: Callable[..., T], args: tuple[object, ...]) -> T:
        """What ended a process may have been somebody else's text. What ends another one is too much itself."""
        try:
            return executor.submit(work, *args).result(self._longest_s)
        except (TimeoutError, BrokenProcessPool):
            self._replace(executor)
            raise Busy("This text needs more than this site can give. Please make it simpler.") from None

    def _start(self) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=spawn, initializer=end_with_parent, initargs=(os.getpid(),))

    def _replace(self, broken: ProcessPoolExecutor) -> ProcessPoolExecutor:
        with self._lock:
            if self._executor is broken:
                self._executor = self._start()
                for process in list((broken._processes or {}).values()):  # the library has no public way to end them
                    process.kill()
            return self._executor


def end_with_parent(parent: int) -> None:
    """End this process when its parent is gone, however that died: nobody is left to read its results.

    Ctrl-C reaches every process of a terminal; only the parent acts on it. Where the two share a core, the parent's
    loop goes first.
    """
    os.nice(YIELDING)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        sentinel = multiprocessing.parent_process()
        if sentinel is not None:
            sentinel.join()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    if os.getppid() != parent:
        os._exit(0)
