"""What was measured, in words: medians, their spread, ratios to each peer, and whether a target was reached."""

import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Format = Callable[[float], str]


def plain(value: float) -> str:
    """A figure with as many digits as it deserves."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


@dataclass(frozen=True)
class Target:
    """Ours against one peer (or the best): at least or at most so many times as much."""

    measure: str
    peer: str
    times: float
    at_least: bool = False


@dataclass
class Findings:
    """Values by measure and server, one a round. `bounds`: values that the generator, not the server, ended."""

    table: str
    about: str
    values: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    bounds: set[tuple[str, str]] = field(default_factory=set)
    targets: list[str] = field(default_factory=list)
    """Sentences."""

    def note(self, server: str, bound: bool = False, **measures: float) -> None:
        for measure, value in measures.items():
            self.values.setdefault(measure, {}).setdefault(server, []).append(value)
            if bound:
                self.bounds.add((measure, server))

    def middle(self, measure: str, server: str) -> float | None:
        values = self.values.get(measure, {}).get(server)
        return statistics.median(values) if values else None

    def show(self, targets: tuple[Target, ...] = ()) -> None:
        for measure, servers in self.values.items():
            print(f"\n{measure}")
            width = max(map(len, servers)) + 2
            ours = self.middle(measure, "ours")
            for server, values in servers.items():
                middle = statistics.median(values)
                bound = "≥ " if (measure, server) in self.bounds else "  "
                ratio = f"ours / it {ours / middle:8.2f}" if ours is not None and middle and server != "ours" else ""
                spread = f"{plain(min(values)):>8} – {plain(max(values)):<8}"
                print(f"  {server:{width}} {bound}{plain(middle):>8}   {spread} n={len(values)}   {ratio}")
        for target in targets:
            self._judge(target)
        print(flush=True)

    def _judge(self, target: Target) -> None:
        ours = self.middle(target.measure, "ours")
        servers = self.values.get(target.measure, {})
        peers = [name for name in servers if name != "ours"] if target.peer == "best" else [target.peer]
        theirs = [value for name in peers if (value := self.middle(target.measure, name)) is not None]
        if ours is None or not theirs:
            return
        best = max(theirs) if target.at_least else min(theirs)
        reached = ours >= target.times * best if target.at_least else ours <= target.times * best
        words, ratio = "at least" if target.at_least else "at most", f"{ours / best:.2f}" if best else "no ratio"
        verdict = "reached" if reached else "NOT reached"
        self.say(f"{target.measure}, {words} {target.times} × {target.peer}: {ratio} – {verdict}")

    def say(self, sentence: str) -> None:
        """What follows from the figures."""
        self.targets.append(f"- {sentence}")
        print(f"  target: {sentence}")

    def keep(self, folder: Path) -> None:
        """For the record: every value, as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        kept = {"about": self.about, "values": self.values, "bounds": sorted(self.bounds), "targets": self.targets}
        (folder / f"{self.table}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
