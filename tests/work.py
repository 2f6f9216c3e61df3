"""How much work something is, counted: time on a shared machine tells nothing."""

import sys
import tracemalloc
from collections.abc import Callable


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
