"""What somebody had seen when they last looked, on both databases."""

from datetime import timedelta

from drafting.drafts.models import Draft
from drafting.review import looking
from drafting.web import telling
from tests.review.conftest import NOON, Table

MINUTE = timedelta(minutes=1)


def looks(table: Table, minutes: float) -> None:
    with table.database.write() as session:
        looking.look(session, table.event_id, table.draft_id, table.people["bob"], NOON + minutes * MINUTE)


def before(table: Table, minutes: float) -> tuple[int, int] | None:
    """Minute and version of the last visit before."""
    with table.database.read() as session:
        seen = looking.before(session, table.draft_id, table.people["bob"], NOON + minutes * MINUTE)
    return None if seen is None else (int((seen.at - NOON) / MINUTE), seen.number)


def test_looks_within_half_an_hour_are_one_visit_and_the_one_before_is_what_counts(table: Table):
    assert before(table, 0) is None
    looks(table, 0)
    assert before(table, 5) is None, "still the first visit"
    looks(table, 20)
    table.accept(table.put_forward("First"))
    assert before(table, 60) == (20, 0)
    looks(table, 60)
    assert before(table, 61) == (20, 0), "a page that is loaded again says the same"
    looks(table, 85)
    assert before(table, 86) == (20, 0)
    assert before(table, 120) == (85, 1)


def test_a_look_just_after_another_is_not_written_down(table: Table):
    looks(table, 0)
    with table.database.read() as session:
        due = [
            looking.is_due(session, table.draft_id, table.people["bob"], NOON + minutes * MINUTE)
            for minutes in (0.5, 2)
        ]
        assert due == [False, True]
        assert looking.is_due(session, table.draft_id, table.people["ada"], NOON)


def test_what_is_told_of_a_draft_is_found_in_both_databases(table: Table):
    table.accept(table.put_forward("First"))
    with table.database.read() as session:
        rows = session.scalars(telling.of_draft(session.get_one(Draft, table.draft_id)))
        assert [row.kind for row in rows] == ["DraftStarted", "ProposalMade", "RevisionAccepted", "RevisionReleased"]
