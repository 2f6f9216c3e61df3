"""The bad line does what it says, or the stories told with it would prove nothing."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.proxy import Proxy, bad_line


@pytest.fixture
def echo() -> Iterator[int]:
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                end, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(end,), daemon=True).start()

    def answer(end: socket.socket) -> None:
        with end:
            while said := end.recv(1 << 16):
                end.sendall(said)

    threading.Thread(target=serve, daemon=True).start()
    yield int(door.getsockname()[1])
    door.shutdown(socket.SHUT_RDWR)
    door.close()


@pytest.fixture
def proxy(echo: int) -> Iterator[Proxy]:
    with bad_line(echo) as proxy:
        yield proxy


def call(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def says(end: socket.socket, words: bytes) -> bytes:
    end.sendall(words)
    heard = b""
    while len(heard) < len(words):
        piece = end.recv(1 << 16)
        if not piece:
            break
        heard += piece
    return heard


def test_a_good_line_passes_everything_and_an_orderly_end(proxy: Proxy) -> None:
    with call(proxy) as end:
        much = bytes(range(256)) * 4096
        threading.Thread(target=end.sendall, args=(much,)).start()
        heard = b""
        while len(heard) < len(much):
            heard += end.recv(1 << 16)
        assert heard == much
        end.shutdown(socket.SHUT_WR)
        assert end.recv(1) == b""


def test_cut_breaks_those_that_stand_and_not_the_next(proxy: Proxy) -> None:
    with call(proxy) as end:
        assert says(end, b"one") == b"one"
        proxy.cut()
        with pytest.raises(ConnectionError):
            says(end, b"two")
            says(end, b"three")
    with call(proxy) as end:
        assert says(end, b"four") == b"four"
        assert proxy.connections == 1


def test_a_stalled_line_says_nothing_until_it_is_resumed_and_loses_nothing(proxy: Proxy) -> None:
    with call(proxy) as end:
        assert says(end, b"one") == b"one"
        proxy.stall()
        end.sendall(b"two")
        end.settimeout(0.2)
        with pytest.raises(TimeoutError):
            end.recv(1)
        proxy.resume()
        end.settimeout(5)
        end.sendall(b"three")
        heard = b""
        while len(heard) < len(b"twothree"):
            heard += end.recv(1 << 16)
        assert heard == b"twothree"


def answered(proxy: Proxy, words: bytes) -> bool:
    """Whether a new call is answered; one that is refused ends early or late, as the kernels happen to tell."""
    try:
        with call(proxy) as end:
            return says(end, words) == words
    except ConnectionError:
        return False


def test_a_refused_call_ends_at_once_and_standing_ones_go_on(proxy: Proxy) -> None:
    with call(proxy) as standing:
        assert says(standing, b"one") == b"one"
        proxy.refuse()
        assert not answered(proxy, b"two")
        assert says(standing, b"four") == b"four"
        proxy.resume()
        with call(proxy) as end:
            assert says(end, b"five") == b"five"


def test_a_delay_holds_in_both_directions(proxy: Proxy) -> None:
    with call(proxy) as end:
        proxy.delay(0.1)
        began = time.monotonic()
        assert says(end, b"slow") == b"slow"
        assert time.monotonic() - began >= 0.2


def test_whoever_is_cut_while_they_come_spoils_it_for_nobody(proxy: Proxy) -> None:
    over = threading.Event()

    def cuts() -> None:
        while not over.is_set():
            proxy.cut()

    thread = threading.Thread(target=cuts)
    thread.start()
    try:
        for _ in range(500):
            call(proxy).close()
    finally:
        over.set()
        thread.join()
    with call(proxy) as end:
        assert says(end, b"still there") == b"still there"
