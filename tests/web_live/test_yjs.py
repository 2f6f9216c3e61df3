"""The plain y-websocket way in, from outside the process."""

import socket
import threading
import time

import pytest
from pycrdt import Doc, Text
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.clients import UPDATE, YClient, message, until
from tests.patience import PATIENCE


def test_two_foreign_clients_write_the_same_text(live):
    ada, bob = live.client("1"), live.client("2")
    ada.type("Hello ")
    until(lambda: bob.text == "Hello ")
    assert live.text == "Hello "  # on disk before another saw it
    bob.type("😀 world")
    until(lambda: ada.text == "Hello 😀 world")


def test_what_was_typed_without_a_connection_arrives_with_the_next(live):
    ada, bob = live.client("1"), live.client("2")
    ada.leave()
    ada.type("offline ")
    bob.type("online ")
    ada.connect()
    until(lambda: ada.text == bob.text and "offline" in bob.text and "online" in ada.text)
    until(lambda: live.text == ada.text)


def test_a_reader_reads_and_is_told_that_writing_is_not_theirs(live):
    ada, reader = live.client("1"), live.client("2r")
    ada.type("words")
    until(lambda: reader.text == "words")
    reader.type("!")
    until(lambda: reader.denied)
    ada.type(" go on")
    until(lambda: "go on" in reader.text)
    assert live.text == "words go on" and reader.connected


@pytest.mark.parametrize(("token", "path"), [("nobody", ""), ("1", "day/nothing"), ("1", "day/water/more")])
def test_who_may_not_come_in_is_told_by_the_close_code(live, token, path):
    client = YClient(f"ws://127.0.0.1:{live.port}/yjs/{path or live.path}?token={token}").connect()
    until(lambda: client.closed_with == 4403)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\0\2\1\1", 4400),
        (b"\7", 4400),
        (b"\0\2\5hello", 4400),
        (message(UPDATE, b"\0" * 70_000), 4413),
        (b"\0\2" + b"x" * 600_000, 1009),
    ],
)
def test_a_frame_that_is_refused_for_good_closes_that_connection_only(live, frame, code):
    ada, mallory = live.client("1"), live.client("2")
    mallory.say(frame)
    until(lambda: mallory.closed_with == code, f"closing with {code}, not {mallory.closed_with}")
    ada.type("unharmed")
    until(lambda: live.text == "unharmed")


def test_a_forged_client_id_closes_the_connection(live):
    ada, mallory = live.client("1"), live.client("2")
    ada.type("mine")
    until(lambda: mallory.text == "mine")
    forged: Doc[Text] = Doc(client_id=ada.doc.client_id)
    forged.apply_update(ada.doc.get_update())
    forged.get("content", type=Text).insert(0, "forged ")
    mallory.say(message(UPDATE, forged.get_update()))
    until(lambda: mallory.closed_with == 4409)
    assert ada.text == live.text == "mine"


def test_a_page_address_is_no_websocket_and_says_so(live):
    with socket.create_connection(("127.0.0.1", live.port)) as plain:
        plain.sendall(b"GET /yjs/day/water HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert plain.recv(100).startswith(b"HTTP/1.1 426 ")
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{live.port}/other")


LAST = "typed last of all"


def test_a_slow_reader_gets_a_large_text_whole_and_holds_nobody_up(live):
    ada, bob = live.client("1"), live.client("2")
    for part in range(8):
        ada.type(f"{part}" * 60_000)
    until(lambda: len(bob.text) == 480_000)
    slow = socket.create_connection(("127.0.0.1", live.port))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 262144)
    slow.sendall(
        b"GET /yjs/%b?token=3 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n" % live.path.encode()
    )
    assert slow.recv(500).startswith(b"HTTP/1.1 101 ")
    slow.sendall(b"\x82\x84\0\0\0\0\0\0\1\0" * 30)  # step 1, masked with zeros; the answers exceed what kernels hold
    slow.settimeout(5 * PATIENCE)
    whole = bytearray(slow.recv(100_000, socket.MSG_WAITALL))  # few are taken
    time.sleep(1)  # all are answered now; of those that come while something is being stored, only the last one is
    ada.type(LAST)
    until(lambda: bob.text.endswith(LAST))
    while LAST.encode() not in whole[-70_000:]:  # what was typed last comes behind all that waited
        slow.sendall(b"\x8a\x80\0\0\0\0")  # a pong: slow, and not gone
        piece = slow.recv(65536)
        assert piece, "the server hung up on somebody who was only slow"
        whole += piece
    assert whole.count(b"0" * 60_000) == whole.count(b"6" * 60_000) >= 3
    slow.close()


def test_a_flood_is_read_slowly_and_does_not_starve_the_others(live):
    ada, mallory = live.client("1"), live.client("2")
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set() and mallory.connected:
            mallory.say(message(0, b"\0"))

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        for n in range(5):
            ada.type(f"{n}")
            until(lambda n=n: live.text.endswith(f"{n}"), wait_s=5)
    finally:
        stop.set()
        mallory.leave()
        thread.join()


def test_whoever_comes_while_the_database_is_away_is_told_to_come_back(live):
    database = live.server.database
    with database.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE draft RENAME TO away")
    late = YClient(live.address("1")).connect()
    until(lambda: late.closed_with == 1013)
    with database.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE away RENAME TO draft")
    live.client("1")
