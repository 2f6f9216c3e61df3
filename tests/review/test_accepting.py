"""One acceptance, one of everything."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from drafting.errors import Invalid, NotAllowed, Stale
from drafting.facts import FactRow
from drafting.publishing.models import Channel, Delivery
from drafting.record import history, releasing
from drafting.record.models import Credit, Revision
from drafting.review import proposing, waiting, withdrawing
from drafting.review.crediting import credited
from drafting.review.models import Proposal
from tests.review.conftest import NOON, Table


def test_an_accepted_common_text_is_released_in_the_same_moment(table: Table) -> None:
    version = table.accept(table.put_forward("# Hello\n"))
    assert (version.number, version.released, version.place) == (1, NOON, 1)
    with table.database.read() as session:
        kinds = list(session.scalars(sa.select(FactRow.kind).order_by(FactRow.id)))
    assert kinds[-3:] == ["ProposalMade", "RevisionAccepted", "RevisionReleased"]


def test_one_outbox_row_per_channel_is_written_with_the_release(table: Table) -> None:
    with table.database.write() as session:
        for name in ("feed", "other"):
            session.add(Channel(event_id=table.event_id, kind="by_hand", name=name, secret=b"", created=NOON))
    table.accept(table.put_forward("# Hello\n"))
    with table.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Delivery.id))) == 3, "and one for the event's own account"


def test_two_editors_who_accept_at_once_get_one_version(table: Table) -> None:
    first, second = table.put_forward("one\n", by="bob"), table.put_forward("two\n", by="cy")
    start, outcomes = threading.Barrier(2), []

    def accept(proposal: int, by: str) -> None:
        start.wait()
        try:
            outcomes.append(table.accept(proposal, by=by).number)
        except Stale as stale:
            outcomes.append(stale.facts["base"])

    editors = [threading.Thread(target=accept, args=a) for a in ((first, "ada"), (second, "eve"))]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    assert outcomes == [1, 1], "one has version 1, the other was told that version 1 is there now"
    assert [v.number for v in table.versions()] == [1]


def test_the_second_editor_may_accept_after_seeing_the_new_difference(table: Table) -> None:
    first, second = table.put_forward("one\n", by="bob"), table.put_forward("two\n", by="cy")
    table.accept(first)
    with pytest.raises(Stale) as refused:
        table.accept(second, by="eve", seen_base=0)
    assert refused.value.facts["base"] == 1
    assert table.accept(second, by="eve", seen_base=1).number == 2


def test_accepting_twice_is_accepting_once(table: Table) -> None:
    proposal = table.put_forward("one\n")
    table.accept(proposal)
    with pytest.raises(Stale):
        table.accept(proposal, seen_base=1)
    assert len(table.versions()) == 1


def test_a_version_keeps_promise_and_address_as_they_were(table: Table) -> None:
    version = table.accept(table.put_forward("one\n"))
    assert version.promise["decider"] == "The council" and version.promise["level"] == "consult"
    assert version.url == "https://drafts.example.org/e/river/minutes/1"


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ({1: 20, 2: 1000}, [2, 1]),  # twenty words are enough
        ({1: 19, 2: 1000}, [2]),  # fewer, and under five per cent
        ({1: 1, 2: 19}, [2, 1]),  # exactly five per cent
        ({1: 0, 2: 3}, [2]),
        ({}, []),
    ],
)
def test_whoever_wrote_enough_is_credited(words: dict[int, int], who: list[int]) -> None:
    assert credited(words) == who


def test_a_commit_names_pseudonyms_only_and_the_team_stands_for_the_others(table: Table) -> None:
    version = table.accept(table.put_forward("one\n", words={"bob": 60, "cy": 40}))
    names = [line["name"] for line in version.coauthors]
    assert names[0].startswith("writer-") and names[1] == "Drafting team of River"
    assert not any(name in str(version.coauthors) for name in ("Bob", "Cy"))
    with table.database.read() as session:
        credits = {c.person_id: c.words for c in session.scalars(sa.select(Credit))}
    assert credits == {table.people["bob"]: 60, table.people["cy"]: 40}


def test_pseudonyms_of_one_person_differ_between_drafts(table: Table) -> None:
    mint = table.house.mint
    assert mint.pseudonym("salt", 1) != mint.pseudonym("salt", 2) and mint.pseudonym("salt", 1) == mint.pseudonym(
        "salt", 1
    )


def test_nothing_is_put_forward_without_words_or_change(table: Table) -> None:
    for text, summary in (("", "Something"), ("  \n", "Something"), ("text\n", "")):
        with pytest.raises(Invalid):
            table.put_forward(text, summary=summary)
    table.accept(table.put_forward("same\n"))
    with pytest.raises(Invalid):
        table.put_forward("same\n")


def test_a_newer_proposal_replaces_the_same_persons_older_one(table: Table) -> None:
    old, other, new = table.put_forward("a\n"), table.put_forward("b\n", by="cy"), table.put_forward("c\n")
    with table.database.read() as session:
        states = {p.id: p.state for p in session.scalars(sa.select(Proposal))}
    assert states == {old: "superseded", other: "open", new: "open"}
    with pytest.raises(Stale):
        table.accept(old)


def test_only_who_put_it_forward_or_an_editor_takes_it_back(table: Table) -> None:
    proposal = table.put_forward("a\n", by="bob")
    with table.database.write() as session, pytest.raises(NotAllowed):
        proposing.take_back(session, proposal, by=table.people["cy"], may_decide=False, at=NOON)
    with table.database.write() as session:
        proposing.take_back(session, proposal, by=table.people["bob"], may_decide=False, at=NOON)
    with pytest.raises(Stale):
        table.accept(proposal)


def test_a_withdrawn_version_is_followed_never_erased(table: Table) -> None:
    table.accept(table.put_forward("first\n", words={"bob": 30}))
    table.accept(table.put_forward("second, with a mistake\n"), seen_base=1)
    with table.database.write() as session:
        draft = session.get_one(proposing.Draft, table.draft_id)
        for seen, reason, error in ((1, "wrong", Stale), (2, "", Invalid)):
            with pytest.raises(error):
                withdrawing.withdraw(
                    session, table.house, draft, seen_base=seen, reason=reason, by=table.people["ada"], at=NOON
                )
        withdrawing.withdraw(
            session, table.house, draft, seen_base=2, reason="A figure was wrong.", by=table.people["ada"], at=NOON
        )
    texts = [(v.number, v.text, v.withdraws) for v in table.versions()]
    assert texts == [(1, "first\n", None), (2, "second, with a mistake\n", None), (3, "first\n", 2)]


def test_the_first_version_is_withdrawn_by_a_notice(table: Table) -> None:
    table.accept(table.put_forward("first\n"))
    with table.database.write() as session:
        draft = session.get_one(proposing.Draft, table.draft_id)
        withdrawing.withdraw(
            session, table.house, draft, seen_base=1, reason="Too soon.", by=table.people["ada"], at=NOON
        )
    assert "taken back" in table.versions()[1].text


def test_notes_wait_and_can_be_stopped(notes: Table) -> None:
    version = notes.accept(notes.put_forward("notes\n"))
    assert version.released is None
    with notes.database.read() as session:
        assert waiting.due(session, NOON + timedelta(minutes=9)) == []
        assert waiting.due(session, NOON + timedelta(minutes=10)) == [version.id]
        assert history.latest(session, notes.draft_id) is None, "what waits is not public"
    with notes.database.write() as session:
        with pytest.raises(Invalid):
            waiting.stop(session, version.id, reason="", by=notes.people["cy"], at=NOON)
        waiting.stop(session, version.id, reason="A name", by=notes.people["cy"], at=NOON)
    with notes.database.read() as session:
        assert waiting.due(session, NOON + timedelta(days=1)) == []
    with notes.database.write() as session:
        waiting.let_go(session, version.id, NOON + timedelta(hours=1))
    with notes.database.read() as session:
        released = session.get_one(Revision, version.id)
        assert released.released == NOON + timedelta(hours=1) and released.hold_reason == "A name"
    with notes.database.write() as session, pytest.raises(Stale):
        waiting.stop(session, version.id, reason="Too late", by=notes.people["cy"], at=NOON)


def test_a_held_version_that_was_overtaken_stays_held(notes: Table) -> None:
    first = notes.accept(notes.put_forward("first\n"))
    with notes.database.write() as session:
        waiting.stop(session, first.id, reason="A name", by=notes.people["cy"], at=NOON)
    second = notes.accept(notes.put_forward("second\n"), seen_base=1)
    with notes.database.write() as session:
        assert releasing.release(session, second.id, NOON + timedelta(minutes=10))
    with pytest.raises(Stale), notes.database.write() as session:
        waiting.let_go(session, first.id, NOON + timedelta(hours=1))
    with notes.database.read() as session:
        assert waiting.due(session, NOON + timedelta(days=1)) == []
