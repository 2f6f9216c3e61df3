"""How fast one connection may send."""

BYTES_PER_FRAME = 16 * 1024  # a frame of this size costs what two small ones do


class Pace:
    """A bucket of frames that fills at `per_s` up to `burst`. Times are those of a monotonic clock, in seconds."""

    def __init__(self, per_s: int, burst: int, now_s: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._left = float(burst)
        self._seen_s = now_s

    def wait_s(self, size: int, now_s: float) -> float:
        """Take one frame of `size` bytes out. Returns how long to read nothing more, in seconds.

        Down to half the burst nobody is slowed; below, who waits as told keeps to the rate.
        """
        self._fill(now_s)
        cost = _cost(size)
        self._left -= cost
        return 0.0 if self._left > self._burst / 2 else cost / self._per_s

    def allows(self, size: int, now_s: float) -> bool:
        """Whether there is room for one more frame; a full bucket has room for any. For who cannot be made to wait."""
        self._fill(now_s)
        return self._left >= _cost(size) or self._left >= self._burst

    def _fill(self, now_s: float) -> None:
        self._left = min(self._burst, self._left + (now_s - self._seen_s) * self._per_s)
        self._seen_s = now_s


def _cost(size: int) -> float:
    return 1 + size / BYTES_PER_FRAME
