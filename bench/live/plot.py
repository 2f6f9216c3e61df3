"""What was measured, for docs/performance.md: `python bench/live/plot.py RESULTS`, after `run.py --results RESULTS`.

Puts a table of everything in RESULTS between the two marks in docs/performance.md, and writes docs/images/growth.svg,
which suits light and dark pages.
"""

import json
import math
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[2])

from bench.live.report import plain  # noqa: E402
from drafting.paths import ROOT  # noqa: E402

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures, by bench/live/plot.py -->", "<!-- end of figures -->"
WIDTH, HEIGHT, LEFT, TOP, GAP = 330, 220, 84, 40, 100
COLOURS = ("#1f8f5f", "#c2571a", "#7a6ff0", "#b4235a")  # each at least 3 : 1 on white and on near-black
SHAPES = ("6 0", "6 4", "2 3", "8 3 2 3")

Values = dict[str, dict[int, float]]
"""By server, and by how many: microseconds an edit."""


def kept(results: Path, name: str) -> dict[str, Any]:
    """What `Findings.keep` wrote; empty if that table was not measured."""
    file = results / f"{name}.json"
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {"values": {}}
    return found


def figures(found: dict[str, Any]) -> str:
    """Medians and the spread of one table, with ours in proportion to each."""
    lines = ["| measure | server | median | least – most | rounds | ours / it |", "|---|---|---|---|---|---|"]
    for measure, servers in found["values"].items():
        ours = statistics.median(servers["ours"]) if "ours" in servers else None
        for server, values in servers.items():
            middle, bound = statistics.median(values), "≥ " if [measure, server] in found["bounds"] else ""
            ratio = f"{ours / middle:.2f}" if ours is not None and middle and server != "ours" else ""
            spread = f"{plain(min(values))} – {plain(max(values))}"
            lines.append(f"| {measure} | {server} | {bound}{plain(middle)} | {spread} | {len(values)} | {ratio} |")
    return "\n".join([*lines, "", *found["targets"], ""])


def medians(results: Path) -> dict[str, Values]:
    found: dict[str, Values] = {"people": {}, "drafts": {}}
    for measure, servers in kept(results, "growth")["values"].items():
        count, what = measure.removeprefix("µs an edit, ").split()
        for server, values in servers.items():
            found[what].setdefault(server, {})[int(count)] = statistics.median(values)
    return found


def table(found: dict[str, Values]) -> str:
    lines = []
    for what, values in found.items():
        counts = sorted({count for costs in values.values() for count in costs})
        lines += [
            f"| {what} | " + " | ".join(f"{count:,}" for count in counts) + " |",
            "|---" * (len(counts) + 1) + "|",
        ]
        for server, costs in values.items():
            cells = " | ".join(f"{costs[count]:,.0f}" if count in costs else "" for count in counts)
            lines.append(f"| {server}, µs an edit | {cells} |")
        lines.append("")
    return "\n".join(lines)


def plot(found: dict[str, Values]) -> str:
    costs = [cost for values in found.values() for line in values.values() for cost in line.values() if cost > 0]
    low, high = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)) + 0.01)
    servers = list(dict.fromkeys(server for values in found.values() for server in values))
    width, height = LEFT + 2 * WIDTH + GAP + 20, TOP + HEIGHT + 50 + 20 * len(servers)
    said = "; ".join(f"{s}: {v}" for s, v in found["people"].items())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif"'
        ' font-size="13"><title>Processor time for one edit, as people and drafts become more</title>',
        f"<desc>Microseconds an edit by people. {said}</desc>",
        "<style>text{fill:#222}path{fill:none}.rule{stroke:#8885;stroke-width:1}"
        "@media (prefers-color-scheme:dark){text{fill:#ddd}}</style>",
    ]
    for number, (what, values) in enumerate(found.items()):
        left = LEFT + number * (WIDTH + GAP)
        counts = sorted({count for line in values.values() for count in line})
        near, far = math.log10(counts[0]), math.log10(counts[-1])
        title = {"people": "People at one draft", "drafts": "Open drafts of one person each"}[what]
        parts.append(f'<text x="{left}" y="{TOP - 16}" font-weight="bold">{title}</text>')

        def x(count: float, left: float = left, near: float = near, far: float = far) -> float:
            return left + WIDTH * (math.log10(count) - near) / (far - near)

        def y(cost: float) -> float:
            return TOP + HEIGHT * (high - math.log10(max(cost, 10.0**low))) / (high - low)

        for power in range(low, high + 1):
            at = y(10.0**power)
            parts.append(f'<path class="rule" d="M{left} {at:.0f}h{WIDTH}"/>')
            parts.append(f'<text x="{left - 8}" y="{at + 4:.0f}" text-anchor="end">{10**power:,} µs</text>')
        for count in counts:
            parts.append(f'<text x="{x(count):.0f}" y="{TOP + HEIGHT + 20}" text-anchor="middle">{count:,}</text>')
        for server, line in values.items():
            colour, dashes = (each[servers.index(server) % len(each)] for each in (COLOURS, SHAPES))
            points = [(x(count), y(cost)) for count, cost in sorted(line.items())]
            path = "L".join(f"{across:.1f} {down:.1f}" for across, down in points)
            parts.append(f'<path d="M{path}" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dashes}"/>')
            parts += [f'<circle cx="{across:.1f}" cy="{down:.1f}" r="4" fill="{colour}"/>' for across, down in points]
    for number, server in enumerate(servers):
        colour, dashes = (each[number % len(each)] for each in (COLOURS, SHAPES))
        down = TOP + HEIGHT + 48 + 20 * number
        parts.append(
            f'<path d="M{LEFT} {down - 4}h40" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dashes}"/>'
        )
        parts.append(f'<text x="{LEFT + 50}" y="{down}">{server}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main(results: Path) -> None:
    parts = []
    for file in sorted(results.glob("*.json")):
        if file.stem != "growth":
            found = kept(results, file.stem)
            parts.append(f"### {file.stem}\n\n{found['about']}\n\n{figures(found)}")
    if (results / "growth.json").exists():
        costs = medians(results)
        (ROOT / "docs" / "images" / "growth.svg").write_text(plot(costs))
        parts.append(f"### growth\n\n![Processor time for one edit](images/growth.svg)\n\n{table(costs)}")
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text("\n".join([before + BEGIN, "", *parts, END]) + rest.partition(END)[2])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
