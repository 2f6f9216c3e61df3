"""The numbers of lib0: little-endian groups of seven bits, as Yjs and y-protocols write them."""

from .refusals import BadFrame

GREATEST = 2**53 - 1  # JavaScript's Number.MAX_SAFE_INTEGER
LONGEST = 8  # bytes that GREATEST takes


def encode(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(128 | number & 127)
        number >>= 7
    out.append(number)
    return bytes(out)


def prefixed(data: bytes) -> bytes:
    """`data` behind its length."""
    return encode(len(data)) + data


class Reader:
    """Reads bytes from the front. Every method raises BadFrame where the bytes end early."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        at = self._at
        if at >= len(self._data):
            raise BadFrame("ends early")
        self._at = at + 1
        return self._data[at]

    def number(self) -> int:
        data, at = self._data, self._at
        if at < len(data) and data[at] < 128:  # nearly all of them
            self._at = at + 1
            return data[at]
        value = shift = 0
        for at in range(at, min(len(data), at + LONGEST)):  # noqa: B020  bounded, so that endless numbers cost nothing
            value |= (data[at] & 127) << shift
            if data[at] < 128:
                self._at = at + 1
                return value
            shift += 7
        raise BadFrame("a number ends early or is too long")

    def piece(self) -> bytes:
        """Bytes behind their length."""
        length = self.number()
        start, end = self._at, self._at + length
        if end > len(self._data):
            raise BadFrame("ends early")
        self._at = end
        return self._data[start:end]

    def end(self) -> None:
        """Raises BadFrame if something is left."""
        if self._at < len(self._data):
            raise BadFrame("trailing bytes")
