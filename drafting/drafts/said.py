"""One message to many: each way of carrying it shapes the bytes once, and everybody gets the same ones."""

from collections.abc import Callable


class Said:
    """A y-protocols message and what transports made of it."""

    __slots__ = ("message", "_shapes")

    def __init__(self, message: bytes) -> None:
        self.message = message
        self._shapes: dict[Callable[[bytes], bytes], bytes] = {}

    def shaped(self, shape: Callable[[bytes], bytes]) -> bytes:
        """`shape(message)`, made at the first call. `shape` must be the same object each time: a plain function."""
        made = self._shapes.get(shape)
        if made is None:
            made = self._shapes[shape] = shape(self.message)
        return made
