"""A house with an event, a draft and an editor, on both databases, with the reactions that run at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from drafting import reactions
from drafting.db import Database, prepare
from drafting.drafts import strikes
from drafting.drafts.models import Draft
from drafting.drafts.starting import start_draft
from drafting.events import opening, promising
from drafting.people import joining
from drafting.people.tokens import Mint
from drafting.record.models import Revision
from drafting.review import deciding, proposing
from drafting.review.accepting import House
from drafting.tables import METADATA

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass
class Table:
    """Verbs for a drafting team. Everybody's acts are transactions of their own."""

    database: Database
    house: House
    event_id: int
    draft_id: int
    people: dict[str, int]

    def put_forward(
        self, text: str, *, by: str = "bob", words: dict[str, int] | None = None, summary: str = "More"
    ) -> int:
        counted = {str(self.people[name]): count for name, count in (words or {"bob": 50}).items()}
        with self.database.write() as session:
            draft = session.get_one(Draft, self.draft_id)
            snapshot = proposing.Snapshot(text, b"\0", counted, strikes=strikes.count(session, draft.id))
            return proposing.put_forward(session, draft, snapshot, summary=summary, by=self.people[by], at=NOON).id

    def accept(self, proposal: int, *, by: str = "ada", seen_base: int = 0, at: datetime = NOON) -> Revision:
        with self.database.write() as session:
            made = deciding.press(session, self.house, proposal, seen_base=seen_base, by=self.people[by], at=at)
        assert made is not None
        return made

    def versions(self) -> list[Revision]:
        with self.database.read() as session:
            return list(session.scalars(sa.select(Revision).order_by(Revision.number)))


@pytest.fixture
def table(database_url: str, mint: Mint) -> Iterator[Table]:
    yield from a_table(database_url, mint, "common")


@pytest.fixture
def notes(database_url: str, mint: Mint) -> Iterator[Table]:
    yield from a_table(database_url, mint, "notes")


def a_table(url: str, mint: Mint, kind: str) -> Iterator[Table]:
    engine = prepare(sa.create_engine(url))
    METADATA.create_all(engine)
    database = Database(engine, at_once=reactions.at_once)
    with database.write() as session:
        event = opening.open_event(session, opening.Particulars("River"), slug="river", by=None, at=NOON)
        promising.make_promise(session, event.id, promising.Card(decider_office="The council"), by=None, at=NOON)
        draft = start_draft(session, event_id=event.id, title="Minutes", kind=kind, by=None, at=NOON)
        people = {}
        for name, shows in {"ada": True, "eve": False, "bob": True, "cy": False}.items():
            person = joining.new_person(session, name=name.title(), shows_name=shows, at=NOON)
            joining.grant(
                session, person, event_id=event.id, role="editor" if name in "ada eve" else "drafter", at=NOON
            )
            people[name] = person.id
    house = House("https://drafts.example.org", "drafts.example.org", mint, timedelta(minutes=10))
    yield Table(database, house, event.id, draft.id, people)
    database.close()
