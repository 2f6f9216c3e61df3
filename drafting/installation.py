"""One installation without its pages: what a command, the worker and the site all work with."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from . import reactions
from .config import Settings
from .db import Database, prepare
from .generation import Generation
from .people.tokens import Mint
from .publishing import connecting
from .publishing.channels.kind import Ground
from .publishing.fediverse.abroad import Abroad
from .publishing.fediverse.keys import Seal
from .publishing.vault import Vault
from .record.signing import Signer
from .review.accepting import House


@dataclass(frozen=True)
class Installation:
    """Safe to share between threads."""

    settings: Settings
    database: Database
    generation: Generation
    mint: Mint
    vault: Vault
    ground: Ground
    signer: Signer
    seal: Seal
    house: House

    def abroad(self) -> Abroad:
        """A way to speak to other servers of the fediverse."""
        return Abroad(self.settings.base_url, self.seal, allow_private=self.settings.allow_private_webhooks)


def open_installation(settings: Settings, engine: sa.Engine | None = None) -> Installation:
    """The installation that `settings` describe; folders and keys that it lacks are made.

    `engine`: where somebody else has a connection pool for the same database.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.repo_store.mkdir(parents=True, exist_ok=True)
    generation = Generation(settings.data / "generation")
    database = Database(prepare(engine or sa.create_engine(settings.database)), at_once=reactions.at_once)
    database.written.append(generation.renew)
    mint = Mint(settings.secret("tokens"))
    wait = timedelta(minutes=settings.limits.notes_wait_minutes)
    return Installation(
        settings=settings,
        database=database,
        generation=generation,
        mint=mint,
        vault=Vault(settings.secret("vault")),
        ground=connecting.ground(settings, database),
        seal=Seal(settings.key_file("fediverse_rsa.pem")),
        signer=Signer(settings.key_file("record_ed25519")),
        house=House(base_url=settings.base_url, host=settings.host, mint=mint, notes_wait=wait),
    )
