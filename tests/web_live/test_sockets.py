"""Our own page's way in, with the real socket.io-client, over WebSocket and over long-polling."""

import json
import queue
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests import needs
from tests.clients import UPDATE, message, until
from tests.patience import PATIENCE

PAGE = Path(__file__).with_name("page.mjs")


class Page:
    """A process with socket.io-client and yjs."""

    def __init__(self, live, person: str = "1", transport: str = "websocket", **auth) -> None:
        said = {"csrf": person, "event": "day", "draft": live.draft.slug, "epoch": None, **auth}
        command = [needs.node(), PAGE, f"http://127.0.0.1:{live.port}", transport, json.dumps(said)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.heard: list[dict] = []
        self._new: queue.Queue[dict] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.heard.append(json.loads(line))

    def orders(self, **order) -> None:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def hears(self, event: str, **facts) -> dict:
        """The first such event, when it has come."""

        def found() -> list[dict]:
            return [said for said in self.heard if said["event"] == event and facts.items() <= said.items()]

        until(found, f"{event} {facts}")
        return found()[0]

    def joins(self) -> "Page":
        self.hears("synced")
        self.hears("saved")
        return self

    def leaves(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def tab(live):
    """Opens pages at the draft of `live`, or at another."""
    pages: list[Page] = []

    def come(*args, at=live, **auth) -> Page:
        pages.append(Page(at, *args, **auth))
        return pages[-1]

    yield come
    for one in pages:
        one.leaves()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_two_pages_write_and_are_told_what_is_saved(live, tab, transport):
    ada, bob = tab("1", transport).joins(), tab("2", transport).joins()
    ada.orders(type="Hello 😀")
    bob.hears("text", text="Hello 😀")
    ada.hears("saved", n=2, sent=2)
    assert live.text == "Hello 😀"
    assert ada.heard[0] == {
        "event": "welcome",
        "epoch": live.draft.epoch,
        "person": {"id": 1, "name": None, "colour": "#0b6e4f"},
        "may_write": True,
        "frame_limit_bytes": 64 * 1024,
        "strikes": 0,
        "version": 0,
    }


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_many_small_edits_at_once_all_arrive(live, tab, transport):
    ada = tab("1", transport).joins()
    for n in range(200):
        ada.orders(type=f"{n} ")
    ada.hears("saved", n=201)
    assert live.text == "".join(f"{n} " for n in range(200))


def test_a_page_and_a_foreign_client_share_one_room(live, tab):
    ada, bob = tab("1").joins(), live.client("2")
    ada.orders(type="from the page")
    until(lambda: bob.text == "from the page")
    bob.type(", from elsewhere")
    ada.hears("text", text="from the page, from elsewhere")


@pytest.mark.parametrize(
    ("auth", "reason"),
    [({"csrf": "nobody"}, "no_right"), ({"draft": "nothing"}, "no_draft")],
)
def test_who_is_not_let_in_is_told_why(live, tab, auth, reason):
    refused = tab(**auth).hears("connect_error")
    assert refused["data"]["reason"] == reason and refused["data"]["final"] and refused["data"]["message"]


def test_a_frame_that_is_refused_is_named_and_the_page_stays(live, tab):
    ada = tab("1").joins()
    ada.orders(n=7, raw=message(UPDATE, b"junk").hex())
    refused = ada.hears("refused", frame=7)
    assert (refused["reason"], refused["final"]) == ("malformed", True)
    for junk in (["y"], ["y", "x", "y"], ["y", -1], ["y", 1, "text"], ["y", {"a": 1}, [2]]):
        ada.orders(emit=junk)
    ada.orders(type="still here")
    until(lambda: live.text == "still here")


def test_an_edit_with_a_gap_is_asked_for_again_and_then_saved(live, tab):
    ada = tab("1").joins()
    ada.orders(n=9, raw=message(UPDATE, bytes([1, 1, 77, 5, 4, 1, 7]) + b"content" + b"\1x\0").hex())
    assert ada.hears("refused", frame=9)["reason"] == "gap"
    ada.orders(type="whole")
    ada.hears("saved", sent=3)
    assert live.text == "whole"


def test_a_reader_is_refused_and_goes_on_reading(live, tab):
    reader, ada = tab("2r").joins(), tab("1").joins()
    assert reader.hears("welcome")["may_write"] is False
    reader.orders(type="!")
    assert reader.hears("refused", frame=2)["reason"] == "no_right"
    ada.orders(type="words")
    until(lambda: live.text == "words")


def test_a_graceful_stop_is_announced_and_nothing_is_lost(mortal, tab):
    ada, bob = tab("1", at=mortal).joins(), mortal.client("2")
    ada.orders(type="before the stop")
    ada.hears("saved", n=2)
    mortal.server.kill(signal.SIGTERM)
    assert ada.hears("news", kind="restart")["message"]
    ada.hears("disconnect")
    until(lambda: bob.closed_with == 1012)
    assert mortal.text == "before the stop"


def test_a_connection_that_asks_for_nothing_is_closed(live):
    address = f"ws://127.0.0.1:{live.port}/socket.io/?EIO=4&transport=websocket"
    with connect(address) as silent:
        assert str(silent.recv(timeout=5 * PATIENCE)).startswith("0{")
        with pytest.raises(ConnectionClosed):
            while silent.recv(timeout=10 * PATIENCE):
                pass
