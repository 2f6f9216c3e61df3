"""An event ends: it is closed, warned about, kept for a reason, opened again, and in the end its journals are gone."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.db import Database, now
from drafting.drafts import ending
from drafting.drafts.models import ClientBinding, Draft, JournalRow, Snapshot
from drafting.errors import Invalid, Stale
from drafting.events import closing
from drafting.events.models import Event
from drafting.facts import FactRow
from drafting.people.models import Person
from drafting.reactions import WHERE_WORDS_WERE

LASTS = timedelta(days=30)
SECRET = "Words that nobody should find again in a year"
CLOSED = now()


@pytest.fixture
def event_id(database: Database) -> int:
    with database.write() as session:
        event = Event(slug="open-day", title="Open day", created=CLOSED)
        session.add_all([event, Person(id=1, salt="s", session_key="k", created=CLOSED)])
        session.flush()
        return event.id


def wrote(database: Database, event_id: int, slug: str = "water", rows: int = 3) -> int:
    """A draft with a journal, a snapshot and a writer."""
    with database.write() as session:
        draft = Draft(event_id=event_id, slug=slug, title="Water", kind="common", epoch="one", created=CLOSED)
        session.add(draft)
        session.flush()
        session.add(
            Snapshot(
                draft_id=draft.id, epoch="one", seq=1, journal_bytes=1, state=SECRET.encode(), marks=SECRET.encode(),
                made=CLOSED,
            )
        )  # fmt: skip
        session.add(ClientBinding(draft_id=draft.id, epoch="one", client=7, person_id=1))
        session.add_all(
            JournalRow(draft_id=draft.id, seq=n, person_id=1, clients=[7], at=CLOSED, update=f"{SECRET} {n}".encode())
            for n in range(1, rows + 1)
        )
        return draft.id


def closes(database: Database, event_id: int, at: datetime = CLOSED) -> None:
    with database.write() as session:
        closing.close(session, event_id, by=1, at=at)


def left(database: Database) -> int:
    with database.read() as session:
        tables = (JournalRow, Snapshot, ClientBinding)
        return sum(session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables)


def facts(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(sa.select(FactRow.kind).order_by(FactRow.id)))


def test_thirty_days_after_closing_the_journals_are_gone_and_the_drafts_say_since_when(
    database: Database, event_id: int
) -> None:
    drafts = [wrote(database, event_id), wrote(database, event_id, "paths", rows=2 * ending.ROWS + 1)]
    closes(database, event_id)
    before = left(database)
    assert ending.end_journals(database, CLOSED + LASTS - timedelta(seconds=1), LASTS) == 0
    assert left(database) == before
    over = CLOSED + LASTS
    assert ending.end_journals(database, over, LASTS) == 2
    assert left(database) == 0
    with database.read() as session:
        assert [session.get_one(Draft, draft).journal_destroyed for draft in drafts] == [over, over]
        assert all(session.get_one(Draft, draft).frozen for draft in drafts)
    assert ending.end_journals(database, over + LASTS, LASTS) == 0
    assert facts(database) == ["EventClosed", "JournalsDestroyed"]


def test_what_a_crash_interrupted_is_finished(database: Database, event_id: int) -> None:
    draft_id = wrote(database, event_id)
    closes(database, event_id)
    with database.write() as session:
        session.get_one(Draft, draft_id).journal_destroyed = CLOSED  # and then the power went
    assert ending.end_journals(database, CLOSED, LASTS) == 1
    assert left(database) == 0


def test_a_stated_reason_keeps_them_and_taking_it_back_lets_them_go(database: Database, event_id: int) -> None:
    wrote(database, event_id)
    closes(database, event_id)
    with pytest.raises(Invalid):
        closing.reasoned("")
    with database.write() as session:
        closing.keep_journals(session, event_id, because="The council asked.", by=1, at=CLOSED)
    before = left(database)
    assert ending.end_journals(database, CLOSED + 10 * LASTS, LASTS) == 0
    assert left(database) == before
    with database.write() as session:
        closing.keep_journals(session, event_id, because="", by=1, at=CLOSED)
    assert ending.end_journals(database, CLOSED + 10 * LASTS, LASTS) == 1
    assert left(database) == 0


def test_it_opens_again_only_as_long_as_the_journals_exist(database: Database, event_id: int) -> None:
    wrote(database, event_id)
    closes(database, event_id)
    with pytest.raises(Stale):
        closes(database, event_id)
    with database.write() as session:
        ending.reopen(session, event_id, by=1, at=CLOSED)
    with pytest.raises(Stale), database.write() as session:
        ending.reopen(session, event_id, by=1, at=CLOSED)
    with pytest.raises(Stale), database.write() as session:
        closing.keep_journals(session, event_id, because="x", by=1, at=CLOSED)
    assert ending.end_journals(database, CLOSED + 10 * LASTS, LASTS) == 0
    closes(database, event_id, CLOSED + LASTS)
    assert ending.end_journals(database, CLOSED + LASTS, LASTS) == 0  # the days count from the last closing
    assert ending.end_journals(database, CLOSED + 2 * LASTS, LASTS) == 1
    with pytest.raises(Stale, match="removed"), database.write() as session:
        ending.reopen(session, event_id, by=1, at=CLOSED)


def test_an_open_event_keeps_its_journals_for_ever(database: Database, event_id: int) -> None:
    wrote(database, event_id)
    assert ending.end_journals(database, CLOSED + 100 * LASTS, LASTS) == 0
    assert left(database) > 0


def test_destroyed_means_destroyed_in_every_byte_of_the_files(
    database: Database, database_url: str, event_id: int
) -> None:
    wrote(database, event_id, rows=500)
    closes(database, event_id)
    ending.end_journals(database, CLOSED + LASTS, LASTS)
    database.erase([table.__tablename__ for table in WHERE_WORDS_WERE])
    assert left(database) == 0
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        files = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
        assert path in files
        assert [file.name for file in files if SECRET.encode() in file.read_bytes()] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL cleans around its readers
def test_nothing_is_called_erased_while_somebody_still_reads_the_old_pages(database: Database, event_id: int) -> None:
    wrote(database, event_id)
    closes(database, event_id)
    with database.read() as session:
        assert session.scalars(sa.select(JournalRow.seq)).first() == 1
        ending.end_journals(database, CLOSED + LASTS, LASTS)
        with pytest.raises(Exception, match="reads") as refused:
            database.erase(["journal"])
    assert type(refused.value).__name__ == "Busy"
    database.erase(["journal"])
