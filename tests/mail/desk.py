"""An event that writes letters: publishing, asking, confirming, and the postman, in verbs."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import sqlalchemy as sa

from drafting import announcing
from drafting.config import Settings
from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.publishing import connecting
from drafting.publishing.mail import subscribing
from drafting.publishing.mail.models import Edition, Subscription
from drafting.publishing.mail.postman import Postman
from drafting.publishing.mail.subscribing import Wish
from tests.mail.post_office import PostOffice
from tests.web.visitor import Page, Visitor
from tests.web.world import World

BASE = "https://drafts.example.org"
TEXT = "Light the path until midnight. Repair the benches along the river before the summer.\n"


def settings_of(folder: Path, office: PostOffice | None, database_url: str = "") -> Settings:
    return Settings(
        data=folder / "data",
        repo_store=folder / "repos",
        base_url=BASE,
        base_url_given=True,
        database_url=database_url,
        mail=office.server if office else None,
    )


@dataclass
class Desk:
    world: World
    office: PostOffice
    event: Event
    draft: Draft
    ada: Person
    channel_id: int
    written: str = TEXT

    @classmethod
    def opens(cls, folder: Path, office: PostOffice, database_url: str = "") -> "Desk":
        world = World(settings_of(folder, office, database_url))
        event = world.event(timezone="Europe/Berlin")
        draft = world.draft(event, "Charter", slug="charter")
        services = world.services
        with services.database.write() as session:
            channel_id = connecting.connect(
                session, services.vault, services.ground, event_id=event.id, kind="mail", name="",
                fields={"sender": "River office, Town Hall", "answers": "office@example.org"}, at=now(),
            ).id  # fmt: skip
        return cls(world, office, event, draft, world.member(event, "editor", "Ada"), channel_id)

    def publishes(self, more: str, draft: Draft | None = None) -> None:
        """A version that says `more`, and what the worker makes of it, but for the letters."""
        self.written += f"\n{more}\n"
        self.world.publishes(self.ada, draft or self.draft, self.written, "More of it.")
        self.world.worker_follows()
        self.world.worker_posts()

    def asks(self, address: str, **said: str) -> Page:
        reader = self.world.visitor()
        reader.opens("/e/river/-/letters")
        return reader.presses("Go on", address=address, **{"rhythm": "at_once", **said})

    def sends(self, at: datetime | None = None) -> None:
        """One round of the postman."""
        postman = self.postman()
        postman.send_due(at or now())
        postman.wait()

    def postman(self, patience_s: float = 10) -> Postman:
        services = self.world.services
        return Postman(
            services.database, services.vault, services.settings.mail, BASE, title=announcing.title,
            patience_s=patience_s,
        )  # fmt: skip

    def has_reader(self, address: str, **said: str) -> Visitor:
        """Somebody who asked and confirmed; back comes their browser at their own page."""
        self.asks(address, **said)
        self.sends()
        reader = self.world.visitor()
        reader.opens(own_page(self.letters(address)[-1]))
        reader.presses("Yes, write to me")
        return reader

    def has_readers(self, addresses: list[str]) -> None:
        """Many at once, without the pages."""
        vault, mint = self.world.services.vault, self.world.services.mint
        with self.world.services.database.write() as session:
            for address in addresses:
                subscribing.ask(session, vault, mint, Wish(self.event.id, None, "at_once"), address, now())
            session.flush()
            for row in session.scalars(sa.select(Subscription)):
                subscribing.confirm(session, row, now())
                row.card, row.due = False, None

    def letters(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.office.got if letter["To"] == address]

    def news(self, address: str) -> list[EmailMessage]:
        """Without those that ask for a confirmation."""
        return [letter for letter in self.letters(address) if "confirm" not in letter["Subject"]]

    def subscriptions(self) -> list[Subscription]:
        with self.world.services.database.read() as session:
            return list(session.scalars(sa.select(Subscription).order_by(Subscription.id)))

    def editions(self) -> list[Edition]:
        with self.world.services.database.read() as session:
            return list(session.scalars(sa.select(Edition).order_by(Edition.id)))

    def time_passes(self, by: timedelta) -> None:
        """Everything that waits for a moment, and every lease, comes so much nearer."""
        with self.world.services.database.write() as session:
            for row in session.scalars(sa.select(Subscription)):
                row.asked -= by
                row.made -= by
                row.cards_since -= by
                row.due = row.due and row.due - by
                row.lease_until = row.lease_until and row.lease_until - by
                row.first_tried = row.first_tried and row.first_tried - by


def own_page(letter: EmailMessage) -> str:
    """The address of the reader's own page on our side, without the host."""
    found = re.search(rf"{BASE}(/e/river/-/letters/[\w-]{{43}})", words(letter))
    assert found is not None, words(letter)
    return found[1]


def words(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())
