"""What RFC 6455 forbids is refused with the right code on both ways in; and slow, silent and lazy clients."""

import json
import socket
import time
import zlib

import pytest

from drafting.web.shapes import DEFLATE_FROM_BYTES
from tests.clients import until
from tests.web_live.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, Raw, frame

LIMIT = 512 * 1024 + 1024  # of this server, for one message
ASKS = b"\0\0\1\0"  # step 1 of somebody who has nothing
ANNOUNCED = b'451-["y",0,{"_placeholder":true,"num":0}]'
DOORS = ["yjs", "socket.io"]


def path(live, door: str, token: str = "2") -> str:
    if door == "yjs":
        return f"/yjs/{live.path}?token={token}"
    return "/socket.io/?EIO=4&transport=websocket"


def seated(live, door: str, **kwargs) -> Raw:
    """Somebody who has been let in and told so."""
    raw = Raw(live.port, path(live, door), **kwargs)
    if door == "socket.io":
        auth = {"csrf": "2", "event": "day", "draft": live.draft.slug, "epoch": None}
        raw.say(frame(TEXT, b"40" + json.dumps(auth).encode()))
    while not raw.hears()[1].startswith(b"\0\0"):  # the server's own step 1
        pass
    return raw


def asks(door: str) -> bytes:
    said = frame(BINARY, ASKS)
    return said if door == "yjs" else frame(TEXT, ANNOUNCED) + said


FORBIDDEN = {
    "no mask": (frame(BINARY, b"x", masked=False), 1002),
    "a reserved bit": (frame(BINARY, b"x", bits=2), 1002),
    "compressed without leave": (frame(BINARY, b"x", bits=4), 1002),
    "an unknown kind": (frame(3, b"x"), 1002),
    "an unknown control": (frame(11), 1002),
    "a long ping": (frame(PING, b"x" * 126), 1002),
    "a ping in pieces": (frame(PING, b"x", fin=False), 1002),
    "a rest without a start": (frame(CONT, b"x"), 1002),
    "a start without a rest": (frame(TEXT, b"x", fin=False) + frame(TEXT, b"x"), 1002),
    "bad UTF-8": (frame(TEXT, b"4\xff"), 1007),
    "UTF-8 cut short": (frame(TEXT, "4é".encode()[:-1]), 1007),
    "bad UTF-8 in pieces": (frame(TEXT, b"4\xc3", fin=False) + frame(CONT, b"4"), 1007),
    "a byte too many": (frame(BINARY, b"x" * (LIMIT + 1)), 1009),
    "too large by its word": (b"\x82\xff\x7f" + b"\xff" * 7, 1009),
    "too large in pieces": (frame(BINARY, b"x" * LIMIT, fin=False) + frame(CONT, b"xx"), 1009),
    "a close of one byte": (frame(CLOSE, b"x"), 1002),
    "a close for no reason there is": (frame(CLOSE, b"\x03\xed"), 1002),
    "a close in bad words": (frame(CLOSE, b"\x03\xe8\xff"), 1007),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_the_rules_forbid_ends_that_connection_only(live, door, what):
    said, code = FORBIDDEN[what]
    ada = live.client("1")
    with Raw(live.port, path(live, door)) as mallory:
        mallory.say(said)
        assert mallory.closed_with() == code
        assert mallory.is_cut()
    ada.type("unharmed")
    until(lambda: live.text == "unharmed")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("nonsense", [frame(TEXT, b"hi"), frame(BINARY, b"\xff")])
def test_whoever_says_nonsense_and_goodbye_in_one_breath_is_let_go(live, door, nonsense):
    with Raw(live.port, path(live, door)) as mallory:
        mallory.say(frame(PING) + nonsense + frame(CLOSE, b"\x03\xe8"))
        mallory.closed_with()
        assert mallory.is_cut()


@pytest.mark.parametrize("door", DOORS)
def test_a_ping_is_answered_also_between_the_pieces_of_a_message(live, door):
    with seated(live, door) as ada:
        first = asks(door).removesuffix(frame(BINARY, ASKS))
        ada.say(first + frame(BINARY, ASKS[:1], fin=False) + frame(PING, b"here?") + frame(CONT, ASKS[1:]))
        heard: list[tuple[int, bytes]] = []
        while (128 | PONG, b"here?") not in heard or not any(data.startswith(b"\0\1") for _, data in heard):
            heard.append(ada.hears())
        ada.say(frame(CLOSE, b"\x03\xe8bye"))
        assert ada.hears() == (128 | CLOSE, b"\x03\xe8bye")


@pytest.mark.parametrize("door", DOORS)
def test_a_message_in_a_thousand_pieces_byte_by_byte_is_read(live, door):
    with seated(live, door) as ada:
        first = asks(door).removesuffix(frame(BINARY, ASKS))
        pieces = b"".join(frame(CONT, b"", fin=False) for _ in range(400))
        ada.say(first + frame(BINARY, b"", fin=False) + pieces)
        for byte in frame(CONT, ASKS):
            ada.say(bytes([byte]))
        while not ada.hears()[1].startswith(b"\0\1"):
            pass


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET %b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13", 400),
        (b"GET %b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x", 400),
        (b"POST %b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0", 405),
        (b"GET %b HTTP/1.0\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13", 505),
    ],
)
def test_what_is_no_handshake_is_answered_in_http(live, request_line, status):

    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as plain:
        plain.sendall(request_line % path(live, "yjs").encode() + b"\r\n\r\n")
        assert plain.recv(100).split()[1] == str(status).encode()


