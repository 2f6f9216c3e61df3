"""What a server costs: it runs on one core with everything it starts, and /proc says what that took. Linux only."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

SERVER_CORE, GENERATOR_CORE = 0, 1
CORES = sorted(os.sched_getaffinity(0))
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def on(core: int) -> Callable[[], None]:
    """For `preexec_fn`: this process and its children stay on one core."""
    chosen = CORES[core % len(CORES)]
    return lambda: os.sched_setaffinity(0, {chosen})


def tree(leader: int) -> Iterator[Path]:
    """The /proc folders of a session's processes; a server is started in a session of its own."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _stat(folder)[3:4] == [str(leader)]:
            yield folder


def cpu_s(leader: int) -> float:
    """Seconds of processor time that the session has used, ended children included."""
    return sum(sum(map(int, _stat(folder)[11:15])) for folder in tree(leader)) / TICKS_PER_S


def memory_bytes(leader: int) -> int:
    """Memory of the session; pages that processes share are counted once."""
    return sum(_pss(folder) for folder in tree(leader))


def handles(leader: int) -> tuple[int, int]:
    """Open files and threads of the session's first process."""
    folder = Path("/proc") / str(leader)
    return len(list((folder / "fd").iterdir())), len(list((folder / "task").iterdir()))


def _stat(folder: Path) -> list[str]:
    """Fields of /proc/<pid>/stat after the name: state, ppid, pgrp, session …; nothing if it has ended."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss(folder: Path) -> int:
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
