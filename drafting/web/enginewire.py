"""The driver by which engineio speaks WebSocket: `Wire`, in the form that it asks for.

engineio names its driver in `_async["websocket"]`, which is no documented place; tests/web_live/test_enginewire.py
holds it there.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from ..config import Limits
from .handshake import NoWebSocket
from .pace import Pace
from .shapes import binary, text
from .wire import Wire

FRAMES_PER_EDIT = 2  # what is said, and the bytes that it announces


class EngineWires:
    """Every WebSocket under engineio, by its session. Calling it makes a driver, as engineio expects of a class."""

    def __init__(self, limits: Limits, message_bytes: int) -> None:
        self._limits = limits
        self._message_bytes = message_bytes
        self._wires: dict[str, Wire] = {}

    def __call__(self, handler: Callable[["EngineWire"], object], _server: object) -> "EngineWire":
        return EngineWire(self, handler)

    def clear(self, connection: Any) -> Wire | None:
        """The WebSocket of an engineio connection, if nothing that goes another way is still before it.

        None while it polls or changes over, and while its queue has something that was not yet written.
        """
        if not connection.upgraded or connection.queue.unfinished_tasks:
            return None
        return self._wires.get(connection.sid)

    def open(self, environ: dict[str, Any], eio_sid: str) -> Wire:
        """Raises NoWebSocket."""
        limits = self._limits
        per_s, burst = FRAMES_PER_EDIT * limits.frames_per_s, FRAMES_PER_EDIT * limits.frames_burst
        pace = Pace(per_s, burst, time.monotonic())
        wire = self._wires[eio_sid] = Wire(environ, limits, self._message_bytes, pace)
        return wire

    def forget(self, eio_sid: str, wire: Wire) -> None:
        if self._wires.get(eio_sid) is wire:
            del self._wires[eio_sid]


class EngineWire:
    """One connection as engineio sees it."""

    def __init__(self, wires: EngineWires, handler: Callable[["EngineWire"], object]) -> None:
        self._wires = wires
        self._handler = handler
        self._eio_sid: str = handler.__self__.sid  # type: ignore[attr-defined]  # a method of engineio's connection

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            self._wire = self._wires.open(environ, self._eio_sid)
        except NoWebSocket as request:
            return request.answer(start_response)
        self._messages = self._wire.messages()
        try:
            self._handler(self)
        finally:
            self._wires.forget(self._eio_sid, self._wire)
            self._wire.finish()
        return []

    def send(self, message: bytes | str) -> None:
        if self._wire.over:
            raise OSError("closed")
        self._wire.write(binary(message) if isinstance(message, bytes) else text(message))

    def wait(self) -> bytes | str | None:
        return next(self._messages, None)

    def close(self) -> None:
        self._wire.close()
