"""What a server says on a WebSocket, as bytes: made once and written to many.

Messages of one room are compressed without a context, so that the same bytes fit everybody; see docs/decisions/0009.
"""

from collections.abc import Callable
from typing import NamedTuple

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode

from ..drafts.said import Said

DEFLATE_FROM_BYTES = 1024  # below, one packet goes out either way
DEFLATE_UP_TO_BYTES = 512 * 1024  # takes 5 ms of the loop, once
WINDOW_BITS = 15

_DEFLATE = PerMessageDeflate(
    remote_no_context_takeover=True,
    local_no_context_takeover=True,
    remote_max_window_bits=WINDOW_BITS,
    local_max_window_bits=WINDOW_BITS,
    compress_settings={"level": 1},
)


class Shape(NamedTuple):
    """How one kind of connection carries a y-protocols message."""

    plain: Callable[[bytes], bytes]
    deflated: Callable[[bytes], bytes]

    def of(self, said: Said, *, deflates: bool) -> bytes:
        """The bytes for a connection that can (`deflates`) or cannot read compressed frames."""
        size = len(said.message)
        pays = deflates and DEFLATE_FROM_BYTES <= size <= DEFLATE_UP_TO_BYTES
        return said.shaped(self.deflated if pays else self.plain)


def binary(message: bytes) -> bytes:
    return Frame(Opcode.BINARY, message).serialize(mask=False)


def deflated(message: bytes) -> bytes:
    return Frame(Opcode.BINARY, message).serialize(mask=False, extensions=[_DEFLATE])


def text(message: str) -> bytes:
    return Frame(Opcode.TEXT, message.encode()).serialize(mask=False)


ANNOUNCED = text('451-["y",{"_placeholder":true,"num":0}]')  # socket.io/docs/v4/socket-io-protocol: one attachment


def _attached(message: bytes) -> bytes:
    return ANNOUNCED + binary(message)


def _attached_deflated(message: bytes) -> bytes:
    return ANNOUNCED + deflated(message)


YJS = Shape(binary, deflated)
SOCKET_IO = Shape(_attached, _attached_deflated)
