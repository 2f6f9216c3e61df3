"""The door between the loop and the pages, as a real server in a process of its own."""

import http.client
import select
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from drafting.paths import ROOT
from tests.conftest import free_port
from tests.product import until

SERVER = """
import sys, threading, time
from gevent.pywsgi import WSGIServer
from drafting.web.gateway import Gateway

closed = []

def pages(environ, start_response):
    path = environ["PATH_INFO"]
    if environ.get("drafting.too_large"):
        return answer(start_response, b"too large, " + environ["wsgi.input"].read())
    if path == "/slow":
        time.sleep(1.5)
    if path == "/thread":
        return answer(start_response, threading.current_thread().name.encode())
    if path == "/echo":
        return answer(start_response, environ["wsgi.input"].read())
    if path == "/closed":
        return answer(start_response, str(len(closed)).encode())
    if path == "/fails":
        raise ValueError("no page")
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Stream()
    return answer(start_response, b"page")

def answer(start_response, body):
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]

class Stream:
    def __iter__(self):
        for n in range(200):
            yield b"%d" % (n % 10) * 65536
    def close(self):
        closed.append(True)

def live(environ, start_response):
    return answer(start_response, b"loop")

gateway = Gateway(pages, {"/live/": live}, threads=2, streams=2, body_limit=lambda path: 1_000_000)
WSGIServer(("127.0.0.1", int(sys.argv[1])), gateway, log=None).serve_forever()
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], cwd=ROOT, stderr=subprocess.DEVNULL)
    until(lambda: _listens(port), why="the gateway did not listen")
    yield port
    server.kill()
    server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, method: str, path: str, **kwargs: object) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, **kwargs)  # type: ignore[arg-type]
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_pages_run_beside_the_loop_and_cannot_hold_it_up(port: int) -> None:
    held = []
    for _ in range(4):  # twice as many as there are threads
        slow = socket.create_connection(("127.0.0.1", port))
        slow.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        held.append(slow)
    assert ask(port, "GET", "/live/room") == (200, b"loop")
    assert select.select(held, [], [], 0)[0] == [], "the loop waited for a page"
    for slow in held:
        assert slow.recv(4096).startswith(b"HTTP/1.1 200")
        slow.close()


def test_a_body_arrives_whole_however_it_was_sent(port: int) -> None:
    words = b"words " * 100_000
    assert ask(port, "POST", "/echo", body=words) == (200, words)
    pieces = [words[n : n + 7919] for n in range(0, len(words), 7919)]
    assert ask(port, "POST", "/echo", body=iter(pieces), encode_chunked=True) == (200, words)


def test_a_body_over_the_limit_does_not_come_in_stated_or_not(port: int) -> None:
    assert ask(port, "POST", "/echo", headers={"Content-Length": "1000001"})[1] == b"too large, "
    pieces = iter([b"x" * 100_000] * 11)
    assert ask(port, "POST", "/echo", body=pieces, encode_chunked=True)[1] == b"too large, "
    assert ask(port, "GET", "/page") == (200, b"page")


def test_a_stream_comes_piece_by_piece_and_is_closed_when_the_reader_leaves(port: int) -> None:
    status, body = ask(port, "GET", "/stream")
    assert (status, len(body)) == (200, 200 * 65536) and body[:1] == b"0" and body[-1:] == b"9"
    before = int(ask(port, "GET", "/closed")[1])
    reader = socket.create_connection(("127.0.0.1", port))
    reader.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
    reader.recv(1024)
    reader.close()
    until(lambda: int(ask(port, "GET", "/closed")[1]) == before + 1, why="the stream was left open")


def test_a_page_that_fails_leaves_the_door_open(port: int) -> None:
    assert ask(port, "GET", "/fails")[0] == 500
    assert ask(port, "GET", "/page") == (200, b"page")
