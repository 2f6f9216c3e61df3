"""One version into the record, durable and signed, against `git commit -S` of the same text: `python bench/commit.py`.

Both write 50 KB on top of 10,000 commits, take turns in the same run, and wait until the disk has it
(`core.fsync=committed`). Ours is what the worker does with a row: take the lock, open the repository, read where it
ends, build and sign the commit, write its objects, move the branch, let go. git's is one command in a clone of the same
history, with the same key.
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import sqlalchemy as sa  # noqa: E402

from drafting.db import Database, prepare  # noqa: E402
from drafting.drafts.models import Draft  # noqa: E402
from drafting.events.models import Event  # noqa: E402
from drafting.record.commits import build  # noqa: E402
from drafting.record.message import compose  # noqa: E402
from drafting.record.models import Revision  # noqa: E402
from drafting.record.places import location  # noqa: E402
from drafting.record.projection import project  # noqa: E402
from drafting.record.repository import CONFIG, writing  # noqa: E402
from drafting.record.signing import Signer  # noqa: E402
from drafting.tables import METADATA  # noqa: E402

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SLUG = "riverside"
TEXT_BYTES = 50_000
WORDS = "lamp path river bench night light people quiet bridge tree water garden evening shared warm repair".split()


def prose(seed: int) -> str:
    """Text of 50 KB, one sentence per line; another seed changes three sentences."""
    steady, fresh, lines = random.Random(0), random.Random(seed), list[str]()
    while sum(map(len, lines)) < TEXT_BYTES:
        lines.append(" ".join(steady.choices(WORDS, k=12)).capitalize() + ".\n")
    for _ in range(3):
        lines[fresh.randrange(len(lines))] = " ".join(fresh.choices(WORDS, k=12)).capitalize() + f", {seed}.\n"
    return "".join(lines)


def history(commits: int) -> bytes:
    """A fast-import stream: short texts before, the long one at the end."""
    stream = []
    for n in range(1, commits + 1):
        text = (prose(0) if n == commits else f"Text {n}.\n" * 20).encode()
        subject = f"Lamps: version {n}\n\nRevision: {n}\nDraft: lamps\n".encode()
        who = f"Drafting record <record@localhost> {int(NOON.timestamp()) + n} +0000"
        stream.append(b"commit refs/heads/main\ncommitter %s\ndata %d\n%s" % (who.encode(), len(subject), subject))
        stream.append(b"M 100644 inline lamps.md\ndata %d\n%s\n" % (len(text), text))
    return b"".join(stream)


def version(number: int, event_id: int, draft_id: int) -> Revision:
    at = NOON + timedelta(seconds=number)
    return Revision(
        event_id=event_id, draft_id=draft_id, number=number, place=number, event_slug=SLUG, draft_slug="lamps",
        event_title="A day on the river", title="Lamps", kind="common", text=prose(number), withdraws=None,
        summary="Three sentences are new.", rule="one editor", licence="CC-BY-SA-4.0", coauthors=[],
        promise={"level": "consult", "decider": "Parks department", "answer_by": None}, base_url="http://localhost",
        accepted=NOON, release_due=NOON, released=at, commit_id=None, commit_object=None,
    )  # fmt: skip


class Bench:
    def __init__(self, folder: Path, commits: int) -> None:
        self.store, self.clone, self.signer = folder / "store", folder / "clone", Signer(folder / "key")
        with writing(self.store, SLUG):
            self.record = location(self.store, SLUG)
        subprocess.run(["git", "fast-import", "--quiet"], cwd=self.record, input=history(commits), check=True)
        subprocess.run(["git", "clone", "-q", self.record, self.clone], check=True)
        ours = {name: CONFIG[name] for name in ("core.fsync", "core.fsyncMethod", "gc.auto")}
        settings = {**ours, "gpg.format": "ssh", "user.signingkey": folder / "key", "user.name": "Drafting record",
                    "user.email": "record@localhost", "maintenance.auto": "false"}  # fmt: skip
        for name, value in settings.items():
            subprocess.run(["git", "config", name, str(value)], cwd=self.clone, check=True)
        self.database = Database(prepare(sa.create_engine(f"sqlite:///{folder / 'bench.db'}")))
        METADATA.create_all(self.database.engine)
        self.event_id, self.draft_id = self._rows(commits)

    def _rows(self, commits: int) -> tuple[int, int]:
        with writing(self.store, SLUG) as repository:
            tip = repository.tip()
        with self.database.write() as session:
            event = Event(slug=SLUG, title="A day on the river", created=NOON)
            session.add(event)
            session.flush()
            draft = Draft(event_id=event.id, slug="lamps", title="Lamps", epoch="0", created=NOON)
            session.add(draft)
            session.flush()
            last = version(commits, event.id, draft.id)
            last.commit_id = tip
            session.add(last)
            return event.id, draft.id

    def ours(self, number: int) -> Callable[[], None]:
        """From the row to the moved branch. What the worker adds around it is `whole`."""
        row = version(number, self.event_id, self.draft_id)

        def commit() -> None:
            with writing(self.store, SLUG) as repository:
                parent = repository.tip()
                built = build(row, parent=parent, files=repository.files_at(parent), signer=self.signer)
                repository.write(built.added)
                repository.move(built.commit.id, only_from=parent)

        return commit

    def whole(self, number: int) -> Callable[[], None]:
        """As `ours`, with the rows read before and the commit stored in its row after, durable too."""
        with writing(self.store, SLUG) as repository:
            tip = repository.tip()
        with self.database.write() as session:
            newest = sa.select(Revision).where(Revision.commit_id.is_not(None)).order_by(Revision.place.desc()).limit(1)
            last = session.scalars(newest).one()
            last.commit_id = tip
            session.add(version(last.number + 1, self.event_id, self.draft_id))

        def run() -> None:
            assert len(project(self.database, self.store, self.signer, self.event_id)) == 1

        return run

    def git(self, number: int) -> Callable[[], None]:
        row = version(number, self.event_id, self.draft_id)
        (self.clone / "lamps.md").write_text(row.text)
        command = ["git", "commit", "-q", "-S", "-a", "-m", compose(row)]

        def commit() -> None:
            subprocess.run(command, cwd=self.clone, check=True)

        return commit


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--commits", type=int, default=10_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="commit-bench-") as folder:
        bench = Bench(Path(folder), chosen.commits)
        ways = {"ours": bench.ours, "git commit -S": bench.git, "ours with its row": bench.whole}
        took: dict[str, list[float]] = {name: [] for name in ways}
        number = chosen.commits
        for turn in range(-3, chosen.rounds):  # the first three warm the caches of both
            for name in list(ways) if turn % 2 else list(ways)[::-1]:
                number += 1
                work = ways[name](number)
                started = time.perf_counter()
                work()
                if turn >= 0:
                    took[name].append((time.perf_counter() - started) * 1000)
        report(took, chosen.commits, bench.record)


def report(took: dict[str, list[float]], commits: int, record: Path) -> None:
    subprocess.run(["git", "fsck", "--strict", "--no-dangling", "--no-progress"], cwd=record, check=True)
    print(
        f"durable, signed, {TEXT_BYTES // 1000} KB on top of {commits:,} commits; {len(took['ours'])} rounds each, ms"
    )
    peer = statistics.median(took["git commit -S"])
    for name, times in took.items():
        middle, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"{name:20} median {middle:6.1f}   p95 {slow:6.1f}   ratio of medians to git {middle / peer:.2f}")


if __name__ == "__main__":
    main()
