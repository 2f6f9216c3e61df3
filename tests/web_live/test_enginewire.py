"""The driver in engineio's undocumented place, and with a client of another make."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from socketio.packet import EVENT, Packet

from drafting.web.shapes import ANNOUNCED
from tests import needs
from tests.clients import UPDATE, message
from tests.conftest import free_port
from tests.web_live.conftest import ROOT
from tests.web_live.raw import TEXT, Raw, frame
from tests.web_live.test_sockets import Page, tab  # noqa: F401  a fixture

ECHO = Path(__file__).with_name("echo.mjs")
SIZES = ["0", "1", "125", "126", "127", "1023", "1024", "65535", "65536", "524289", "1048576", "6000000"]


@pytest.fixture(scope="module")
def echo() -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.web_live.echo", str(port)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert server.stdout is not None and server.stdout.readline() == b"ready\n"
    yield port
    server.kill()
    server.communicate()


@pytest.mark.parametrize("deflate", ["true", "false"])
def test_messages_of_every_size_go_both_ways_unchanged(echo, deflate):
    command = [needs.node(), ECHO, f"ws://127.0.0.1:{echo}/", deflate, *SIZES]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["heard"], said["code"]) == (3 * len(SIZES), 1000)
    assert bool(said["deflate"]) is (deflate == "true")


@pytest.mark.parametrize("transport", ["websocket", "polling", "upgraded"])
def test_frames_of_every_size_come_in_from_a_page(live, tab, transport):  # noqa: F811
    ada = tab("1", transport).joins()
    sizes = [1, 125, 126, 127, 65535, 65536, 70_000, 500_000]
    for n, size in enumerate(sizes, 10):
        ada.orders(n=n, raw=message(UPDATE, b"\7" * size)[:size].hex())
    for n in range(10, 10 + len(sizes)):
        ada.hears("refused", frame=n, reason="malformed")


def test_a_page_that_changes_over_to_a_websocket_misses_nothing_and_hears_all_in_order(live, tab):  # noqa: F811
    writer = live.client("2")
    ada: Page = tab("1", "upgraded")
    for n in range(300):
        writer.type(f"{n} ")
    ada.joins()
    ada.hears("upgrade")
    writer.type("end")
    whole = "".join(f"{n} " for n in range(300)) + "end"
    ada.hears("text", text=whole)
    texts = [said["text"] for said in ada.heard if said["event"] in ("text", "synced")]
    assert all(whole.startswith(text) for text in texts) and texts == sorted(texts, key=len)


def test_welcome_comes_behind_the_confirmation_and_in_front_of_all_else(live):
    with Raw(live.port, "/socket.io/?EIO=4&transport=websocket") as raw:
        auth = {"csrf": "1", "event": "day", "draft": live.draft.slug, "epoch": None}
        raw.say(frame(TEXT, b"40" + json.dumps(auth).encode()))
        heard = [raw.hears()[1] for _ in range(5)]
    assert [data[:12] for data in heard[:4]] == [heard[0][:12], heard[1][:12], b'42["welcome"', b'451-["y",{"_']
    assert heard[0].startswith(b"0{") and heard[1].startswith(b'40{"sid"') and heard[4].startswith(b"\0\0")


def test_what_we_write_ourselves_is_what_python_socketio_would_write():
    announced, attached = Packet(EVENT, ["y", b"bytes"], namespace="/").encode()
    assert ANNOUNCED[2:] == b"4" + announced.encode() and attached == b"bytes"
    assert Packet(EVENT, ["saved", 7], namespace="/").encode() == '2["saved",7]'
