"""Suggestions and comments in the database: every step, by whom, and who is too late."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from drafting.drafts import freezing
from drafting.drafts.anchors import Anchor, Named
from drafting.drafts.models import Draft
from drafting.errors import Invalid, NotAllowed, Refused, Stale
from drafting.facts import FactRow
from drafting.review import commenting, hiding, remarks, suggesting
from drafting.review.models import Remark
from tests.review.conftest import NOON, Table

DARK = Named(Anchor(ids=((7, 12, 4),)), "dark")


def suggest(table: Table, *, by: str = "bob", words: str = "dim", named: Named = DARK) -> int:
    with table.database.write() as session:
        draft = session.get_one(Draft, table.draft_id)
        made = suggesting.suggest(session, draft, named, words=words, reason="", by=table.people[by], at=NOON)
        return made.id


def say(
    table: Table, kind: str = "question", *, named: Named | None = DARK, by: str = "bob", words: str = "Why?"
) -> int:
    with table.database.write() as session:
        draft = session.get_one(Draft, table.draft_id)
        return commenting.say(session, draft, kind, named, words=words, by=table.people[by], at=NOON).id


def state(table: Table, remark: int) -> str:
    with table.database.read() as session:
        return remarks.find(session, remark).state


def facts(table: Table) -> list[str]:
    with table.database.read() as session:
        kinds = list(session.scalars(sa.select(FactRow.kind).order_by(FactRow.id)))
    return [kind for kind in kinds if kind.startswith(("Suggestion", "Comment", "Reply", "Remark"))]


def accept(table: Table, remark: int, *, taken: str | None = None, by: str = "ada") -> None:
    with table.database.write() as session:
        suggesting.accept(session, remark, taken=taken, by=table.people[by], at=NOON)


def test_a_suggestion_is_accepted_once(table: Table):
    one = suggest(table)
    accept(table, one, taken="dim and grey")
    with pytest.raises(Stale):
        accept(table, one, by="eve")
    with table.database.read() as session:
        found = remarks.find(session, one)
        assert (found.state, found.taken, found.decided_by) == ("accepted", "dim and grey", table.people["ada"])
    assert facts(table) == ["SuggestionMade", "SuggestionAccepted"]


def test_what_is_hidden_is_not_accepted(table: Table):
    one = suggest(table)
    with table.database.write() as session:
        hiding.hide(session, "remark", one, because="A name.", by=table.people["ada"], at=NOON)
    with pytest.raises(Stale):
        accept(table, one)
    assert state(table, one) == "open"


def test_what_was_declined_keeps_its_reason_and_can_be_taken_up_again(table: Table):
    one = suggest(table)
    with table.database.write() as session:
        suggesting.decline(session, one, reason="It says the same.", by=table.people["ada"], at=NOON)
    with table.database.read() as session:
        assert remarks.find(session, one).outcome == "It says the same."
    with pytest.raises(Stale), table.database.write() as session:
        suggesting.decline(session, one, reason="Again.", by=table.people["eve"], at=NOON)
    with table.database.write() as session:
        suggesting.take_up_again(session, one, by=table.people["ada"], at=NOON)
    assert state(table, one) == "open"
    assert facts(table) == ["SuggestionMade", "SuggestionDeclined", "SuggestionReopened"]


def test_only_who_made_it_takes_it_back(table: Table):
    one = suggest(table)
    with pytest.raises(NotAllowed), table.database.write() as session:
        suggesting.withdraw(session, one, by=table.people["ada"], at=NOON)
    with table.database.write() as session:
        suggesting.withdraw(session, one, by=table.people["bob"], at=NOON)
    assert state(table, one) == "withdrawn"


def test_a_question_is_answered_resolved_and_opened_again(table: Table):
    one = say(table)
    with table.database.write() as session:
        remarks.reply(session, one, words="Because of the trees.", by=table.people["cy"], at=NOON)
        commenting.resolve(session, one, outcome="It is in the text.", by=table.people["ada"], at=NOON)
    with table.database.read() as session:
        assert [reply.words for reply in remarks.replies(session, [one])[one]] == ["Because of the trees."]
        assert remarks.open_counts(session, table.draft_id)["question"] == 0
    with table.database.write() as session:
        commenting.reopen(session, one, by=table.people["bob"], at=NOON)
    with table.database.read() as session:
        assert remarks.open_counts(session, table.draft_id) == {
            "suggestion": 0, "comment": 0, "question": 1, "challenge": 0,
        }  # fmt: skip


def test_what_is_hidden_leaves_a_reason_and_comes_back(table: Table):
    one = say(table, "challenge")
    with table.database.write() as session:
        hiding.hide(session, "remark", one, because="It names a neighbour.", by=table.people["ada"], at=NOON)
    with table.database.read() as session:
        assert remarks.find(session, one).hidden_because == "It names a neighbour."
        assert remarks.open_counts(session, table.draft_id)["challenge"] == 0
    with pytest.raises(Stale), table.database.write() as session:
        hiding.hide(session, "remark", one, because="Again.", by=table.people["ada"], at=NOON)
    with table.database.write() as session:
        hiding.show(session, "remark", one, by=table.people["ada"], at=NOON)
    with table.database.read() as session:
        assert remarks.find(session, one).hidden is None


@pytest.mark.parametrize(
    "attempt",
    [
        lambda table: suggest(table, words="dark"),
        lambda table: suggest(table, words="x" * 20_001),
        lambda table: say(table, "rumour"),
        lambda table: say(table, words=""),
        lambda table: say(table, "suggestion"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(table: Table, attempt):
    with pytest.raises(Invalid):
        attempt(table)
    with table.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Remark)) == 0


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("suggestion", lambda s, n: commenting.resolve(s, n, outcome="", by=1, at=NOON)),
        ("question", lambda s, n: suggesting.decline(s, n, reason="No.", by=1, at=NOON)),
        ("question", lambda s, n: suggesting.accept(s, n, taken=None, by=1, at=NOON)),
        ("suggestion", lambda s, n: suggesting.decline(s, n, reason="", by=1, at=NOON)),
        ("suggestion", lambda s, n: suggesting.take_up_again(s, n, by=1, at=NOON)),
        ("question", lambda s, n: commenting.reopen(s, n, by=1, at=NOON)),
        ("question", lambda s, n: remarks.reply(s, n, words="", by=1, at=NOON)),
        ("question", lambda s, n: hiding.hide(s, "remark", n, because="", by=1, at=NOON)),
        ("question", lambda s, n: hiding.show(s, "remark", n, by=1, at=NOON)),
    ],
)
def test_steps_that_do_not_fit_are_refused(table: Table, kind: str, step):
    one = suggest(table) if kind == "suggestion" else say(table)

    def act(session: Session) -> None:
        step(session, one)

    with pytest.raises(Refused), table.database.write() as session:
        act(session)
    assert state(table, one) == "open"


def test_something_can_be_said_beside_a_frozen_draft_but_not_beside_one_whose_live_text_is_gone(table: Table):
    with table.database.write() as session:
        freezing.freeze(session, session.get_one(Draft, table.draft_id), because="We read it.", by=1, at=NOON)
    assert state(table, say(table)) == "open"
    with table.database.write() as session:
        session.get_one(Draft, table.draft_id).journal_destroyed = NOON
    with pytest.raises(Stale):
        say(table)


def test_a_draft_is_frozen_and_unfrozen_once_each_with_a_reason(table: Table):
    def act(step, **more):
        with table.database.write() as session:
            step(session, session.get_one(Draft, table.draft_id), by=1, at=NOON, **more)

    with pytest.raises(Refused):
        act(freezing.freeze, because="")
    with pytest.raises(Stale):
        act(freezing.unfreeze)
    act(freezing.freeze, because="We read it.")
    with pytest.raises(Stale):
        act(freezing.freeze, because="So do we.")
    act(freezing.unfreeze)
    with table.database.read() as session:
        draft = session.get_one(Draft, table.draft_id)
        assert (draft.frozen, draft.frozen_because) == (None, "")
        kinds = [row.kind for row in session.scalars(sa.select(FactRow).order_by(FactRow.id))]
    assert kinds[-2:] == ["DraftFrozen", "DraftUnfrozen"]
