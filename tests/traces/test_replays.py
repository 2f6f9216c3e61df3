"""Editing histories through the real server end as they did when they were made, cut off and reconnected on the way.

`TRACE=/path/to/a.json.gz` replays that one too. Two real ones are in github.com/josephg/editing-traces.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException

from drafting.drafts.yupdate import decode_state
from tests.clients import YClient, until
from tests.product import Product, running
from tests.proxy import Proxy, bad_line
from tests.traces.trace import Replay, Trace, everything, made_up, read

EVENT = "river"  # the sample
PEOPLE = 2
FAST = {"DRAFTING_LIMIT_FRAMES_PER_S": "100000", "DRAFTING_LIMIT_FRAMES_BURST": "100000"}
CUTS = 20
GIVEN = os.environ.get("TRACE")


def alone() -> Trace:
    return made_up(1, agents=1, steps=800)


def together() -> Trace:
    return made_up(2, agents=3, steps=500)


def given() -> Trace:
    assert GIVEN
    return read(Path(GIVEN))


TRACES = [alone, together, *([given] if GIVEN else [])]


@dataclass(frozen=True)
class World:
    product: Product
    tokens: list[str]
    """Of different people."""

    def draft(self, slug: str) -> None:
        self.product.command("draft", "create", EVENT, slug, "--slug", slug)

    def writer(self, line: Proxy, draft: str, agent: int) -> YClient:
        token = self.tokens[agent % len(self.tokens)]
        client = YClient(f"ws://127.0.0.1:{line.port}/yjs/{EVENT}/{draft}?token={token}").connect()
        assert client.synced.wait(20)
        return client


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(tmp_path_factory.mktemp("traces"), **FAST) as product:
        invite = ("invite", EVENT, "--role", "drafter", "--name")
        yield World(product, [product.command(*invite, f"Agent {n}")["token"] for n in range(PEOPLE)])


@pytest.fixture
def line(world: World) -> Iterator[Proxy]:
    with bad_line(world.product.port) as line:
        yield line


@pytest.mark.timeout(600 if GIVEN else 300)
@pytest.mark.parametrize("history", TRACES)
def test_a_history_ends_as_it_did(world: World, line: Proxy, history) -> None:  # type: ignore[no-untyped-def]
    trace: Trace = history()
    assert everything(trace) == trace.end, "the trace itself cannot be understood"
    slug = history.__name__
    world.draft(slug)
    writers = [world.writer(line, slug, agent) for agent in range(1 + max(step.agent for step in trace.steps))]
    play(trace, writers, line)
    until(
        lambda: all(back(each) and each.text == trace.end for each in writers), "ending with the text of the trace", 60
    )
    newcomer = world.writer(line, slug, 0)
    assert newcomer.text == trace.end, "a newcomer reads another text"
    for each in (*writers, newcomer):
        each.leave()


def play(trace: Trace, writers: list[YClient], line: Proxy) -> None:
    """Each step by its own writer, who has received by then, from the server, all that the step was made on."""
    chance = random.Random(len(trace.end))
    cuts = set(chance.sample(range(len(trace.steps)), CUTS))
    replay = Replay(trace.steps)
    made: list[tuple[int, int]] = []
    for index, step in enumerate(trace.steps):
        if index in cuts:
            chance.choice([line.cut, writers[step.agent].leave])()
        missing, me = replay.needs(index), writers[step.agent]
        clocks: dict[int, int] = {}
        for other in missing:
            client, clock = made[other]
            clocks[client] = clock
        if clocks:
            until(lambda c=clocks, m=me: has(m, c, writers), f"the arrival of what step {index} builds on", 30)
        me.pass_on(replay.make(index, missing))
        page = replay.page(step.agent)
        made.append((page.doc.client_id, decode_state(page.doc.get_state()).get(page.doc.client_id, 0)))


def back(client: YClient) -> bool:
    if not client.connected:
        try:
            client.connect()
        except (OSError, EOFError, WebSocketException):
            return False
    return client.synced.wait(1)


def has(client: YClient, clocks: dict[int, int], writers: list[YClient]) -> bool:
    """Whoever was cut may notice it late, with what `client` waits for: so all are brought back at every look."""
    if not all(back(each) for each in writers):
        return False
    state = decode_state(client.state)
    return all(state.get(other, 0) >= clock for other, clock in clocks.items())
