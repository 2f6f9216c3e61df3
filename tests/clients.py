"""A foreign Yjs client for tests: plain y-websocket over `websockets`, a document of pycrdt, a thread that listens."""

import threading
import time
from collections.abc import Callable

from pycrdt import Doc, Text
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.patience import PATIENCE

SYNC, STEP_1, STEP_2, UPDATE = 0, 0, 1, 2


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(128 | number & 127)
        number >>= 7
    return bytes([*out, number])


def message(kind: int, body: bytes) -> bytes:
    return bytes((SYNC, kind)) + varint(len(body)) + body


def body_of(data: bytes, start: int) -> bytes:
    """The bytes behind their length, from `start`."""
    length = shift = 0
    for at in range(start, len(data)):
        length |= (data[at] & 127) << shift
        shift += 7
        if data[at] < 128:
            return data[at + 1 : at + 1 + length]
    raise ValueError("ends early")


def until(true: Callable[[], object], what: str = "it", wait_s: float = 15) -> None:
    """Poll until `true()`; AssertionError if it takes longer than `wait_s`, which is for a quiet machine."""
    end = time.monotonic() + PATIENCE * wait_s
    while not true():
        assert time.monotonic() < end, f"{what} did not happen in {PATIENCE * wait_s} s"
        time.sleep(0.01)


class YClient:
    """Types while connected or not; synchronises on every `connect`. Safe to use from one thread beside its own."""

    def __init__(self, url: str, client_id: int | None = None) -> None:
        """`url`: ws://host/yjs/<event>/<draft>?token=…"""
        self.url = url
        self.doc: Doc[Text] = Doc(client_id=client_id, allow_multithreading=True)
        self.body = self.doc.get("content", type=Text)
        self.synced = threading.Event()
        self.closed_with: int | None = None
        self.denied: list[str] = []
        self._lock = threading.RLock()
        self._socket: ClientConnection | None = None
        self._outgoing: list[bytes] = []
        self._from_server = False
        self._listening = self.doc.observe(self._note)

    def connect(self) -> "YClient":
        self.synced.clear()
        self._socket = connect(self.url, open_timeout=10, max_size=None, compression=None, close_timeout=1, legacy=True)
        threading.Thread(target=self._listen, args=(self._socket,), daemon=True).start()
        with self._lock:
            self._outgoing.clear()
            self._send(message(STEP_1, self.doc.get_state()))
        return self

    def leave(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()

    @property
    def connected(self) -> bool:
        return self._socket is not None

    @property
    def text(self) -> str:
        with self._lock:
            return str(self.body)

    def type(self, words: str, at: int | None = None) -> None:
        """At a character position, or at the end."""
        with self._lock:
            text = str(self.body)
            self.body.insert(len(text[:at].encode()), words)
            while self._outgoing:
                self._send(message(UPDATE, self._outgoing.pop(0)))

    def pass_on(self, update: bytes) -> None:
        """Put in what was made elsewhere, and send it."""
        with self._lock:
            self.doc.apply_update(update)
            while self._outgoing:
                self._send(message(UPDATE, self._outgoing.pop(0)))

    @property
    def state(self) -> bytes:
        """Its state vector."""
        with self._lock:
            return self.doc.get_state()

    def say(self, data: bytes) -> None:
        """Raw bytes, whatever they are."""
        with self._lock:
            self._send(data)

    def _note(self, event) -> None:  # type: ignore[no-untyped-def]
        if not self._from_server:
            self._outgoing.append(event.update)

    def _send(self, data: bytes) -> None:
        socket = self._socket
        if socket is not None:
            try:
                socket.send(data)
            except ConnectionClosed:
                self._socket = None

    def _listen(self, socket: ClientConnection) -> None:
        try:
            for data in socket:
                assert isinstance(data, bytes)
                self._hear(data)
        except ConnectionClosed:
            pass
        self.closed_with = socket.close_code
        if self._socket is socket:
            self._socket = None

    def _hear(self, data: bytes) -> None:
        if data[0] == 2:
            self.denied.append(body_of(data, 2).decode())
        if data[0] != SYNC:
            return
        body = body_of(data, 2)
        with self._lock:
            if data[1] == STEP_1:
                self._send(message(STEP_2, self.doc.get_update(body)))
                return
            self._from_server = True
            self.doc.apply_update(body)
            self._from_server = False
        if data[1] == STEP_2:
            self.synced.set()
