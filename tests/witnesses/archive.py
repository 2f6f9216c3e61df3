"""An event whose versions are written into its record and copied elsewhere, in verbs. Time is what the test says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from drafting.config import Settings
from drafting.db import Database
from drafting.drafts.striking import pattern
from drafting.people.models import Person
from drafting.publishing.vault import Vault
from drafting.record import redacting
from drafting.record.projection import project
from drafting.record.signing import Signer
from drafting.witnesses import mirrors
from drafting.witnesses.copying import Copier
from drafting.witnesses.models import Mirror
from tests.record.shelf import NOON, Shelf
from tests.witnesses.far_side import TOKEN

SECRET = b"v" * 32


def copier(
    database: Database, store: Path, *, push_s: float = 60, patience_s: float = 120,
    step: Callable[[str], None] = lambda name: None,
) -> Copier:  # fmt: skip
    """Waits for the slow ones, too."""
    return Copier(
        database, store, Vault(SECRET), allow_private=True, push_s=push_s, patience_s=patience_s, step=step
    )  # fmt: skip


class Archive:
    def __init__(self, shelf: Shelf, settings: Settings) -> None:
        self.shelf = shelf
        self.database = shelf.database
        self.settings = replace(settings, allow_private_webhooks=True)
        self.signer = Signer(settings.key_file("record_ed25519"))
        self.vault = Vault(SECRET)

    def publishes(self, *texts: str) -> None:
        for text in texts:
            self.shelf.publishes(text)
        project(self.database, self.settings.repo_store, self.signer, self.shelf.event_id)

    def takes_out(self, words: str, at: datetime) -> None:
        """Out of all versions, and the record is written anew."""
        wanted, draft_id = pattern(words), self.shelf.draft("lamps")
        with self.database.write() as session:
            person = Person(salt="s", session_key="k", created=at)
            session.add(person)
            session.flush()
            held = redacting.holding(session, draft_id, wanted)
            redacting.redact(session, held, wanted, because="the name of somebody", by=person.id, at=at)
            mirrors.look_again(session, self.shelf.event_id, at)
        project(self.database, self.settings.repo_store, self.signer, self.shelf.event_id)

    def commits(self) -> list[str]:
        return [str(each) for each in self.shelf.ids()]

    def is_copied_to(self, address: str, token: str = TOKEN) -> int:
        place = mirrors.read(self.settings, address=address, user="", token=token)
        with self.database.write() as session:
            return mirrors.add(session, self.vault, place, event_id=self.shelf.event_id, at=NOON).id

    def copies(self, at: datetime = NOON, *, push_s: float = 60) -> int:
        return copier(self.database, self.settings.repo_store, push_s=push_s).copy_due(at)

    def copy(self) -> Mirror:
        with self.database.read() as session:
            return session.scalars(sa.select(Mirror)).one()


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)
