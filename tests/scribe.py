"""A scripted writer who comes in as our page does: joins with the link, reads the page's settings, speaks Socket.IO.

Knows which of its words the server called *saved*: that is what must be there after a crash.
"""

import contextlib
import http.cookiejar
import json
import re
import threading
import urllib.parse
import urllib.request

from pycrdt import Doc, Text
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from tests.clients import STEP_1, STEP_2, SYNC, UPDATE, body_of, message


class Browser:
    """Forms and cookies, without script."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.url = base

    def always(self, header: str, value: str) -> None:
        self._opener.addheaders.append((header, value))

    def get(self, path: str) -> str:
        with self._opener.open(urllib.parse.urljoin(self.url, path), timeout=30) as answer:
            self.url = answer.url
            return str(answer.read().decode())

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form of the page that was got last; its hidden fields are the caller's to copy."""
        target = urllib.parse.urljoin(self.url, path)
        sent = urllib.request.Request(target, urllib.parse.urlencode(fields).encode(), {"Referer": self.url})
        with self._opener.open(sent, timeout=30) as answer:
            self.url = answer.url
            return str(answer.read().decode())

    def join(self, link: str, name: str = "") -> str:
        page = self.get(link)
        return self.post(
            self.url, {"csrf_token": hidden(page, "csrf_token"), "name": name, **({"shows_name": "1"} if name else {})}
        )


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"no hidden field {name} in {page[:500]}"
    return found[1]


def settings_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="live-settings">(.*?)</script>', page, re.S)
    assert found, page[:800]
    return dict(json.loads(found[1]))


class Scribe:
    """Types while connected or not; what was typed offline goes out with the next `connect`."""

    def __init__(self, base: str, join_link: str, live: str, name: str = "") -> None:
        self.base, self.live = base, live
        self.browser = Browser(base)
        self.browser.join(join_link, name)
        self.doc: Doc[Text] = Doc(allow_multithreading=True)
        self.body = self.doc.get("content", type=Text)
        self.saved_words: list[str] = []
        self.refusals: list[dict[str, object]] = []
        self.news: list[str] = []
        self.closed_with: int | None = None
        self.synced = threading.Event()
        self._lock = threading.RLock()
        self._socket: ClientConnection | None = None
        self._flows = False
        """Whether the server said in this connection what it has: before that nothing is sent."""
        self._n = 0
        self._unsaved: list[tuple[int, list[str]]] = []
        self._unsent: list[str] = []
        self._outgoing: list[bytes] = []
        self._listening = self.doc.observe(self._note)
        self._from_server = False

    @property
    def text(self) -> str:
        with self._lock:
            return str(self.body)

    @property
    def everything_saved(self) -> bool:
        with self._lock:
            return self.synced.is_set() and not self._unsaved and not self._unsent

    @property
    def connected(self) -> bool:
        return self._socket is not None

    def connect(self) -> bool:
        """True if the server let us in."""
        try:
            said = settings_of(self.browser.get(self.live))
            cookie = "; ".join(f"{c.name}={c.value}" for c in self.browser.cookies)
            socket = connect(
                self.base.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket",
                additional_headers={"Cookie": cookie}, origin=self.base, max_size=None, compression=None, legacy=True,
                close_timeout=1,  # type: ignore[arg-type]
            )  # fmt: skip
        except (OSError, InvalidHandshake, EOFError):
            return False
        with self._lock:
            self.synced.clear()
            self._socket, self._flows, self._n = socket, False, 0
            self._unsent += [word for _, words in self._unsaved for word in words]
            self._unsaved.clear()
        auth = {"csrf": said["csrf"], "event": said["event"], "draft": said["draft"], "epoch": said["epoch"]}
        threading.Thread(target=self._listen, args=(socket, auth), daemon=True).start()
        return True

    def type(self, word: str) -> None:
        with self._lock:
            self.body.insert(len(str(self.body).encode()), word)
            updates, self._outgoing = self._outgoing, []
            if self._socket is None or not self._flows:
                self._unsent.append(word)
                return
            for update in updates:
                self._send_edit(message(UPDATE, update), [word])

    def leave(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()

    def _note(self, event) -> None:  # type: ignore[no-untyped-def]
        if not self._from_server:
            self._outgoing.append(event.update)

    def _send_edit(self, data: bytes, words: list[str]) -> None:
        self._n += 1
        self._unsaved.append((self._n, words))
        self._send(self._n, data)

    def _send(self, n: int, data: bytes) -> None:
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed, OSError):
                self._socket.send(f'451-["y",{n},{{"_placeholder":true,"num":0}}]')
                self._socket.send(data)

    def _listen(self, socket: ClientConnection, auth: dict[str, object]) -> None:
        try:
            for packet in socket:
                if isinstance(packet, bytes):
                    self._hear(packet)
                elif packet.startswith("0"):
                    socket.send("40" + json.dumps(auth))
                elif packet == "2":
                    socket.send("3")
                elif packet.startswith("42"):
                    self._event(*json.loads(packet[2:]))
                elif packet.startswith(("41", "44")):
                    break  # sent away, or not let in
        except (ConnectionClosed, OSError):
            pass
        socket.close()
        with self._lock:
            self.closed_with = socket.close_code
            if self._socket is socket:
                self._socket = None
                self.synced.clear()

    def _event(self, name: str, said: object = None, *_: object) -> None:
        with self._lock:
            if name == "welcome":
                self._send(0, message(STEP_1, self.doc.get_state()))
            elif name == "saved" and isinstance(said, int):
                self.saved_words += [word for n, words in self._unsaved if n <= said for word in words]
                self._unsaved = [(n, words) for n, words in self._unsaved if n > said]
            elif name == "refused" and isinstance(said, dict):
                self.refusals.append(said)
            elif name == "news" and isinstance(said, dict):
                self.news.append(str(said["kind"]))

    def _hear(self, data: bytes) -> None:
        if data[0] != SYNC:
            return
        body = body_of(data, 2)
        with self._lock:
            if data[1] == STEP_1:
                words, self._unsent = self._unsent, []
                self._flows = True
                self._outgoing.clear()
                self._send_edit(message(STEP_2, self.doc.get_update(body)), words)
                return
            self._from_server = True
            self.doc.apply_update(body)
            self._from_server = False
            if data[1] == STEP_2:
                self.synced.set()
