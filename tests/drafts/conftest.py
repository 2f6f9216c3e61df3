"""A draft in a real database, and open rooms on this thread's loop."""

from collections.abc import Iterator

import pytest

from drafting.config import Limits
from drafting.db import Database, now
from drafting.drafts.models import Draft
from drafting.drafts.rooms import Rooms
from drafting.drafts.starting import start_draft
from drafting.events.models import Event
from drafting.people.models import Person

PEOPLE = (1, 2, 3, 4)


@pytest.fixture
def event_id(database: Database) -> int:
    """An event with a few people."""
    with database.write() as session:
        event = Event(slug="open-day", title="Open day", created=now())
        session.add(event)
        session.add_all(Person(id=n, salt="s", session_key="k", created=now()) for n in PEOPLE)
        session.flush()
        return event.id


@pytest.fixture
def draft(database: Database, event_id: int) -> Draft:
    with database.write() as session:
        return start_draft(session, event_id=event_id, title="Water", kind="common", at=now())


@pytest.fixture
def rooms(database: Database) -> Iterator[Rooms]:
    rooms = Rooms(database, Limits())
    rooms.start()
    yield rooms
    rooms.close_all()
