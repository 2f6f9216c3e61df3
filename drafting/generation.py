"""A mark that every process of an installation shares, and that becomes another one whenever something was written.

Whoever keeps something that was made from the database asks whether the mark is still the same, which costs a
microsecond. Edits of live texts do not change it: nothing public is made of them.
"""

import contextlib
import os
from pathlib import Path

BYTES = 16


class Generation:
    """The mark, in a file of its own. Safe to use from any thread and process.

    It is changed after a commit, so a process that is killed in between leaves it as it was: keep nothing for long. The
    file is read and not mapped, because somebody may cut it short.
    """

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def now(self) -> bytes:
        """Up to 16 bytes that mean nothing, and are never the same again once they have changed."""
        return os.pread(self._descriptor, BYTES, 0)

    def renew(self) -> None:
        """Something was written. Two who do this at once need not agree on what comes next.

        A disk that takes nothing more must not make a failure of what is committed already.
        """
        with contextlib.suppress(OSError):
            os.pwrite(self._descriptor, os.urandom(BYTES), 0)

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)
