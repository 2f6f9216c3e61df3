"""An installation with an event in it, made with the product's own functions, for tests that look at pages."""

import secrets
import threading
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa
from flask import Flask

from drafting import announcing
from drafting.app import create_app
from drafting.cli.running import make_worker
from drafting.config import Settings
from drafting.db import now
from drafting.drafts import authorship, journal, plain
from drafting.drafts.batches import Row
from drafting.drafts.models import Draft
from drafting.drafts.starting import start_draft
from drafting.events import opening, promising
from drafting.events.models import Event
from drafting.people import joining, signing_in
from drafting.people.models import JoinLink, Person
from drafting.publishing.publisher import Publisher
from drafting.reactions import Workshop
from drafting.record import projection
from drafting.record.models import Revision
from drafting.review import deciding, proposing
from drafting.review.models import Proposal
from drafting.tables import METADATA
from drafting.web.services import NAME, Services
from drafting.worker import Worker
from tests.web.visitor import Visitor

COUNCIL = promising.Card(
    level="engage",
    decider_office="The town council",
    decider_person="The head of parks",
    open_points="Paths, lights and benches.",
    closed_points="The flood wall.",
    use="It becomes the draft of the river plan.",
    answer_by=date(2031, 3, 31),
    signed_by="The head of parks",
    signed_on=date(2026, 5, 4),
)


class World:
    """`app` is the product; everything else is put into its database. Pages see it as they see anything."""

    def __init__(self, settings: Settings) -> None:
        self.app: Flask = create_app(settings)
        self.services: Services = self.app.extensions[NAME]
        METADATA.create_all(self.services.database.engine)

    def visitor(self) -> Visitor:
        return Visitor(self.app)

    def person(self, name: str | None, *, shows_name: bool = False, operator: bool = False) -> Person:
        with self.services.database.write() as session:
            return joining.new_person(session, name=name, shows_name=shows_name, at=now(), operator=operator)

    def signed_in(self, person: Person) -> Visitor:
        """A browser in which `person` has used a sign-in link."""
        mint = self.services.mint
        with self.services.database.write() as session:
            token = signing_in.make_sign_in_link(session, mint, person.id, at=now(), minutes=5)
        visitor = self.visitor()
        visitor.opens(f"/-/sign-in/{token}")
        visitor.presses("Sign in")
        return visitor

    def event(
        self, title: str = "A river for everyone", *, slug: str = "river", card: promising.Card = COUNCIL, **said: str
    ) -> Event:
        with self.services.database.write() as session:
            particulars = opening.Particulars(title=title, **said)  # type: ignore[arg-type]
            event = opening.open_event(session, particulars, slug=slug, by=None, at=now())
            promising.make_promise(session, event.id, card, by=None, at=now())
            return event

    def member(self, event: Event, role: str, name: str | None = None, *, shows_name: bool = False) -> Person:
        person = self.person(name, shows_name=shows_name)
        with self.services.database.write() as session:
            joining.grant(session, session.get_one(Person, person.id), event_id=event.id, role=role, at=now())
        return person

    def link(self, event: Event, role: str = "drafter", draft: Draft | None = None) -> tuple[JoinLink, str, str]:
        """A link, its token and its code."""
        mint = self.services.mint
        with self.services.database.write() as session:
            link = joining.make_link(
                session, mint, event_id=event.id, role=role, at=now(), draft_id=draft.id if draft else None
            )
        return link, mint.link_token(link.salt), mint.link_code(link.salt)

    def draft(self, event: Event, title: str, *, kind: str = "common", slug: str | None = None) -> Draft:
        with self.services.database.write() as session:
            return start_draft(session, event_id=event.id, title=title, kind=kind, slug=slug, at=now())

    def writes(self, person: Person, draft: Draft, text: str) -> None:
        """Bring the live text to `text`."""
        with self.services.database.write() as session:
            past = journal.past(session, draft.id)
            client = secrets.randbits(32)
            update = plain.merge(past, past.last_seq, text, client)
            assert update is not None
            row = Row(past.last_seq + 1, person.id, (client,), update)
            journal.add(session, [journal.Entry(draft.id, draft.epoch, (row,), {client: person.id})], now())

    def puts_forward(self, person: Person, draft: Draft, summary: str) -> Proposal:
        with self.services.database.write() as session:
            snapshot = proposing.Snapshot.of(authorship.weigh(journal.past(session, draft.id, marks=True)))
            return proposing.put_forward(session, draft, snapshot, summary=summary, by=person.id, at=now())

    def latest_proposal(self) -> Proposal:
        with self.services.database.read() as session:
            return session.scalars(sa.select(Proposal).order_by(Proposal.id.desc()).limit(1)).one()

    def accepts(self, person: Person, proposal: Proposal, at: datetime | None = None) -> Revision:
        with self.services.database.write() as session:
            made = deciding.press(
                session, self.services.house, proposal.id, seen_base=proposal.base, by=person.id, at=at or now()
            )
        assert made is not None
        return made

    def writes_down(self, event: Event) -> list[str]:
        """Do the worker's part: what was published enters the public history. The new commit ids, oldest first."""
        shop = self.services
        return projection.project(shop.database, shop.settings.repo_store, shop.signer, event.id)

    def publishes(self, person: Person, draft: Draft, text: str, summary: str) -> Revision:
        """Write, put forward and accept in one go."""
        self.writes(person, draft, text)
        return self.accepts(person, self.puts_forward(person, draft, summary))

    def worker_works(self) -> None:
        """One round of the worker, with all that it began in threads of its own."""
        make_worker(self.services).round(now())
        for thread in threading.enumerate():
            if thread.name.startswith(("post-", "courier", "postman")):
                thread.join()

    def worker_posts(self) -> None:
        """What the worker does with the outbox, and nothing else of it."""
        services = self.services
        describe = partial(announcing.describe, pictures=services.ground.pictures)
        outbox = Publisher(services.database, services.vault, describe=describe, ground=services.ground, patience_s=60)
        outbox.deliver_due(now())

    def worker_follows(self) -> None:
        """What the worker does after what was published: commits, and where passages come from."""
        services = self.services
        settings = services.settings
        folders = settings.images, settings.parcels, settings.kept
        workshop = Workshop(services.database, settings.repo_store, services.signer, *folders, settings.base_url)
        nothing = settings.data / "heartbeat"
        Worker(workshop, errands=(), heartbeat=nothing).follow_facts(now())
