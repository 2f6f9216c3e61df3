"""Fedify, a server of the fediverse from npm, finds, follows, reads and quotes us; with both kinds of signature."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from drafting.checkout import node as checkout_node
from tests import needs
from tests.conftest import free_port
from tests.federation.test_following import FIRST, SECOND
from tests.federation.town import Town, built
from tests.peers.npm import FETCH_S, beside_packages
from tests.product import until
from tests.publishing.newsroom import announcement

HERE = Path(__file__).parent / "fedify"
KNOCKS = {"rfc9421": "rfc9421", "cavage": "draft-cavage-http-signatures-12"}

pytestmark = [pytest.mark.peer, pytest.mark.timeout(FETCH_S)]


class Fedify:
    """A process with one person, Carol."""

    def __init__(self, program: Path, first_knock: str) -> None:
        node = checkout_node.find()
        if node is None:
            needs.missing("Node", "`python3 -m drafting test` fetches one.")
        command = [node.executable, program, str(free_port()), first_knock]
        self.process = subprocess.Popen(
            command, cwd=program.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._hears() == {"ready": True}
        self.carol = self.does("me")["id"]

    def does(self, act: str, who: str = "") -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"act": act, "who": who}) + "\n")
        self.process.stdin.flush()
        answer = self._hears()
        assert "error" not in answer, answer
        return answer

    def got(self, kind: str) -> list[dict[str, Any]]:
        assert not [each for each in self.does("seen") if each["type"] == "error"]
        return [each for each in self.does("seen") if each["type"] == kind]

    def _hears(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def program() -> Path:
    return beside_packages(HERE, "peer.mjs")


@pytest.fixture(params=list(KNOCKS))
def fedify(program: Path, request: pytest.FixtureRequest) -> Iterator[Fedify]:
    peer = Fedify(program, KNOCKS[request.param])
    yield peer
    peer.process.kill()
    peer.process.communicate()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with built(tmp_path) as town:
        yield town


def test_carol_follows_a_text_and_gets_its_posts_their_changes_and_their_end(town: Town, fedify: Fedify) -> None:
    told = fedify.does("read", town.text)
    assert (told["kind"], told["actor"], told["username"]) == ("Service", True, "river.charter")
    assert told["shared"] == f"{town.base}/-/inbox"
    fedify.does("follow", town.text)
    until(lambda: town.followers() != [])
    town.carries()
    until(lambda: fedify.got("Accept") != [])
    for text in (FIRST, SECOND):
        town.publishes(text)
    until(lambda: len(fedify.got("Create")) == 2)
    first, second = fedify.got("Create")
    assert (first["kind"], first["author"], second["reply"]) == ("Note", town.text, first["object"])
    note = fedify.does("read", second["object"])
    assert "three minutes" not in note["content"] and "Nobody speaks twice" in note["content"]
    assert note["tags"] == ["#RiverDay"] and note["url"] == f"{town.base}/e/river/charter/2"
    town.channel().edit(first["object"], town.channel().compose(announcement(1), thread=None, at=town.now()))
    town.carries()
    until(lambda: fedify.got("Update") != [])
    assert fedify.got("Update")[0]["updated"] and "three minutes" in fedify.got("Update")[0]["content"]
    town.takes_back(2, "A figure was wrong.")
    until(lambda: fedify.got("Delete") != [])
    assert fedify.got("Delete")[0]["object"] == second["object"]
    fedify.does("unfollow", town.text)
    until(lambda: town.followers() == [])


def test_carol_follows_the_event_and_reads_its_outbox(town: Town, fedify: Fedify) -> None:
    fedify.does("follow", town.river)
    until(lambda: town.followers() != [])
    town.publishes(FIRST)
    until(lambda: fedify.got("Announce") != [])
    (passed_on,) = fedify.got("Announce")
    assert (passed_on["kind"], passed_on["author"]) == ("Note", town.text)
    assert [each["kind"] for each in fedify.does("outbox", town.river)] == ["Announce"]
    assert [each["kind"] for each in fedify.does("outbox", town.text)] == ["Create"]


def test_carol_asks_whether_she_may_quote_and_may(town: Town, fedify: Fedify) -> None:
    fedify.does("follow", town.text)
    until(lambda: town.followers() != [])
    town.publishes(FIRST)
    until(lambda: fedify.got("Create") != [])
    fedify.does("quote", fedify.got("Create")[0]["object"])
    until(lambda: town.waiting() == 1)
    town.carries()
    until(lambda: len(fedify.got("Accept")) == 2)


def test_what_is_signed_wrongly_is_refused_by_fedify_and_by_us(town: Town, fedify: Fedify) -> None:
    """A judge that takes everything would prove nothing about our signatures."""
    fedify.does("follow", town.text)
    until(lambda: town.followers() != [])
    town.publishes(FIRST)
    body = json.dumps(town.reads(town.reads(f"{town.text}/outbox?page=1")["orderedItems"][0]["id"])).encode()
    inbox = f"{fedify.carol}/inbox"
    for scheme in KNOCKS:
        headers = town.signed(inbox, body, scheme)
        spoiled = body.replace(b"Charter", b"Spoiled")
        assert httpx.post(inbox, content=spoiled, headers=headers).status_code == 401
        assert httpx.post(inbox, content=body, headers=headers).status_code == 202
    assert not [each for each in fedify.does("seen") if "Spoiled" in str(each)]
