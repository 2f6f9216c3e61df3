"""An event with channels, releases and a publisher, in verbs. Time is what the test says it is."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from drafting.config import Settings
from drafting.db import Database
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.publishing import connecting, outbox
from drafting.publishing.announcement import Announcement
from drafting.publishing.channels.kind import Ground
from drafting.publishing.models import Channel, Delivery
from drafting.publishing.publisher import Publisher
from drafting.publishing.vault import Vault
from drafting.record.models import Revision

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECRET = b"v" * 32


def announcement(number: int = 1) -> Announcement:
    return Announcement(
        event_title="River day",
        event_slug="river",
        draft_title="Årsmöte 📝 charter",
        draft_slug="charter",
        kind="common",
        number=number,
        url=f"https://drafts.example.org/e/river/charter/{number}",
        summary="Shorter speeches",
        what="“Speakers” changed.",
        quote="Every speaker has three minutes, and nobody speaks twice before everyone has spoken once.",
        words_added=12 if number > 1 else None,
        words_removed=5 if number > 1 else None,
        counts="12 words added, 5 removed." if number > 1 else "",
        standing="Written by people at the event. The council has not agreed to it.",
        promise="We listen, the council decides.",
        hashtag="RiverDay",
        commit="0" * 40,
    )


@dataclass
class Newsroom:
    database: Database
    settings: Settings
    vault: Vault = field(default_factory=lambda: Vault(SECRET))
    event_id: int = 0
    draft_id: int = 0
    written: bool = True
    """Whether what is released is ready to be announced."""

    def open(self) -> "Newsroom":
        with self.database.write() as session:
            event = Event(slug="river", title="River day", created=NOON)
            session.add(event)
            session.flush()
            draft = Draft(event_id=event.id, slug="charter", title="Charter", epoch="e", created=NOON)
            session.add(draft)
            session.flush()
            self.event_id, self.draft_id = event.id, draft.id
        return self

    def connects(self, kind: str, name: str = "", **fields: str) -> int:
        return self.keeps(connecting.read(self.ground, kind=kind, name=name, fields=fields))

    def keeps(self, connection: connecting.Connection) -> int:
        """For kinds whose account is complete only after somebody signed in there."""
        with self.database.write() as session:
            return connecting.save(session, self.vault, connection, event_id=self.event_id, at=NOON).id

    def releases(self, number: int = 1, at: datetime = NOON, *, major: bool = True) -> int:
        """Version `number` is public from now on; returns the revision's id."""
        with self.database.write() as session:
            revision = _revision(self.event_id, self.draft_id, number)
            session.add(revision)
            session.flush()
            outbox.queue(
                session, event_id=self.event_id, revision_id=revision.id, draft_id=self.draft_id, at=at, major=major
            )
            return revision.id

    def describe(self, session: Session, revision_id: int, language: str = "") -> Announcement | None:
        return announcement(session.get_one(Revision, revision_id).number) if self.written else None

    def publisher(self, step: Callable[[str], None] = lambda name: None, patience_s: float = 60) -> Publisher:
        return Publisher(
            self.database, self.vault, describe=self.describe, ground=self.ground, patience_s=patience_s, step=step
        )

    @property
    def ground(self) -> Ground:
        return connecting.ground(allowing_private(self.settings), self.database)

    def delivers(self, at: datetime = NOON) -> None:
        """What the worker does in one round, waiting for the slow ones too."""
        self.publisher().deliver_due(at)

    def posts(self) -> list[Delivery]:
        with self.database.read() as session:
            return list(session.scalars(sa.select(Delivery).order_by(Delivery.id)))

    def post(self) -> Delivery:
        (only,) = self.posts()
        return only

    def channel(self, channel_id: int) -> Channel:
        with self.database.read() as session:
            return session.get_one(Channel, channel_id)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def allowing_private(settings: Settings) -> Settings:
    return replace(settings, allow_private_webhooks=True)


def _revision(event_id: int, draft_id: int, number: int) -> Revision:
    texts: Mapping[str, str] = {"event_slug": "river", "event_title": "River day", "draft_slug": "charter"}
    return Revision(
        event_id=event_id, draft_id=draft_id, number=number, **texts, title="Charter", kind="common", text="x",
        summary="Shorter speeches", rule="one editor", promise={}, licence="CC-BY-SA-4.0",
        base_url="https://drafts.example.org", coauthors=[], accepted=NOON, release_due=NOON, released=NOON,
        place=number,
    )  # fmt: skip


def ground_of(settings: Settings) -> Ground:
    """For what needs no database."""
    return connecting.ground(settings, Database(sa.create_engine("sqlite://")))
