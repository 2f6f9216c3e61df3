"""Editing histories: read from a file, or made from a seed; and what each step of one has seen.

A file is gzipped JSON: {startContent?, endContent, txns: [{patches: [[position, deleted, inserted]]}]}, applied in
order, or {kind: "concurrent", endContent, txns: [{parents: [index], agent, patches}]}, where positions are those of the
state that `parents` make together. Positions are Unicode code points.
"""

import gzip
import heapq
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pycrdt import Doc, Text

Patch = tuple[int, int, str]


@dataclass(frozen=True)
class Step:
    """What one agent did at one stroke, having seen `parents` (indices of steps) and what those had seen."""

    parents: tuple[int, ...]
    agent: int
    patches: tuple[Patch, ...]


@dataclass(frozen=True)
class Trace:
    steps: tuple[Step, ...]
    end: str


def read(path: Path) -> Trace:
    """Raises KeyError for a file of another shape."""
    said = json.loads(gzip.decompress(path.read_bytes()))
    start = said.get("startContent", "")
    before: list[list[Patch]] = [[(0, 0, start)]] if start else []
    if said.get("kind") == "concurrent":
        steps = [Step(tuple(t["parents"]), t["agent"], _patches(t["patches"])) for t in said["txns"]]
    else:
        in_order = [*before, *(t["patches"] for t in said["txns"])]
        steps = [Step((n - 1,) if n else (), 0, _patches(patches)) for n, patches in enumerate(in_order)]
    return Trace(tuple(steps), said["endContent"])


def write(trace: Trace, path: Path) -> None:
    """As a concurrent one."""
    txns = [{"parents": step.parents, "agent": step.agent, "patches": step.patches} for step in trace.steps]
    path.write_bytes(gzip.compress(json.dumps({"kind": "concurrent", "endContent": trace.end, "txns": txns}).encode()))


def _patches(patches: Sequence[Sequence[object]]) -> tuple[Patch, ...]:
    return tuple((int(at), int(gone), str(new)) for at, gone, new in patches)  # type: ignore[call-overload]


class Page:
    """A document to which steps are applied by code points."""

    def __init__(self, client_id: int) -> None:
        self.doc: Doc[Text] = Doc(client_id=client_id)
        self.body = self.doc.get("content", type=Text)
        self.seen: tuple[int, ...] = ()
        """The newest steps that it has; what they had seen it has too."""
        self._made: list[bytes] = []
        self._listening = self.doc.observe(lambda event: self._made.append(event.update))

    @property
    def text(self) -> str:
        return str(self.body)

    def take(self, update: bytes) -> None:
        self.doc.apply_update(update)

    def do(self, patches: Sequence[Patch]) -> bytes:
        """The update that these make."""
        self._made.clear()
        with self.doc.transaction():
            for at, gone, new in patches:
                text = str(self.body)
                start = len(text[:at].encode())  # pycrdt counts bytes
                if gone:
                    del self.body[start : start + len(text[at : at + gone].encode())]
                if new:
                    self.body.insert(start, new)
        return self._made[-1] if self._made else b"\0\0"


class Replay:
    """The pages of a trace's agents, step by step. An agent that goes on from an older state begins another page."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._pages: dict[int, Page] = {}
        self._fresh = 0
        self.updates: list[bytes] = []

    def page(self, agent: int) -> Page:
        return self._pages[agent]

    def needs(self, index: int) -> list[int]:
        """Steps that must reach the agent of step `index` before it can be made, oldest first."""
        step = self._steps[index]
        page = self._pages.get(step.agent)
        too_much, missing = self.apart(page.seen if page else (), step.parents)
        if page is None or too_much:
            self._pages[step.agent] = self._begin(step.agent)
            _, missing = self.apart((), step.parents)
        return sorted(missing)

    def make(self, index: int, missing: Sequence[int]) -> bytes:
        """Make step `index` after `missing`; its update."""
        step = self._steps[index]
        page = self._pages[step.agent]
        for other in missing:
            page.take(self.updates[other])
        update = page.do(step.patches)
        page.seen = (index,)
        self.updates.append(update)
        return update

    def apart(self, ours: Sequence[int], theirs: Sequence[int]) -> tuple[list[int], list[int]]:
        """Steps that only the one and only the other have seen."""
        sides = {index: 1 for index in ours}
        for index in theirs:
            sides[index] = sides.get(index, 0) | 2
        queue = [-index for index in sides]
        heapq.heapify(queue)
        apart: tuple[list[int], list[int]] = [], []
        alone = sum(side != 3 for side in sides.values())
        while alone:
            index = -heapq.heappop(queue)
            side = sides.pop(index)
            if side != 3:
                alone -= 1
                apart[side - 1].append(index)
            for parent in self._steps[index].parents:
                before = sides.get(parent, 0)
                sides[parent] = before | side
                if not before:
                    heapq.heappush(queue, -parent)
                alone += (sides[parent] in (1, 2)) - (before in (1, 2))
        return apart

    def _begin(self, agent: int) -> Page:
        self._fresh += 1
        return Page(
            (agent + 1) * 1_000_000 + self._fresh
        )  # where two write at one place, the lower number stands first


def everything(trace: Trace) -> str:
    """The text that all steps make together, without any server."""
    replay = Replay(trace.steps)
    whole = Page(1)
    for index in range(len(trace.steps)):
        whole.take(replay.make(index, replay.needs(index)))
    return whole.text


SOUNDS = ("river ", "bank ", "light ", "ä", "é", "字", "🚲", "👩‍👩‍👧 ", "\n", ". ", "and ", "x")


def made_up(seed: int, *, agents: int, steps: int) -> Trace:
    """People who type, delete and paste, each for a while without hearing from the others."""
    chance = random.Random(seed)
    tips: dict[int, int] = {}
    done: list[Step] = []
    replay = Replay(done)
    while len(done) < steps:
        agent = chance.randrange(agents)
        seen = {tip for other, tip in tips.items() if other == agent or chance.random() < 0.5}
        for _ in range(chance.randrange(1, 40)):
            index = len(done)
            done.append(Step(tuple(sorted(seen)), agent, ()))
            for other in replay.needs(index):
                replay.page(agent).take(replay.updates[other])
            done[index] = Step(done[index].parents, agent, (_patch(chance, replay.page(agent).text),))
            replay.make(index, ())
            tips[agent] = index
            seen = {index}
    return Trace(tuple(done), everything(Trace(tuple(done), "")))


def _patch(chance: random.Random, text: str) -> Patch:
    at = chance.randrange(len(text) + 1)
    if text and chance.random() < 0.3:
        return at, min(chance.randrange(1, 12), len(text) - at), ""
    return at, 0, chance.choice(SOUNDS) * (40 if chance.random() < 0.02 else 1)
