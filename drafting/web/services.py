"""What views work with: built once by `create_app`, found through `app.extensions`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from ..drafts.rooms import Rooms
from ..installation import Installation
from ..pool import Pool
from .renderings import Renderings

NAME = "drafting"


@dataclass(frozen=True)
class Services(Installation):
    sql: SQLAlchemy
    pool: Pool
    renderings: Renderings
    rooms: Rooms


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
