"""What views work with: built once by `create_app`, found through `app.extensions`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from ..config import Settings
from ..db import Database
from ..drafts.rooms import Rooms
from ..people.tokens import Mint
from ..pool import Pool
from ..publishing.vault import Vault
from ..record.signing import Signer
from ..review.accepting import House

NAME = "drafting"


@dataclass(frozen=True)
class Services:
    settings: Settings
    sql: SQLAlchemy
    database: Database
    pool: Pool
    mint: Mint
    vault: Vault
    signer: Signer
    rooms: Rooms
    house: House


def make_house(settings: Settings, mint: Mint) -> House:
    """What an acceptance needs to know of this installation."""
    wait = timedelta(minutes=settings.limits.notes_wait_minutes)
    return House(base_url=settings.base_url, host=settings.host, mint=mint, notes_wait=wait)


def services() -> Services:
    found = current_app.extensions[NAME]
    assert isinstance(found, Services)
    return found


def reading() -> Session:
    """The request's session for reading: Flask-SQLAlchemy's, closed at the end of the request."""
    return services().sql.session()


@contextmanager
def writing() -> Iterator[Session]:
    """One short transaction. What the request has read so far is read afresh afterwards."""
    with services().database.write() as session:
        yield session
    read_anew()
    g.pop("actor", None)


def read_anew() -> None:
    """What the request has read so far is read afresh when it is asked for next."""
    reading().rollback()
    reading().expire_all()
