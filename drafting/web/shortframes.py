"""Frames read at a glance: short, whole, masked and binary, as a keystroke comes. All others the library reads.

A frame that is read here never reaches the library; so where its frames end must be known, and only their lengths are
followed for that. RFC 6455, section 5.2.
"""

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C where the library was built with it

BINARY_AT_ONCE, MASKED = 0x82, 0x80
LONGER, LONGEST = 126, 127  # lengths that announce two or eight bytes of length
HEAD_BYTES = 6  # of a short frame, mask included


def short(data: bytes, at: int) -> bytes | None:
    """What the frame at `at` says, if it has this form and is all here. It ends HEAD_BYTES and its own length later."""
    start = at + HEAD_BYTES
    if len(data) < start or data[at] != BINARY_AT_ONCE:
        return None
    size = data[at + 1] - MASKED
    if not 0 <= size < LONGER or len(data) < start + size:
        return None
    said: bytes = apply_mask(data[start : start + size], data[at + 2 : start])
    return said


class Edges:
    """Follows where frames begin and end in what was given to the library."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0

    @property
    def between(self) -> bool:
        """Whether the next byte begins a frame."""
        return not self._left and not self._head

    def follow(self, data: bytes) -> None:
        """These bytes came next."""
        data, self._head = self._head + data, b""
        at = self._left
        while at < len(data):
            size = _whole(data, at)
            if size is None:
                self._head, self._left = data[at:], 0
                return
            at += size
        self._left = at - len(data)


def _whole(data: bytes, at: int) -> int | None:
    """Bytes of the frame that begins at `at`; None if its length is not all here."""
    if len(data) < at + 2:
        return None
    size = data[at + 1] & ~MASKED
    more = {LONGER: 2, LONGEST: 8}.get(size, 0)
    if len(data) < at + 2 + more:
        return None
    if more:
        size = int.from_bytes(data[at + 2 : at + 2 + more])
    return 2 + more + (4 if data[at + 1] & MASKED else 0) + size
