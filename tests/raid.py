"""People who ask for clones as nobody should: very slowly, never to the end, all at once, with bombs and with lies.

`python -m tests.raid <port> <tip>` goes on until its input ends, and prints what they were told.
"""

import contextlib
import gzip
import os
import random
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ASK = "/e/bar/record.git/git-upload-pack"
TIMEOUT_S = 60
BOMB = gzip.compress(bytes(300_000_000), 9)
"""Within what a request may have, until it unfolds."""
AT_ONCE = 50


def lines(*said: str) -> bytes:
    """What git says: each with its length before it; an empty one is a pause."""
    return b"".join(f"{len(each) + 4:04x}{each}".encode() if each else b"0000" for each in said)


def lies(tip: str) -> list[bytes]:
    """Requests that no git makes."""
    unknown, other = "0123456789" * 4, "f" * 40
    return [
        lines(f"want {unknown}\n", "", "done\n"),
        lines(f"want {tip[:39]}\n", "", "done\n"),
        lines(f"want {tip} ofs-delta\n", f"shallow {other}\n", "deepen 2147483647\n", "", "done\n"),
        lines(f"want {tip}\n", "deepen -1\n", "", "done\n"),
        lines(f"want {tip}\n", "filter combine:" + "+".join(["blob:none"] * 200) + "\n", "", "done\n"),
        lines(f"want {tip}\n", "", *[f"have {n:040x}\n" for n in range(10_000)], "done\n"),
        lines(f"want {tip}\n", *[f"want {tip}\n"] * 10_000, "", "done\n"),
        lines("command=fetch", "object-format=sha256", "0001", f"want {tip}\n", "done\n", ""),
        b"ffff" + bytes(70_000),
        b"0003",
        bytes(random.Random(5).randbytes(200_000)),
    ]


class Raid:
    """Everybody at once, each from an address of their own, for as long as the block lasts. `answers` counts what they
    were told. The product must trust one proxy.
    """

    def __init__(self, port: int, tip: str) -> None:
        self._port, self._tip = port, tip
        self._enough = threading.Event()
        self.answers: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def under_way(self) -> Iterator[None]:
        ways: Sequence[Callable[[], None]] = [
            *[self._slowly] * 6, *[self._breaking_off] * 4, *[self._in_crowds] * 2, self._with_bombs, self._with_lies,
        ]  # fmt: skip
        threads = [threading.Thread(target=self._again, args=(way,), daemon=True) for way in ways]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._enough.set()
            for thread in threads:
                thread.join(TIMEOUT_S)

    @property
    def body(self) -> bytes:
        return lines(f"want {self._tip} no-progress\n", "", "done\n")

    def _again(self, way: Callable[[], None]) -> None:
        while not self._enough.is_set():
            with contextlib.suppress(OSError):
                way()

    def _asks(self, body: bytes, *headers: str, small_buffer: bool = False) -> socket.socket:
        sock = socket.socket()
        if small_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(TIMEOUT_S)
        sock.connect(("127.0.0.1", self._port))
        address = ".".join(str(random.randrange(1, 255)) for _ in range(4))
        mine = ["Host: x", f"Content-Length: {len(body)}", "Connection: close", f"X-Forwarded-For: {address}"]
        heading = [f"POST {ASK} HTTP/1.1", *mine, *headers]
        sock.sendall("\r\n".join([*heading, "", ""]).encode() + body)
        return sock

    def _told(self, sock: socket.socket, *, to_the_end: bool) -> None:
        answer = sock.recv(65536)
        status = answer.split(b" ")[1].decode() if answer.startswith(b"HTTP/1.1 ") else "nothing"
        while to_the_end and sock.recv(65536):
            pass
        with self._lock:
            self.answers[status] += 1

    def _slowly(self) -> None:
        """Asks, and then reads a few bytes now and then."""
        with self._asks(self.body, small_buffer=True) as sock:
            while not self._enough.wait(0.2) and sock.recv(64):
                pass

    def _breaking_off(self) -> None:
        with self._asks(self.body) as sock:
            self._told(sock, to_the_end=False)

    def _in_crowds(self) -> None:
        crowd = [self._asks(self.body) for _ in range(AT_ONCE)]
        for sock in crowd:
            with sock, contextlib.suppress(OSError):
                self._told(sock, to_the_end=True)

    def _with_bombs(self) -> None:
        with self._asks(BOMB, "Content-Encoding: gzip") as sock:
            self._told(sock, to_the_end=True)

    def _with_lies(self) -> None:
        for lie in lies(self._tip):
            with contextlib.suppress(OSError), self._asks(lie) as sock:
                self._told(sock, to_the_end=True)


def gits_of(store: Path) -> list[int]:
    """Processes of git that still work on a repository under `store`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if words[0].endswith(b"git") and any(os.fsencode(store) in word for word in words):
                found.append(int(folder.name))
    return found


def main() -> None:
    raid = Raid(int(sys.argv[1]), sys.argv[2])
    with raid.under_way():
        sys.stdin.read()
    print(dict(raid.answers))


if __name__ == "__main__":
    main()
