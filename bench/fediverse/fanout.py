"""One post to many followers: `python bench/fediverse/fanout.py [--followers 10000] [--servers 500] [--rounds 3]`.

Stub servers on loopback take what comes. Ours is the courier as the worker runs it: rows in SQLite, claims, signatures
(RFC 9421), one process. The peer is Fedify (npm) with its in-process queue in memory, given the same inboxes. Once with
an inbox that each server shares, once with one for each follower. Memory is what the process grew by meanwhile.
Target: 10,000 followers on 500 servers within 60 s, memory flat.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import sqlalchemy as sa  # noqa: E402
from stubs import address  # noqa: E402

from drafting.checkout import node as checkout_node  # noqa: E402
from drafting.config import Settings  # noqa: E402
from drafting.db import now  # noqa: E402
from drafting.events import opening  # noqa: E402
from drafting.installation import Installation, open_installation  # noqa: E402
from drafting.publishing.fediverse import documents, saying  # noqa: E402
from drafting.publishing.fediverse.addresses import Handle  # noqa: E402
from drafting.publishing.fediverse.courier import Courier  # noqa: E402
from drafting.publishing.fediverse.models import Follower, Server  # noqa: E402
from drafting.tables import METADATA  # noqa: E402
from tests.conftest import free_port  # noqa: E402
from tests.peers.npm import beside_packages  # noqa: E402

HANDLE = Handle("river", "charter")


@dataclass(frozen=True)
class Crowd:
    followers: int
    servers: int
    port: int
    shared: bool

    def inboxes(self) -> Iterator[tuple[int, str, str]]:
        """Server, actor and inbox of each follower."""
        for number in range(self.followers):
            home = f"http://{address(number % self.servers)}:{self.port}"
            uri = f"{home}/users/{number}"
            yield number % self.servers, uri, f"{home}/inbox" if self.shared else f"{uri}/inbox"

    @property
    def posts(self) -> int:
        return self.servers if self.shared else self.followers

    def taken(self) -> int:
        with urllib.request.urlopen(f"http://{address(0)}:{self.port}/", timeout=30) as answer:
            return int(answer.read().split()[0])


@contextmanager
def stubs(servers: int) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, str(Path(__file__).parent / "stubs.py"), str(servers), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    try:
        yield port
    finally:
        process.kill()
        process.wait()


def resident_mb(process: str = "self") -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def timed(crowd: Crowd, begin: Callable[[], object], process: str = "self") -> tuple[float, float]:
    """Seconds until every stub has it, and the megabytes by which the process grew at most."""
    before, start, most = crowd.taken(), resident_mb(process), 0.0
    began = time.monotonic()
    threading.Thread(target=begin, daemon=True).start()
    while crowd.taken() - before < crowd.posts:
        most = max(most, resident_mb(process) - start)
        time.sleep(0.02)
    return time.monotonic() - began, most


def installed(folder: Path, crowd: Crowd) -> Installation:
    settings = Settings(
        data=folder / "data", repo_store=folder / "repos", base_url="https://drafts.example.org",
        base_url_given=True, allow_private_webhooks=True,
    )  # fmt: skip
    here = open_installation(settings)
    METADATA.create_all(here.database.engine)
    with here.database.write() as session:
        event = opening.open_event(session, opening.Particulars("River"), slug="river", by=None, at=now())
        hosts = [Server(host=f"{address(number)}:{crowd.port}") for number in range(crowd.servers)]
        session.add_all(hosts)
        session.flush()
        rows = [
            {"event_id": event.id, "handle": HANDLE.name, "uri": uri, "inbox": inbox, "server_id": hosts[server].id,
             "since": now()}
            for server, uri, inbox in crowd.inboxes()
        ]  # fmt: skip
        session.execute(sa.insert(Follower), rows)
    return here


def ours(crowd: Crowd, rounds: int) -> list[tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        here = installed(Path(folder), crowd)
        courier = Courier(here.database, here.settings.base_url, here.abroad)
        found = []
        for number in range(rounds + 1):

            def post(number: int = number) -> None:
                say(here, number)
                while courier.carry_due(now()) or any(thread.is_alive() for thread in courier._threads):
                    courier.wait()

            found.append(timed(crowd, post))
            courier.wait()
        here.database.close()
        return found[1:]


def say(here: Installation, number: int) -> None:
    base = here.settings.base_url
    author = base + HANDLE.path
    body = {
        "@context": documents.CONTEXT, "id": f"{base}/e/river/-/note/k{number}", "type": "Note", "attributedTo": author,
        "to": [documents.PUBLIC], "cc": [f"{author}/followers"], "content": f"<p>{'Words. ' * 60}{number}</p>",
        "published": documents.stamp(now()), "url": f"{base}/e/river/charter/{number}",
    }  # fmt: skip
    with here.database.write() as session:
        saying.say(session, base, key=f"k{number}", handle=HANDLE, event_id=1, number=number, body=body, at=now())


def fedify(crowd: Crowd, rounds: int) -> list[tuple[float, float]]:
    node = checkout_node.find()
    program = beside_packages(ROOT / "tests" / "peers" / "fedify", "fanout.mjs")
    assert node is not None
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([{"id": uri, "inbox": inbox} for _, uri, inbox in crowd.inboxes()], file)
        file.flush()
        process = subprocess.Popen(
            [node.executable, program, file.name, "shared" if crowd.shared else "each"],
            cwd=program.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None and process.stdin is not None
        process.stdout.readline()
        found = []

        def post() -> None:
            assert process.stdin is not None
            process.stdin.write(b"post\n")
            process.stdin.flush()

        try:
            for _ in range(rounds + 1):
                found.append(timed(crowd, post, str(process.pid)))
        finally:
            process.kill()
            process.wait()
    return found[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("followers", 10_000), ("servers", 500), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    said = parser.parse_args()
    print("| inboxes | who | median s | slowest s | posts a second | grew by MB |\n|---|---|---|---|---|---|")
    with stubs(said.servers) as port:
        for shared in (True, False):
            crowd = Crowd(said.followers, said.servers, port, shared)
            for name, run in (("ours", ours), ("Fedify", fedify)):
                found = run(crowd, said.rounds)
                times = [seconds for seconds, _ in found]
                middle = statistics.median(times)
                kind = f"{crowd.posts:,} {'shared' if shared else 'of one each'}"
                print(
                    f"| {kind} | {name} | {middle:.2f} | {max(times):.2f} | {crowd.posts / middle:.0f} "
                    f"| {max(grew for _, grew in found):.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
