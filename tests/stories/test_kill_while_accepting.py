"""`kill -9` before and after every write of an acceptance: afterwards one version, one commit, one post.

A child process accepts a proposal and does everything that follows; it kills itself at its first write, the next one
at its second, and so
on until one comes through. A write is an SQL statement that changes something, a commit, a process started (git), a
file renamed
or removed, or a connection made (the post). After each death the work goes on where it was left, as a new worker would.
"""

import http.server
import multiprocessing
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from drafting.cli.running import make_worker
from drafting.cli.schema import upgrade
from drafting.config import Settings
from drafting.db import now
from drafting.drafts.models import Draft
from drafting.drafts.starting import start_draft
from drafting.events import opening, promising
from drafting.installation import Installation, open_installation
from drafting.people import joining
from drafting.publishing import connecting
from drafting.publishing.models import Delivery
from drafting.record import projection
from drafting.record.models import Revision
from drafting.review import deciding, proposing
from drafting.review.models import Proposal

AUDITED = {"subprocess.Popen", "os.rename", "os.remove", "socket.connect"}
MOST_WRITES = 400


class Receiver(http.server.BaseHTTPRequestHandler):
    """A webhook's far side: keeps the ids it was sent."""

    ids: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.ids.append(self.headers["Webhook-Id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[str]]]:
    ids: list[str] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Receiver,), {"ids": ids}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", ids
    server.shutdown()
    server.server_close()


def settings_in(folder: Path) -> Settings:
    return Settings(
        data=folder / "data",
        repo_store=folder / "repos",
        base_url="https://drafts.example.org",
        base_url_given=True,
        allow_private_webhooks=True,
    )


def open_house(folder: Path) -> Installation:
    here = open_installation(settings_in(folder))
    upgrade(here.database)
    return here


def set_the_scene(folder: Path, hook: str) -> None:
    """An event with a webhook and a text that was put forward."""
    services, at = open_house(folder), now()
    with services.database.write() as session:
        event = opening.open_event(session, opening.Particulars("River"), slug="river", by=None, at=at)
        promising.make_promise(session, event.id, promising.Card(), by=None, at=at)
        editor = joining.new_person(session, name="Ada", shows_name=True, at=at)
        draft = start_draft(session, event_id=event.id, title="Minutes", kind="common", by=None, at=at)
        connecting.connect(
            session, services.vault, services.ground, event_id=event.id, kind="webhook", name="hook",
            fields={"url": hook}, at=at,
        )  # fmt: skip
        snapshot = proposing.Snapshot("# Minutes\n\nWe agreed.\n", b"\0", {str(editor.id): 3})
        proposing.put_forward(session, session.get_one(Draft, draft.id), snapshot, summary="First", by=editor.id, at=at)
    services.database.close()


PATIENT_ROUNDS = 30


def carry_on(services: Installation, rounds: int = 6) -> None:
    """What a worker that was started again does. Its clock is ahead, so that leases and waits are over."""
    worker = make_worker(services)
    for n in range(PATIENT_ROUNDS):
        worker.round(now() + timedelta(minutes=10 * (n + 1)))
        if n + 1 >= rounds and _nothing_waits(services):
            return


def _nothing_waits(services: Installation) -> bool:
    """On a busy machine a post may be under way when a round ends."""
    with services.database.read() as session:
        return all(state == "sent" for state in session.scalars(sa.select(Delivery.state)))


def accept_if_open(services: Installation) -> None:
    with services.database.write() as session:
        proposal = session.scalars(sa.select(Proposal)).one()
        if proposal.state == "open":
            deciding.press(session, services.house, proposal.id, seen_base=0, by=proposal.proposer_id, at=now())


def die_at(count: int) -> Callable[[], None]:
    """Kills this process at its `count`-th write."""
    done = 0

    def write() -> None:
        nonlocal done
        done += 1
        if done == count:
            os.kill(os.getpid(), signal.SIGKILL)

    return write


def act(folder: Path, count: int) -> None:
    """In a child: accept and follow up, but die at the `count`-th write."""
    services = open_house(folder)
    write = die_at(count)
    sys.addaudithook(lambda name, _: write() if name in AUDITED else None)

    @sa.event.listens_for(services.database.engine, "before_cursor_execute")
    def before(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            write()

    @sa.event.listens_for(services.database.engine, "after_cursor_execute")
    def after(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            write()

    sa.event.listen(services.database.engine, "commit", lambda _c: write())
    services.database.written.append(write)
    accept_if_open(services)
    carry_on(services, rounds=2)
    os._exit(0)


@pytest.mark.timeout(400)
def test_a_crash_at_any_write_leaves_one_version_one_commit_and_one_post(
    tmp_path: Path, receiver: tuple[str, list[str]]
) -> None:
    hook, ids = receiver
    set_the_scene(tmp_path / "scene", hook)
    fork = multiprocessing.get_context("fork")
    for count in range(1, MOST_WRITES):
        ids.clear()
        folder = tmp_path / "try"
        shutil.copytree(tmp_path / "scene", folder)
        child = fork.Process(target=act, args=(folder, count))
        child.start()
        child.join(60)
        assert child.exitcode in (0, -signal.SIGKILL), f"write {count}: the child ended with {child.exitcode}"
        services = open_house(folder)
        accept_if_open(services)
        carry_on(services)
        _one_of_everything(services, ids, count)
        services.database.close()
        shutil.rmtree(folder)
        if child.exitcode == 0:
            assert count > 20, "there must have been more writes than this"
            return
    pytest.fail(f"more than {MOST_WRITES} writes in one acceptance")


def _one_of_everything(services: Installation, ids: list[str], count: int) -> None:
    with services.database.read() as session:
        versions = list(session.scalars(sa.select(Revision)))
        deliveries = list(session.scalars(sa.select(Delivery)))
    assert [v.number for v in versions] == [1], f"write {count}"
    assert [d.state for d in deliveries] == ["sent", "sent"], (  # the event's own account, and the webhook
        f"write {count}: {deliveries[0].last_error if deliveries else None}"
    )
    assert len(set(ids)) == 1, f"write {count}: posts {ids}"
    tip = projection.rebuild(services.database, services.settings.repo_store, versions[0].event_id)
    assert versions[0].commit_id == tip, f"write {count}: the rebuild gives another commit"
