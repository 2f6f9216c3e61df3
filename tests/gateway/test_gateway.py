"""The door between the loop and the pages, as a real server in a process of its own."""

import http.client
import select
import socket
import subprocess
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from drafting.paths import ROOT
from tests.conftest import free_port
from tests.product import until

SERVER = """
import sys, threading, time
from pathlib import Path
from prometheus_client import CollectorRegistry
from drafting.generation import Generation
from drafting.web.pagecache import KEEP, PageCache
from gevent.pywsgi import WSGIServer
from drafting.web.gateway import Gateway
from drafting.web.lanes import Lane

closed, made = [], []
generation = Generation(Path(sys.argv[2]))

def pages(environ, start_response):
    path = environ["PATH_INFO"]
    if environ.get("drafting.too_large"):
        return answer(start_response, b"too large, " + environ["wsgi.input"].read())
    if path.startswith("/kept"):
        made.append(path)
        environ[KEEP] = True
        return answer(start_response, f"{path} {len(made)}".encode() + b"x" * int(environ["QUERY_STRING"] or 0))
    if path == "/written":
        generation.renew()
    if path == "/clone":
        time.sleep(1)
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
    if path == "/broken":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return broken()
    return answer(start_response, b"page")

def broken():
    raise ValueError("no first piece")
    yield b""

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

def refuses(environ, body):
    return ("401 Unauthorized", "No.") if body == b"bad" else None

gateway = Gateway(
    pages, {"/live/": live}, kept=PageCache(generation, CollectorRegistry(), room_bytes=100_000), threads=2, streams=2,
    lanes=[Lane(lambda path: path == "/clone", threads=2, waiting=8, full="Many are here.\\n", refuses=refuses)],
    body_limit=lambda path: 1_000_000,
)
WSGIServer(("127.0.0.1", int(sys.argv[1])), gateway, log=None).serve_forever()
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    mark = tmp_path_factory.mktemp("gateway") / "generation"
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(mark)], cwd=ROOT, stderr=subprocess.DEVNULL)
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


def test_a_stream_that_breaks_off_before_its_first_piece_is_told_as_such(port: int) -> None:
    status, _ = ask(port, "GET", "/broken")
    assert status == 503
    assert ask(port, "GET", "/page") == (200, b"page")


def test_a_page_that_may_be_kept_is_made_once_until_something_is_written(port: int) -> None:
    first = ask(port, "GET", "/kept/a")
    assert ask(port, "GET", "/kept/a") == first
    assert ask(port, "GET", "/kept/a", headers={"Accept-Encoding": "gzip"}) != first, "it may be packed"
    ask(port, "GET", "/written")
    assert ask(port, "GET", "/kept/a") != first


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "a=b; drafting=me"},
        {"Cookie": "drafting =me"},
        {"Cookie": 'a="; drafting=me'},
        {"Authorization": "Bearer x"},
        {"Range": "bytes=0-3"},
    ],
    ids=str,
)
def test_what_depends_on_who_asks_is_neither_kept_nor_answered_from_there(port: int, headers: dict[str, str]) -> None:
    path = f"/kept/for-{zlib.crc32(repr(headers).encode())}"
    first = ask(port, "GET", path, headers=headers)
    then = ask(port, "GET", path)
    assert then != first
    assert ask(port, "GET", path, headers=headers) != then
    assert ask(port, "GET", path) == then
    assert ask(port, "POST", path, body=b"") != then


def test_what_was_not_asked_for_longest_goes_when_there_is_no_room(port: int) -> None:
    first, second = ask(port, "GET", "/kept/first?40000"), ask(port, "GET", "/kept/second?40000")
    assert ask(port, "GET", "/kept/first?40000") == first
    ask(port, "GET", "/kept/third?40000")
    assert ask(port, "GET", "/kept/first?40000") == first
    assert ask(port, "GET", "/kept/second?40000") != second


def test_pages_do_not_wait_for_clones_and_too_many_clones_are_refused_at_once(port: int) -> None:
    with ThreadPoolExecutor(30) as people:
        clones = [people.submit(ask, port, "GET", "/clone") for _ in range(30)]
        until(lambda: sum(clone.done() for clone in clones) >= 20, why="nobody was refused")
        assert ask(port, "GET", "/") == (200, b"page"), "while ten wait for their turn"
        assert not all(clone.done() for clone in clones)
    statuses = [clone.result()[0] for clone in clones]
    assert (statuses.count(200), statuses.count(503)) == (10, 20)


def test_long_headers_are_refused_and_what_takes_long_to_read_is_not_read_on_the_loop(port: int) -> None:
    accepts = ",".join(["a;q=1"] * 5_000)
    assert ask(port, "GET", "/kept/long", headers={"Accept-Encoding": accepts})[0] == 200
    assert ask(port, "GET", "/kept/long", headers={"Accept-Encoding": accepts}) != ask(port, "GET", "/kept/long")
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"GET /live/ HTTP/1.1\r\nHost: x\r\n" + b"Accept: %s\r\n" % (b"x" * 30_000) * 3 + b"\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 431 ")


def test_clones_whose_requests_come_slowly_are_counted_when_they_have_come(port: int) -> None:
    head = b"POST /clone HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnection: close\r\n\r\n123456789"
    people = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
    for one in people:
        one.sendall(head)
    assert ask(port, "GET", "/") == (200, b"page")
    for one in people:
        one.sendall(b"0")
    answers = [one.recv(100)[9:12] for one in people]
    for one in people:
        one.close()
    assert (answers.count(b"200"), answers.count(b"503")) == (10, 20)


def test_what_can_be_seen_to_be_nothing_is_refused_at_the_door(port: int) -> None:
    for body, expected in ((b"bad", (401, b"No.")), (b"good", (200, b"page"))):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", "/clone", body)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == expected
        connection.close()
