"""The peers, run in an environment of their own: a line of JSON in, the time it took and what was found out.

Started by `bench/difference.py` as `python peers.py`, with lxml and diff-match-patch installed.
"""

import json
import signal
import sys
import time
from collections.abc import Callable

from diff_match_patch import diff_match_patch
from lxml.html.diff import htmldiff

LONGEST_S = 60


def by_characters(old: str, new: str) -> list[tuple[int, str]]:
    """diff-match-patch with its usual clean-up for readers: (-1, 0 or 1, text)."""
    engine = diff_match_patch()
    found = engine.diff_main(old, new)
    engine.diff_cleanupSemantic(found)
    return [(op, said) for op, said in found]


ENGINES: dict[str, Callable[[str, str], object]] = {
    "lxml.html.diff": lambda old, new: str(htmldiff(old, new)),
    "diff-match-patch": by_characters,
}


def too_long(_signal: int, _frame: object) -> None:
    raise TimeoutError


def answer(engine: str, old: str, new: str) -> dict[str, object]:
    """Milliseconds, None if it did not end in time or fell over, and the result."""
    signal.alarm(LONGEST_S)
    began = time.process_time()
    try:
        found = ENGINES[engine](old, new)
    except (TimeoutError, RecursionError) as error:
        return {"ms": None, "found": type(error).__name__}
    finally:
        signal.alarm(0)
    return {"ms": (time.process_time() - began) * 1000, "found": found}


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, too_long)
    for line in sys.stdin:
        print(json.dumps(answer(**json.loads(line))), flush=True)