def deflated(data: bytes) -> bytes:
    made = zlib.compressobj(wbits=-15)
    return (made.compress(data) + made.flush(zlib.Z_SYNC_FLUSH))[:-4]


@pytest.mark.parametrize("door", DOORS)
def test_compression_is_agreed_on_without_a_context(live, door):
    with Raw(live.port, path(live, door), deflate=True) as ada:
        assert b"permessage-deflate; server_no_context_takeover; client_no_context_takeover" in ada.answer
    with Raw(live.port, path(live, door)) as plain:
        assert b"permessage-deflate" not in plain.answer


@pytest.mark.parametrize("door", DOORS)
def test_long_messages_go_out_compressed_to_who_reads_that_and_short_ones_as_they_are(live, door):
    ada = live.client("1")
    ada.type("x" * 3 * DEFLATE_FROM_BYTES)
    until(lambda: live.text)
    with seated(live, door, deflate=True) as bob, seated(live, door) as cy:
        for reader, packed in ((bob, True), (cy, False)):
            reader.say(asks(door))
            while True:
                first, data = reader.hears()
                if first & 64:
                    data = zlib.decompressobj(-15).decompress(data)
                if data.startswith(b"\0\1"):
                    break
            assert (bool(first & 64), b"x" * 3 * DEFLATE_FROM_BYTES in data) == (packed, True)
        ada.type("!")
        for reader in (bob, cy):
            while b"!" not in (heard := reader.hears())[1]:
                pass
            assert heard[0] == 128 | BINARY


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("said", "code"),
    [
        (frame(BINARY, deflated(b"\0" * 100 * LIMIT), bits=4), 1009),
        (frame(BINARY, deflated(b"\0" * 2 * LIMIT), bits=4, fin=False) + frame(CONT), 1009),
        (frame(BINARY, b"no such thing", bits=4), 1002),
        (frame(BINARY, b"x", fin=False) + frame(CONT, b"x", bits=4), 1002),
        (frame(PING, b"x", bits=4), 1002),
    ],
)
def test_what_unpacks_to_too_much_or_to_nothing_ends_the_connection(live, door, said, code):
    with Raw(live.port, path(live, door), deflate=True) as mallory:
        mallory.say(said)
        assert mallory.closed_with() == code


@pytest.mark.parametrize("door", DOORS)
def test_who_reads_too_slowly_is_told_to_come_back_and_is_cut_in_no_frame(live, door):
    ada = live.client("1")
    for part in range(8):
        ada.type(f"{part}" * 60_000)
    until(lambda: len(live.text) == 480_000)
    with seated(live, door, receive_bytes=32768) as slow:
        slow.say(asks(door) * 80)
        time.sleep(1)  # more is said meanwhile than may wait
        whole = 0
        while True:
            first, data = slow.hears()
            if first == 128 | CLOSE:
                break
            whole += len(data) > 480_000
        assert data[:2] == (1013).to_bytes(2) and 0 < whole < 80
        assert slow.is_cut()
    ada.type("unharmed")
    until(lambda: live.text.endswith("unharmed"))


@pytest.mark.parametrize("door", DOORS)
def test_who_answers_no_ping_is_gone_and_who_does_stays(live, door):
    with seated(live, door) as silent, seated(live, door) as ada:
        began, pings = time.monotonic(), 0
        while time.monotonic() < began + 4.5:  # this server waits for three seconds
            first, data = ada.hears()
            if first == 128 | PING:
                ada.say(frame(PONG, data))
                pings += 1
        assert silent.is_cut() and pings >= 2
        ada.say(asks(door))
        while not ada.hears()[1].startswith(b"\0\1"):
            pass


@pytest.mark.parametrize("door", DOORS)
def test_ten_thousand_pings_at_once_hold_nobody_up(live, door):
    ada, bob = live.client("1"), live.client("3")
    with seated(live, door) as mallory:
        mallory.say(frame(PING) * 10_000)
        for n in range(5):
            ada.type(f"{n}")
            until(lambda n=n: bob.text.endswith(f"{n}"), wait_s=2)


@pytest.mark.parametrize("early", [frame(BINARY, ASKS), frame(BINARY, ASKS) + frame(PING, b"x" * 60) * 200])
def test_what_comes_along_with_the_request_is_read_and_never_taken_for_another_request(live, early):
    with Raw(live.port, path(live, "yjs"), early=early) as hasty:
        while not hasty.hears()[1].startswith(b"\0\1"):
            pass
        hasty.say(frame(CLOSE, b"\x03\xe8"))
        assert hasty.closed_with() == 1000
        with pytest.raises(EOFError):
            hasty.hears()
