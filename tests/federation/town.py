"""A served installation whose actors can be followed, in verbs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from werkzeug.serving import make_server

from drafting import announcing
from drafting.config import Settings
from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.publishing.channels.fediverse import Fediverse
from drafting.publishing.fediverse import cavage, rfc9421
from drafting.publishing.fediverse.courier import Courier
from drafting.publishing.fediverse.keys import Signing
from drafting.publishing.fediverse.models import Dispatch, Follower, Server
from drafting.publishing.fediverse.signatures import Request
from drafting.publishing.publisher import Publisher
from tests.conftest import free_port
from tests.web.world import World

JSON = "application/activity+json"


@dataclass
class Town:
    """The event is at `/e/river`; `ada` publishes its text `charter`."""

    world: World
    base: str
    event: Event
    charter: Draft
    ada: Person

    @property
    def river(self) -> str:
        return f"{self.base}/e/river/-/actor/river"

    @property
    def text(self) -> str:
        return f"{self.base}/e/river/-/actor/river.charter"

    def asks(self, path: str, accept: str = JSON) -> httpx.Response:
        url = path if path.startswith("http") else self.base + path
        return httpx.get(url, headers={"accept": accept})

    def reads(self, path: str) -> dict[str, Any]:
        answer = self.asks(path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def publishes(self, text: str, summary: str = "What we said.") -> None:
        self.world.publishes(self.ada, self.charter, text, summary)
        self.works()

    def publishes_without_carrying(self, text: str) -> None:
        """It is said, and waits to be carried."""
        self.world.publishes(self.ada, self.charter, text, "What we said.")
        services = self.world.services
        ground = services.ground
        publisher = Publisher(
            services.database, services.vault, describe=announcing.describe, ground=ground, patience_s=60
        )
        self.world.worker_follows()
        publisher.deliver_due(now())

    def takes_back(self, number: int, because: str) -> None:
        editor = self.world.signed_in(self.ada)
        editor.opens("/e/river/-/withdraw/charter")
        editor.presses(f"Take version {number} back", reason=because)
        self.works()

    def now(self) -> datetime:
        return now()

    def signed(self, to: str, body: bytes, scheme: str) -> dict[str, str]:
        """The headers with which the text's actor sends `body`."""
        module = {"rfc9421": rfc9421, "cavage": cavage}[scheme]
        request = Request("POST", to, {"content-type": JSON}, body)
        return module.signed(request, Signing(self.world.services.seal, f"{self.text}#main-key"), now())

    def channel(self) -> Fediverse:
        return Fediverse(self.world.services.ground)

    def works(self) -> None:
        """What the worker does, and everybody who carries something comes back."""
        self.world.worker_works()
        self.carries()

    def carries(self) -> None:
        services = self.world.services
        courier = Courier(services.database, self.base, services.abroad)
        courier.carry_due(now())
        courier.wait()

    def followers(self) -> list[tuple[str, str, str]]:
        with self.world.services.database.read() as session:
            rows = session.scalars(sa.select(Follower).order_by(Follower.id))
            return [(row.handle, row.uri, row.inbox) for row in rows]

    def waiting(self) -> int:
        with self.world.services.database.read() as session:
            return session.scalar(sa.select(sa.func.count(Dispatch.id))) or 0

    def server(self) -> Server:
        with self.world.services.database.read() as session:
            return session.scalars(sa.select(Server)).one()

    def at_once(self) -> None:
        """As if the time for which a server is left alone were over."""
        with self.world.services.database.write() as session:
            session.execute(sa.update(Server).values(not_before=None))


@contextmanager
def built(folder: Path) -> Iterator[Town]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    settings = Settings(
        data=folder / "data",
        repo_store=folder / "repos",
        base_url=base,
        base_url_given=True,
        allow_private_webhooks=True,
    )
    world = World(settings)
    server = make_server("127.0.0.1", port, world.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    event = world.event(hashtag="RiverDay")
    ada = world.member(event, "editor", "Ada")
    try:
        yield Town(world, base, event, world.draft(event, "Charter", slug="charter"), ada)
    finally:
        server.shutdown()
        server.server_close()
