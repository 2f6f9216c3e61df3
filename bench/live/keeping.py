"""Tables of what a server keeps: opening a long-lived draft, memory of open ones, and what a crash takes away."""

import random
import statistics
import time

from . import machine
from .generator import Generator
from .options import Options
from .report import Findings, Target
from .servers import KINDS, Ours, Server, calm, serving
from .writing import in_turns

PER_UPDATE = 50
"""Edits in one update of the long history: what somebody types while a bad connection holds it up for seconds."""
TIDY_S = 0.5
"""A room that its last member has just left may not be entered: pycrdt-websocket 0.16 cuts such a person off."""
STORE_S = 12
"""Longer than Hocuspocus waits before it stores a document (10 s at most)."""


def opening(options: Options) -> None:
    """The draft that 250,000 edits left, on a fresh connection: until the last byte of the text; warm, and cold."""
    edits, looks = (5_000, 2) if options.tiny else (250_000, 5)
    findings = Findings("opening", opening.__doc__ or "")
    peers = tuple(name for name in KINDS if name != "ours")
    for name in in_turns(options, peers):
        with serving(name, people=3, store=KINDS[name].stores) as server, options.generator() as generator:
            _aim(generator, server)
            pace = min(server.per_second, 2000)
            generator.ask("history", **server.seat(0), edits=edits, perUpdate=PER_UPDATE, perSecond=pace)
            warm = []
            for _ in range(looks):
                time.sleep(TIDY_S)
                warm.append(generator.ask("open", **server.seat(1)))
            findings.note(name, **{"warm ms": statistics.median(look["ms"] for look in warm)})
            options.tell(name, edits, {"warm": [look["ms"] for look in warm]})
            if not server.stores:
                continue
            time.sleep(1 if isinstance(server, Ours) or options.tiny else STORE_S)
            server.stop()
            server.start()
            calm(server)
            _aim(generator, server)
            found = generator.ask("open", **server.seat(2))
            options.tell(name, edits, found)
            if found["characters"] != warm[0]["characters"]:
                print(f"  {name}: after a restart {found['characters']} of {warm[0]['characters']} characters")
            else:
                findings.note(name, **{"cold ms": found["ms"]})
    findings.show((Target("warm ms", "best", 1.0), Target("cold ms", "best", 1.0)))
    options.keep(findings)


def memory(options: Options) -> None:
    """What one more open draft with a text of 100 KB and one person costs in memory."""
    drafts, edits = (3, 5_000) if options.tiny else (50, 250_000)
    findings = Findings("memory", memory.__doc__ or "")
    for name in in_turns(options, ("hocuspocus", "@y/websocket-server", "pycrdt-websocket", "y-socket.io")):
        with serving(name, people=drafts + 2, drafts=drafts + 2) as server, options.generator() as generator:
            _aim(generator, server)
            for n in range(2):  # what only the first ones cost
                generator.ask("text", **server.seat(n, n), edits=edits)
            calm(server)
            before = machine.memory_bytes(server.pid)
            for n in range(2, drafts + 2):
                generator.ask("text", **server.seat(n, n), edits=edits)
            time.sleep(0 if options.tiny else 5)
            grown = (machine.memory_bytes(server.pid) - before) / drafts / 1e6
            options.tell(name, drafts, {"mb": grown, "all": machine.memory_bytes(server.pid) / 1e6})
            findings.note(name, **{"MB a draft": grown})
    findings.show((Target("MB a draft", "best", 1.0),))
    options.keep(findings)


def killing(options: Options) -> None:
    """`kill -9` while somebody types 50 edits a second: of what another had seen, how much is gone."""
    findings, dice = Findings("killing", killing.__doc__ or ""), random.Random(9)
    peers = ("hocuspocus", "y-websocket 2.1", "pycrdt-websocket", "y-socket.io", "@y/websocket-server")
    for name in [name for name in ("ours", *peers) if options.measures(name)]:
        with serving(name, people=3, store=KINDS[name].stores) as server, options.generator() as generator:
            for _ in range(options.kills):
                _aim(generator, server)
                generator.ask("type", people=[server.seat(0), server.seat(1)], rate=50)
                time.sleep(dice.uniform(1, 4))
                server.kill()
                found = generator.ask("seen")
                server.start()
                _aim(generator, server)
                kept = generator.ask("kept", **server.seat(2), client=found["client"])["kept"]
                options.tell(name, 50, {**found, "kept": kept})
                lost = max(0, found["seen"] - kept)
                findings.note(name, **{"edits seen": found["seen"], "of them lost": lost})
    findings.show()
    for name, lost in findings.values.get("of them lost", {}).items():
        seen = sum(findings.values["edits seen"][name])
        findings.say(
            f"{name}: {sum(lost):.0f} of {seen:.0f} edits that another had seen were lost in {len(lost)} kills"
        )
    options.keep(findings)


def _aim(generator: Generator, server: Server) -> None:
    generator.ask("target", protocol=server.protocol, port=server.port, prefix=server.prefix)
