"""Tables of ours alone: beside pages, for minutes, and as it grows."""

import statistics
import time
import urllib.request

from . import machine
from .generator import Generator
from .options import Options
from .pages import Asking
from .report import Findings, Target
from .servers import Server, serving
from .writing import LATE, in_turns, seated, step

EVERY_S = 30
FLAT_MB, FLAT_HANDLES = 8, 5


def pages(options: Options) -> None:
    """50 people write, without and with 20 uncached pages and differences of 50 KB a second."""
    people, seconds = (10, 1.0) if options.tiny else (50, 3.0 if options.quick else 8.0)
    findings = Findings("pages", pages.__doc__ or "")
    for _ in range(options.rounds):
        with serving("ours", people=people) as server, options.generator() as generator:
            asking = Asking(server)
            seated(generator, server, people)
            step(generator, server, people, 0.5 if options.tiny else 2)
            alone = step(generator, server, 5 * people, seconds)
            with asking.every_second(5 if options.tiny else 20):
                beside = step(generator, server, 5 * people, seconds)
            for name, found in (("alone", alone), ("ours", beside)):
                options.tell(name, 5 * people, found)
                findings.note(name, found["late"] > LATE, **{"p95 ms": found["p95"] or 1000 * found["whole_s"]})
            findings.note("ours", **{
                "pages asked": asking.asked, "pages answered": len(asking.took_ms),
                "page median ms": statistics.median(asking.took_ms or [0]),
            })  # fmt: skip
    findings.show((Target("p95 ms", "alone", 1.5),))
    options.keep(findings)


def soak(options: Options) -> None:
    """People come, type, take it back and go, for minutes: memory, open files and threads of the server."""
    people, drafts = (6, 2) if options.tiny else (80, 4)
    seconds = 3 if options.tiny else 60 * options.minutes
    every = 0.5 if options.tiny else min(EVERY_S, seconds / 6)
    findings = Findings("soak", soak.__doc__ or "")
    with serving("ours", people=people, drafts=drafts) as server, options.generator() as generator:
        seated(generator, server, 4)
        generator.ask("leave")
        seats = [server.seat(n, n % drafts) for n in range(people)]
        generator.ask("soak", people=seats, present=people // 2, stays_s=1 if options.tiny else 20)
        rows = []
        print(f"{'s':>6} {'MB':>8} {'files':>6} {'threads':>8} {'joins':>7} {'edits':>8} {'cut off':>8}")
        began = time.monotonic()
        while (now := time.monotonic() - began) < seconds:
            time.sleep(min(every, seconds - now))
            said = generator.ask("soaked")
            files, threads = machine.handles(server.pid)
            mb = machine.memory_bytes(server.pid) / 1e6
            own = _own(server)
            rows.append((time.monotonic() - began, mb, files, threads, own.get("greenlets", 0)))
            figures = f"{rows[-1][0]:6.0f} {mb:8.1f} {files:6} {threads:8}"
            print(f"{figures} {said['joins']:7} {said['edits']:8} {said['cut']:8}   {own}", flush=True)
        generator.ask("stop")
    late = rows[len(rows) // 3 :]
    for name, column, most in (
        ("MB", 1, FLAT_MB), ("files", 2, FLAT_HANDLES), ("threads", 3, FLAT_HANDLES), ("greenlets", 4, FLAT_HANDLES)
    ):  # fmt: skip
        times, values = [row[0] for row in late], [row[column] for row in late]
        slope = statistics.linear_regression(times, values).slope * (times[-1] - times[0]) if len(late) > 2 else 0.0
        verdict = "flat" if slope < most else "NOT flat"
        findings.note("ours", **{f"{name} grown": slope})
        findings.say(f"{name}: {slope:+.1f} over the last two thirds, at most {most} – {verdict}")
    options.keep(findings)


def _own(server: Server) -> dict[str, int]:
    """What the server says of itself at `/metrics`: rooms, members and greenlets."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    named = (line.removeprefix("drafting_").rpartition(" ") for line in lines if line.startswith("drafting_"))
    return {name: int(float(value)) for name, _, value in named if name in ("rooms", "members", "greenlets")}


def growth(options: Options) -> None:
    """The server's processor time for one edit: by people at one draft, and by open drafts of one person each."""
    seconds = 0.5 if options.tiny else 3.0 if options.quick else 8.0
    sizes = {"people": (2, 5) if options.tiny else (10, 100, 500), "drafts": (1, 5) if options.tiny else (1, 100, 1000)}
    findings = Findings("growth", growth.__doc__ or "")
    for name in in_turns(options, ("hocuspocus", "@y/websocket-server")):
        for people in sizes["people"]:
            with serving(name, people=people) as server, options.generator() as generator:
                seated(generator, server, people)
                _cost(generator, server, options, findings, f"µs an edit, {people} people", seconds)
        for drafts in sizes["drafts"]:
            with serving(name, people=drafts, drafts=drafts) as server, options.generator() as generator:
                generator.ask("target", protocol=server.protocol, port=server.port, prefix=server.prefix)
                generator.ask("sit", people=[server.seat(n, n) for n in range(drafts)], writers=drafts)
                _cost(generator, server, options, findings, f"µs an edit, {drafts} drafts", seconds)
    findings.show()
    options.keep(findings)


RATE = 80
"""Edits a second in all, the same at every size; under what one person may send."""


def _cost(
    generator: Generator, server: Server, options: Options, findings: Findings, measure: str, seconds: float
) -> None:
    step(generator, server, RATE, 0.5 if options.tiny else 2)
    found = step(generator, server, RATE, seconds)
    options.tell(server.name, RATE, found)
    assert found["delivered"] == found["expected"], f"{server.name}: {measure}: not everything arrived"
    findings.note(server.name, found["late"] > LATE, **{measure: 1e6 * found["cpu_s"] / found["edits"]})
