"""How much work something is, counted: time on a shared machine tells nothing."""

import sys
import tracemalloc
from collections.abc import Callable

import sqlalchemy as sa


def calls(act: Callable[[], object]) -> int:
    """How many functions Python enters while `act` runs, its own and those of libraries."""
    count = 0

    def note(_frame: object, event: str, _of: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


def peak_bytes(act: Callable[[], object]) -> int:
    """The most memory that Python held more than before while `act` ran."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class Steps:
    """What SQLite does for an engine, in hundreds of the steps of its machine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._count = 0
        sa.event.listen(engine, "connect", lambda connection, _: connection.set_progress_handler(self._note, 100))
        engine.dispose()  # connections made before are not counted

    def of(self, act: Callable[[], object]) -> int:
        before = self._count
        act()
        return self._count - before

    def _note(self) -> int:
        self._count += 1
        return 0
