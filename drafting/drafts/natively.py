"""Blocking work in native threads, while the loop goes on."""

from collections.abc import Callable
from typing import TypeVar

from gevent.threadpool import ThreadPool

T = TypeVar("T")


def natively(pool: ThreadPool, work: Callable[..., T], *args: object) -> T:
    """The result of `work(*args)` in a thread of `pool`, raised errors included.

    The pool itself would print whatever is raised, refusals too.
    """
    outcome: T | Exception = pool.apply(_caught, (work, args))
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _caught(work: Callable[..., T], args: tuple[object, ...]) -> T | Exception:
    try:
        return work(*args)
    except Exception as error:
        return error
