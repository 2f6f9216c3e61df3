"""Whether accepting takes longer where more places are told: `python bench/channels.py [--rounds 60]`, inside .venv.

The same acceptance in three installations, in turns: with no channel but the event's own, with ten more, and with a
hundred. Timed is the whole transaction, on disk; what is sent afterwards is not part of it.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from drafting.config import Settings
from drafting.db import now
from drafting.publishing import connecting
from tests.web.world import World

CHANNELS = (0, 10, 100)


class House:
    """One installation; `accepts` publishes a version and says how long the acceptance took, in ms."""

    def __init__(self, folder: Path, channels: int) -> None:
        settings = Settings(
            data=folder / "data", repo_store=folder / "repos", base_url="https://x.example.org", base_url_given=True
        )
        self._world = World(settings)
        event = self._world.event()
        services = self._world.services
        with services.database.write() as session:
            for number in range(channels):
                connecting.connect(
                    session, services.vault, services.ground, event_id=event.id, kind="webhook", name="",
                    fields={"url": f"https://hooks.example.org/{number}"}, at=now(),
                )  # fmt: skip
        self._draft = self._world.draft(event, "Charter")
        self._ada = self._world.member(event, "editor", "Ada")
        self._text = "We ask for benches, lights and a path that is open all year.\n" * 20

    def accepts(self) -> float:
        self._text += f"And for one more thing, at {time.time()}.\n"
        self._world.writes(self._ada, self._draft, self._text)
        proposal = self._world.puts_forward(self._ada, self._draft, "One more thing.")
        began = time.perf_counter()
        self._world.accepts(self._ada, proposal)
        return (time.perf_counter() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        houses = {channels: House(Path(folder, str(channels)), channels) for channels in CHANNELS}
        taken: dict[int, list[float]] = {channels: [] for channels in CHANNELS}
        for _ in range(rounds):
            for channels, house in houses.items():
                taken[channels].append(house.accepts())
    alone = statistics.median(taken[0])
    print("channels   median ms   p95 ms   more than alone, ms")
    for channels, values in taken.items():
        middle, late = statistics.median(values), sorted(values)[int(len(values) * 0.95)]
        print(f"{channels:8}   {middle:9.1f}   {late:6.1f}   {middle - alone:+19.1f}")


if __name__ == "__main__":
    main()
