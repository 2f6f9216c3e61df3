"""What somebody with a raw socket can do to the server: be cut off, or be told no."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.clients import YClient, until
from tests.patience import PATIENCE
from tests.web_live.test_sockets import Page


@contextmanager
def raw(live, **auth: object) -> Iterator[ClientConnection]:
    """A Socket.IO connection that has said at the door what a page says."""
    with connect(f"ws://127.0.0.1:{live.port}/socket.io/?EIO=4&transport=websocket") as socket:
        assert str(socket.recv(timeout=5 * PATIENCE)).startswith("0{")
        socket.send("40" + json.dumps({"csrf": "1", "event": "day", "draft": live.draft.slug, "epoch": None, **auth}))
        yield socket


def hears(socket: ClientConnection, start: str) -> str:
    while not str(said := socket.recv(timeout=5 * PATIENCE)).startswith(start):
        pass
    return str(said)


@pytest.mark.parametrize("announced", ["459999999-", "452-"])
def test_more_than_one_attachment_is_not_waited_for(live, announced):
    with raw(live) as socket:
        hears(socket, '42["welcome"')
        socket.send(announced + '["y",1,{"_placeholder":true,"num":0}]')
        with pytest.raises(ConnectionClosed):
            for _ in range(50):
                socket.send(b"x" * 400_000)
            while True:
                socket.recv(timeout=5 * PATIENCE)
    ada = live.client("1")
    ada.type("unharmed")
    until(lambda: live.text == "unharmed")


@pytest.mark.parametrize("junk", ["4" + "2" + "[" * 100_000, "49", '450-["y",1]', "42{"])
def test_what_is_no_packet_ends_the_connection(live, junk):
    with raw(live) as socket:
        hears(socket, '42["welcome"')
        with pytest.raises(ConnectionClosed):
            socket.send(junk)
            socket.send("4junk")
            while True:
                socket.recv(timeout=5 * PATIENCE)


def test_a_fault_at_the_door_is_answered(live):
    with raw(live, csrf=[["no name"]]) as socket:  # the seats of this server fail on what is no text
        refused = json.loads(hears(socket, "44")[2:])
    assert (refused["data"]["reason"], refused["data"]["final"]) == ("busy", False) and refused["message"]


def test_an_eleventh_window_of_one_person_is_refused_and_others_come_in(live):
    windows = [live.client("1") for _ in range(10)]
    late = YClient(live.address("1")).connect()
    until(lambda: late.closed_with == 1013)
    page = Page(live, "1")
    assert page.hears("connect_error")["data"]["message"] == "This text is open in too many of your windows."
    page.leaves()
    assert live.client("2").connected and all(window.connected for window in windows)
