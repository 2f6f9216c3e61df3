"""Rooms on a loop of their own, in another thread: for tests of pages, which run in native threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
from gevent.event import Event

from drafting.drafts.rooms import Rooms


@contextmanager
def serving(rooms: Rooms) -> Iterator[Rooms]:
    """`rooms`, started; closed gracefully at the end."""
    started = threading.Event()
    over: list[Event] = []

    def run() -> None:
        rooms.start()
        over.append(Event())
        started.set()
        keep_awake = gevent.spawn(_tick)
        over[0].wait()
        keep_awake.kill()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield rooms
    finally:
        rooms.close_all()
        over[0].set()
        thread.join(10)


def _tick() -> None:
    while True:
        gevent.sleep(0.05)
