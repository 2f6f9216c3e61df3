"""Where posts arrive, for tests that are the same for every kind of channel. A new kind adds itself to FAR_SIDES."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from drafting.publishing import connecting
from drafting.publishing.fediverse.models import Activity
from tests.publishing import mastodon_account
from tests.publishing.mastodon_server import serving
from tests.publishing.mastodon_state import MastodonServer
from tests.publishing.newsroom import NOON, Newsroom
from tests.publishing.receiver import Receiver, listening


class FarSide(Protocol):
    def connect(self, newsroom: Newsroom) -> None: ...

    def told(self) -> list[str]:
        """The permalinks of what people there see, in the order in which it came."""
        ...

    def answers_the_first(self) -> bool:
        """Whether all that came later stands in the thread of what came first; true where there are no threads."""
        ...


@dataclass
class Hook:
    """A receiver that drops second copies, as the scheme asks."""

    receiver: Receiver

    def connect(self, newsroom: Newsroom) -> None:
        newsroom.connects("webhook", url=self.receiver.url)

    def told(self) -> list[str]:
        first = {message.headers["webhook-id"]: message.body for message in reversed(self.receiver.messages)}
        kept = {message.headers["webhook-id"]: None for message in self.receiver.messages}
        return [json.loads(first[key])["data"]["url"] for key in kept]

    def answers_the_first(self) -> bool:
        return True


@dataclass
class Timeline:
    server: MastodonServer

    def connect(self, newsroom: Newsroom) -> None:
        newsroom.keeps(mastodon_account.connection(self.server))

    def told(self) -> list[str]:
        return [post["content"].partition('href="')[2].partition('"')[0] for post in self.server.posts()]

    def answers_the_first(self) -> bool:
        first, *later = self.server.posts()
        return first["in_reply_to_id"] is None and all(post["in_reply_to_id"] == first["id"] for post in later)


@dataclass
class Notes:
    """The event's own account: what other servers are told of."""

    newsroom: Newsroom | None = None

    def connect(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        with newsroom.database.write() as session:
            connecting.make_own(session, newsroom.event_id, NOON)

    def told(self) -> list[str]:
        return [note["url"] for note in self._notes()]

    def answers_the_first(self) -> bool:
        first, *later = self._notes()
        return first["inReplyTo"] is None and all(note["inReplyTo"] == first["id"] for note in later)

    def _notes(self) -> list[dict[str, Any]]:
        assert self.newsroom is not None
        with self.newsroom.database.read() as session:
            creations = sa.select(Activity.body).where(Activity.uri.like("%/create"))
            return [body["object"] for body in session.scalars(creations.order_by(Activity.id))]


@contextmanager
def _hook() -> Iterator[Hook]:
    with listening() as receiver:
        yield Hook(receiver)


@contextmanager
def _timeline(keeps_keys: bool) -> Iterator[Timeline]:
    with serving(keeps_keys=keeps_keys) as server:
        yield Timeline(server)


FAR_SIDES: dict[str, Callable[[], AbstractContextManager[FarSide]]] = {
    "webhook": _hook,
    "fediverse": lambda: nullcontext(Notes()),
    "mastodon": lambda: _timeline(True),
    "mastodon that ignores keys": lambda: _timeline(False),
}
