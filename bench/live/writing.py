"""Tables of people who write at once: how much a server carries, how fast, at what cost."""

import time
from collections.abc import Callable
from typing import Any

from . import machine
from .generator import Generator
from .options import Options
from .report import Findings, Target
from .servers import Server, serving

PATIENCE_S = 5
FAST_MS = 200
RAMP = (50, 100, 200, 300, 700, 1000, 1500, 2200, 3300, 5000, 7000, 9000, 11000, 13000, 15000)
LATE = 0.05
"""Of the edits of a step: if more were sent over 50 ms late, the step says nothing about the server."""


def seated(generator: Generator, server: Server, people: int, *, writers: int | None = None) -> None:
    """Everybody at one draft of a line for each."""
    generator.ask("target", protocol=server.protocol, port=server.port, prefix=server.prefix)
    generator.ask("lines", **server.seat(0), lines=people)
    generator.ask("sit", people=[server.seat(n) for n in range(people)], writers=writers or people)


def step(generator: Generator, server: Server, rate: float, seconds: float) -> dict[str, Any]:
    """One step of load, with what it cost the server."""
    before = machine.cpu_s(server.pid)
    found = generator.ask("step", rate=rate, seconds=seconds, patience=PATIENCE_S)
    found["cpu_s"] = machine.cpu_s(server.pid) - before
    return found


def held(found: dict[str, Any]) -> bool:
    """Whether everything arrived, and 95 of 100 in time."""
    return found["delivered"] == found["expected"] and found["p95"] is not None and found["p95"] <= FAST_MS


def in_turns(options: Options, peers: tuple[str, ...]) -> list[str]:
    """Who is measured when: every round all of them, each time beginning with another."""
    names = [name for name in ("ours", *peers) if options.measures(name)]
    return [names[(n + turn) % len(names)] for turn in range(options.rounds) for n in range(len(names))]


def saturation(options: Options) -> None:
    """100 people on one draft: edits a second with p95 ≤ 200 ms."""
    people, seconds = (20, 1.0) if options.tiny else (100, 2.0 if options.quick else 3.0)
    findings = Findings("saturation", saturation.__doc__ or "")
    for name in in_turns(options, ("hocuspocus", "@y/websocket-server", "pycrdt-websocket", "y-socket.io")):
        best, bound = _climb(name, people, seconds, options)
        findings.note(name, bound, **{"edits/s": best})
    findings.show((
        Target("edits/s", "hocuspocus", 1.3, at_least=True),
        Target("edits/s", "@y/websocket-server", 8, at_least=True),
        Target("edits/s", "pycrdt-websocket", 20, at_least=True),
        Target("edits/s", "y-socket.io", 20, at_least=True),
    ))  # fmt: skip
    options.keep(findings)


def _climb(name: str, people: int, seconds: float, options: Options) -> tuple[float, bool]:
    """The highest rate held, and whether it was the generator that could not go on."""
    good, bad, bound = 0.0, None, False
    ramp = [50.0, 100.0] if options.tiny else list(map(float, RAMP))
    with serving(name, people=people) as server, options.generator() as generator:
        seated(generator, server, people)
        step(generator, server, ramp[0] / 3, seconds)
        for rate in ramp:
            found = step(generator, server, rate, seconds)
            options.tell(name, rate, found)
            if not held(found):
                bad, bound = rate, found["late"] > LATE
                break
            good = rate
        else:
            bound = True
        if good:
            assert all(generator.ask("converged").values()) or bad, f"{name}: the documents differ"
    if bad is None or bound or options.tiny:
        return good, bound
    middle = (good + bad) / 2
    with serving(name, people=people) as server, options.generator() as generator:
        seated(generator, server, people)
        step(generator, server, good or middle / 2, seconds)
        found = step(generator, server, middle, seconds)
        options.tell(name, middle, found)
    return (middle, False) if held(found) else (good, found["late"] > LATE)


def crowd(options: Options) -> None:
    """200 people, five edits a second each: how long to every other screen, and at what cost."""
    people = 20 if options.tiny else 200
    findings = _steady(options, crowd, people, ("hocuspocus",))
    findings.show((Target("p95 ms", "hocuspocus", 0.8), Target("server CPU %", "hocuspocus", 0.7)))
    options.keep(findings)


def room(options: Options) -> None:
    """50 people, five edits a second each: at what cost."""
    findings = _steady(options, room, 10 if options.tiny else 50, ("@y/websocket-server", "hocuspocus"))
    findings.show((Target("server CPU %", "@y/websocket-server", 1.0),))
    options.keep(findings)


def _steady(options: Options, table: Callable[[Options], None], people: int, peers: tuple[str, ...]) -> Findings:
    findings, seconds = (
        Findings(table.__name__, table.__doc__ or ""),
        0.5 if options.tiny else 3.0 if options.quick else 8.0,
    )
    for name in in_turns(options, peers):
        with serving(name, people=people) as server, options.generator() as generator:
            seated(generator, server, people)
            step(generator, server, people, 0.5 if options.tiny else 2)
            found = step(generator, server, 5 * people, seconds)
            options.tell(name, 5 * people, found)
            if found["delivered"] == found["expected"]:
                assert all(generator.ask("converged").values()), f"{name}: the documents differ"
        late = found["late"] > LATE
        p50, p95 = (found[q] if found[q] is not None else 1000 * found["whole_s"] for q in ("p50", "p95"))
        cpu = 100 * found["cpu_s"] / found["seconds"]
        findings.note(name, late, **{"p50 ms": p50, "p95 ms": p95, "server CPU %": cpu})
    return findings


def storm(options: Options) -> None:
    """200 people reconnect at once to a text of 100 KB: until the last of them has the whole of it."""
    people, edits = (10, 5000) if options.tiny else (200, 250_000)
    findings = Findings("storm", storm.__doc__ or "")
    for name in in_turns(options, ("hocuspocus", "@y/websocket-server", "pycrdt-websocket", "y-socket.io")):
        with serving(name, people=people + 1) as server, options.generator() as generator:
            generator.ask("target", protocol=server.protocol, port=server.port, prefix=server.prefix)
            generator.ask("text", **server.seat(people), edits=edits)
            time.sleep(0.5)
            before = machine.cpu_s(server.pid)
            found = generator.ask("storm", people=[server.seat(n) for n in range(people)])
            options.tell(name, people, found)
            findings.note(name, **{"ms": found["ms"], "server CPU ms": 1000 * (machine.cpu_s(server.pid) - before)})
    findings.show((Target("ms", "hocuspocus", 0.5),))
    options.keep(findings)
