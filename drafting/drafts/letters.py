"""Reads the commonest update at a glance: a few plain letters that one client typed on from where it was.

The expression says what `yupdate` reads step by step, for this one form; whatever it does not match is read there. It
costs a third, and most updates of a busy room are of this form.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from . import varints
from .yupdate import Id

NUMBER = rb"([\x80-\xff]{0,7}[\x00-\x7f])"
PLAIN = re.compile(
    rb"\x01\x01" + NUMBER + NUMBER  # one client, one struct: whose, and its clock
    + rb"(?:\x84" + 2 * NUMBER  # text after a character,
    + rb"|\x44" + 2 * NUMBER  # before one,
    + rb"|\xc4" + 4 * NUMBER  # or between two
    + rb")([\x01-\x7f])([\x00-\x7f]{1,127})\x00",  # its length, plain letters, and nothing deleted
    re.DOTALL,
)  # fmt: skip
CLIENTS = 4096


class Letters(NamedTuple):
    """One struct of text. `size` in UTF-16 units, as clocks count."""

    client: int
    clock: int
    size: int
    origin: Id | None
    right: Id | None

    @property
    def end(self) -> int:
        return self.clock + self.size


def read(data: bytes) -> Letters | None:
    """What `data` says if it has this form; None for anything else, good or bad."""
    match = PLAIN.fullmatch(data)
    if match is None:
        return None
    client, clock, after, after_at, before, before_at, left, left_at, right, right_at, size, text = match.groups()
    if size[0] != len(text):
        return None
    if left is not None:
        origin, then = Id(_client(left), _number(left_at)), Id(_client(right), _number(right_at))
        if origin == then:
            return None
    elif after is not None:
        origin, then = Id(_client(after), _number(after_at)), None
    else:
        origin, then = None, Id(_client(before), _number(before_at))
    return Letters(_client(client), _number(clock), len(text), origin, then)


def _number(digits: bytes) -> int:
    if len(digits) == 1:
        return digits[0]
    if len(digits) == 2:
        return digits[0] & 127 | digits[1] << 7
    return varints.Reader(digits).number()


@lru_cache(CLIENTS)
def _client(digits: bytes) -> int:
    """The ids of those who write come again and again."""
    return varints.Reader(digits).number()
