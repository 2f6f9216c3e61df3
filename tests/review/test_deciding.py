"""Deciding by the declared rule, in the database: several editors, clocks, objections, outages, and who is too late."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from drafting.drafts.models import Draft
from drafting.errors import Invalid, NotAllowed, Refused, Stale
from drafting.events import opening
from drafting.facts import FactRow
from drafting.people.models import Membership
from drafting.people.tokens import Mint
from drafting.record.models import Revision
from drafting.review import clock, deciding, declaring, objecting, proposing, pulse, remarks
from drafting.review.declaring import Wanted
from drafting.review.models import Objection, Outage, Proposal
from drafting.review.rules import Verdict
from tests.review.conftest import NOON, Table, a_table

UNLESS = Wanted("unless", people=0, minutes=60)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@dataclass
class Clocks:
    """Verbs for a table whose event decides by a clock. Minutes are counted from noon."""

    table: Table

    def declare(self, wanted: Wanted = UNLESS) -> None:
        with self.table.database.write() as session:
            declaring.declare(session, self.table.event_id, wanted, by=self.table.people["ada"], at=NOON)

    def beats(self, minutes: float, *, misses: bool = False) -> list[Revision]:
        """The server looks. Without `misses` it was there all the time since it looked last."""
        with self.table.database.write() as session:
            last = pulse.known_until(session)
            if last is not None and not misses:
                pulse.beat(session, max(last, after(minutes) - timedelta(seconds=1)) if after(minutes) > last else last)
                session.execute(sa.delete(Outage).where(Outage.ended > last))
            clock.beat(session, after(minutes))
            ids = clock.due(session, after(minutes))
            published = [deciding.run_out(session, self.table.house, number, after(minutes)) for number in ids]
            return [version for version in published if version is not None]

    def objects(self, proposal: int, *, by: str = "cy", at: float, paper: float | None = None) -> int | None:
        with self.table.database.write() as session:
            handed_in = None if paper is None else after(paper)
            made = objecting.object_to(
                session, self.table.house, proposal, words="It leaves the children out.", by=self.table.people[by],
                at=after(at), handed_in=handed_in,
            )  # fmt: skip
            return made.id if made else None

    def answers(self, objection: int | None, *, at: float, by: str = "ada") -> None:
        assert objection is not None
        with self.table.database.write() as session:
            words = "They have a part of their own now."
            objecting.answer(session, objection, words=words, by=self.table.people[by], at=after(at))

    def looks(self, proposal: int, by: str, at: float) -> None:
        with self.table.database.write() as session:
            deciding.look(session, proposal, by=self.table.people[by], at=after(at))

    def agrees(self, proposal: int, by: str, at: float = 0, base: int = 0) -> Revision | None:
        with self.table.database.write() as session:
            me = self.table.people[by]
            return deciding.press(session, self.table.house, proposal, seen_base=base, by=me, at=after(at))

    def verdict(self, proposal: int) -> Verdict:
        with self.table.database.read() as session:
            return clock.verdict(session, proposing.find(session, proposal))

    def state(self, proposal: int) -> str:
        with self.table.database.read() as session:
            return proposing.find(session, proposal).state

    def facts(self) -> list[str]:
        with self.table.database.read() as session:
            return list(session.scalars(sa.select(FactRow.kind).order_by(FactRow.id)))


@pytest.fixture
def clocks(database_url: str, mint: Mint) -> Iterator[Clocks]:
    for table in a_table(database_url, mint, "common"):
        yield Clocks(table)


def test_what_nobody_objects_to_is_published_as_of_the_end_of_its_clock(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    assert clocks.beats(0) == [] and clocks.beats(59) == [] and clocks.beats(60) == []
    [version] = clocks.beats(75)
    assert (version.number, version.accepted) == (1, after(60)), "whoever notices late, it was agreed at one o'clock"
    assert version.rule == "no objection by 2026-05-04 13:00 UTC; 0 people had looked"
    assert version.released is not None and clocks.state(proposal) == "accepted"
    assert clocks.beats(90) == [], "once"


def test_nobody_presses_where_a_clock_decides(clocks: Clocks) -> None:
    clocks.declare()
    with pytest.raises(NotAllowed):
        clocks.agrees(clocks.table.put_forward("# Hello\n"), "ada")


def test_a_rule_holds_for_what_is_put_forward_after_it(clocks: Clocks) -> None:
    before = clocks.table.put_forward("# Before\n")
    clocks.declare()
    version = clocks.agrees(before, "ada")
    assert version is not None and version.rule == "one editor"


def test_an_objection_stops_the_clock_and_its_answer_lets_it_go_on(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.beats(0)
    objection = clocks.objects(proposal, at=50)
    assert clocks.beats(100) == [] and clocks.verdict(proposal).missing == "objection"
    clocks.answers(objection, at=110)
    assert clocks.verdict(proposal).deadline == after(120), "an hour of which fifty minutes were over"
    [version] = clocks.beats(125)
    assert version.accepted == after(120)
    assert version.rule == "no objection by 2026-05-04 14:00 UTC, 1 answered or withdrawn; 0 people had looked"
    assert clocks.facts()[-4:] == ["ObjectionRaised", "ObjectionAnswered", "RevisionAccepted", "RevisionReleased"]


def test_who_objects_may_take_it_back_and_nobody_else(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    objection = clocks.objects(proposal, at=10)
    for who, wanted in (("eve", NotAllowed), ("cy", None), ("cy", Stale)):
        try:
            with clocks.table.database.write() as session:
                objecting.withdraw(session, objection or 0, by=clocks.table.people[who], at=after(20))
        except Refused as refusal:
            assert wanted is not None and isinstance(refusal, wanted)
        else:
            assert wanted is None
    assert clocks.verdict(proposal).deadline == after(70)


def test_an_objection_after_the_end_becomes_a_challenge(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.beats(0)
    clocks.beats(59.9)
    with clocks.table.database.write() as session:
        pulse.beat(session, after(60) + timedelta(seconds=2))
    assert clocks.objects(proposal, at=60.5) is None, "the text was published a moment ago"
    with clocks.table.database.read() as session:
        [challenge] = remarks.of_draft(session, clocks.table.draft_id)
        assert (challenge.kind, challenge.state, challenge.words) == (
            "challenge", "open", "It leaves the children out."
        )  # fmt: skip
    assert [version.accepted for version in clocks.table.versions()] == [after(60)]


def test_an_objection_that_came_while_nobody_had_noticed_the_end_becomes_a_challenge(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.beats(0)
    clocks.beats(59.99)
    assert clocks.objects(proposal, at=60.01) is not None, "nobody knows yet whether there was a server at the end"
    [version] = clocks.beats(61)
    assert version.accepted == after(60)
    with clocks.table.database.read() as session:
        assert [r.kind for r in remarks.of_draft(session, clocks.table.draft_id)] == ["challenge"]
        assert session.scalars(sa.select(Objection.state)).all() == ["answered"]


def test_one_on_paper_counts_from_when_it_was_handed_in(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.beats(0)
    clocks.beats(58)
    objection = clocks.objects(proposal, by="eve", at=61, paper=55)
    assert clocks.beats(62) == [] and clocks.verdict(proposal).missing == "objection"
    clocks.answers(objection, at=70)
    assert clocks.verdict(proposal).deadline == after(75)


@pytest.mark.parametrize("paper", [-1, 11])
def test_one_on_paper_was_handed_in_while_it_could_be(clocks: Clocks, paper: float) -> None:
    clocks.declare()
    with pytest.raises(Invalid):
        clocks.objects(clocks.table.put_forward("# Hello\n"), at=10, paper=paper)


def test_a_person_objects_once_at_a_time(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    first = clocks.objects(proposal, at=10)
    with pytest.raises(Invalid):
        clocks.objects(proposal, at=11)
    clocks.answers(first, at=12)
    assert clocks.objects(proposal, at=13) is not None


def test_a_time_without_a_server_moves_the_end(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.beats(0)
    clocks.beats(50)
    assert clocks.beats(80, misses=True) == [], "the server was away across the end"
    assert clocks.verdict(proposal).deadline == after(90)
    assert clocks.facts()[-1] == "ClockMoved"
    [version] = clocks.beats(91)
    assert version.accepted == after(90)


def test_the_worker_alone_does_not_let_a_clock_run_out(clocks: Clocks) -> None:
    """It may be alive where nobody can reach a page to object."""
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.beats(0)
    clocks.beats(50)
    with clocks.table.database.write() as session:
        assert deciding.run_out(session, clocks.table.house, proposal, after(80)) is None


def test_the_second_of_two_that_end_together_has_to_be_put_forward_again(clocks: Clocks) -> None:
    clocks.declare()
    first, second = clocks.table.put_forward("# One\n", by="bob"), clocks.table.put_forward("# Two\n", by="cy")
    clocks.beats(0)
    [version] = clocks.beats(61)
    assert version.text == "# One\n" and clocks.state(first) == "accepted"
    assert clocks.verdict(second) == Verdict(missing="new_look")
    assert clocks.beats(500) == [] and clocks.state(second) == "open"


def test_who_notices_first_publishes_and_the_others_do_nothing(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.beats(0)
    with clocks.table.database.write() as session:
        pulse.beat(session, after(0) + timedelta(seconds=1))
        session.execute(sa.update(pulse.Pulse).values(at=after(61)))
    start, made = threading.Barrier(4), []

    def notice() -> None:
        start.wait()
        with clocks.table.database.write() as session:
            made.append(deciding.run_out(session, clocks.table.house, proposal, after(62)))

    noticing = [threading.Thread(target=notice) for _ in range(4)]
    for one in noticing:
        one.start()
    for one in noticing:
        one.join()
    assert len([version for version in made if version is not None]) == 1
    assert [version.number for version in clocks.table.versions()] == [1]


def test_as_many_as_the_rule_says_have_to_have_seen_it(clocks: Clocks) -> None:
    clocks.declare(Wanted("unless", people=2, minutes=60))
    proposal = clocks.table.put_forward("# Hello\n", by="bob")
    clocks.beats(0)
    clocks.looks(proposal, "bob", 1)
    clocks.looks(proposal, "cy", 2)
    assert clocks.beats(61) == [] and clocks.verdict(proposal).people == 1, "who put it forward does not count"
    clocks.looks(proposal, "eve", 70)
    assert clocks.beats(74) == []
    [version] = clocks.beats(76)
    assert version.accepted == after(75) and version.rule.endswith("2 people had looked")


def test_several_editors_have_to_agree(clocks: Clocks) -> None:
    clocks.declare(Wanted("several", people=2))
    proposal = clocks.table.put_forward("# Hello\n", by="ada")
    assert clocks.agrees(proposal, "ada") is None and clocks.agrees(proposal, "ada") is None
    version = clocks.agrees(proposal, "eve", at=5)
    assert version is not None and version.accepted == after(5)
    assert version.rule == "2 editors (2 of the editors are wanted)"


def test_who_may_not_decide_any_more_does_not_count(clocks: Clocks) -> None:
    clocks.declare(Wanted("several", people=2))
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.agrees(proposal, "ada")
    with clocks.table.database.write() as session:
        session.execute(
            sa.update(Membership).where(Membership.person_id == clocks.table.people["ada"]).values(role="drafter")
        )
    assert clocks.agrees(proposal, "eve") is None, "the seat was handed over, and counts once"


def test_who_agreed_may_take_it_back_until_it_is_decided(clocks: Clocks) -> None:
    clocks.declare(Wanted("several", people=2))
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.agrees(proposal, "ada")
    with clocks.table.database.write() as session:
        deciding.take_agreement_back(session, proposal, by=clocks.table.people["ada"], at=after(1))
    assert clocks.agrees(proposal, "eve") is None and clocks.state(proposal) == "open"


def test_who_agreed_to_an_older_difference_has_to_look_again(clocks: Clocks) -> None:
    clocks.declare(Wanted("several", people=2))
    proposal, other = clocks.table.put_forward("# One\n", by="bob"), clocks.table.put_forward("# Two\n", by="cy")
    clocks.agrees(proposal, "ada")
    clocks.agrees(other, "ada")
    clocks.agrees(other, "eve")
    with pytest.raises(Stale):
        clocks.agrees(proposal, "eve")
    assert clocks.agrees(proposal, "eve", base=1) is None, "what Ada agreed to was the difference to no version"
    version = clocks.agrees(proposal, "ada", base=1)
    assert version is not None and version.number == 2


def test_who_handed_notes_in_does_not_check_them(notes: Table) -> None:
    clocks = Clocks(notes)
    proposal = notes.put_forward("# Session\n", by="bob")
    with pytest.raises(NotAllowed):
        clocks.agrees(proposal, "bob")
    version = clocks.agrees(proposal, "cy")
    assert version is not None and version.rule == "handed in, and checked for harm by a second person"


def test_notes_do_not_become_public_in_the_night(notes: Table) -> None:
    clocks = Clocks(notes)
    clocks.declare(Wanted("one", opens=time(9), closes=time(18)))
    proposal = notes.put_forward("# Session\n", by="bob")
    version = clocks.agrees(proposal, "cy", at=6 * 60 - 1)
    assert version is not None and version.release_due == datetime(2026, 5, 5, 9, tzinfo=UTC)


def test_nothing_is_published_by_itself_in_an_event_that_was_taken_down(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    with clocks.table.database.write() as session:
        opening.hide(session, clocks.table.event_id, hidden=True, at=after(10))
    assert clocks.beats(61) == [] and clocks.state(proposal) == "withdrawn"
    assert clocks.facts()[-1] == "ProposalWithdrawn"


def test_a_late_objection_to_a_closed_text_holds_nothing_up(clocks: Clocks) -> None:
    clocks.declare()
    proposal = clocks.table.put_forward("# Hello\n")
    clocks.beats(0)
    clocks.beats(59.99)
    clocks.objects(proposal, at=60.01)
    with clocks.table.database.write() as session:
        session.execute(sa.update(Draft).values(frozen=after(60)))
    [version] = clocks.beats(61)
    assert version.accepted == after(60)
    with clocks.table.database.read() as session:
        assert session.scalars(sa.select(Objection.answer)).one().startswith("It came after the time was over")


def test_two_people_do_not_look_at_the_same(clocks: Clocks) -> None:
    proposal, people = clocks.table.put_forward("# Hello\n"), clocks.table.people
    with clocks.table.database.write() as session:
        deciding.claim(session, proposal, by=people["ada"], at=after(0))
    with pytest.raises(Stale), clocks.table.database.write() as session:
        deciding.claim(session, proposal, by=people["eve"], at=after(14))
    with clocks.table.database.write() as session:
        deciding.claim(session, proposal, by=people["eve"], at=after(16))
    with pytest.raises(Stale), clocks.table.database.write() as session:
        deciding.leave(session, proposal, by=people["ada"], at=after(17))
    with clocks.table.database.write() as session:
        deciding.leave(session, proposal, by=people["eve"], at=after(18))


def test_another_text_of_the_same_person_begins_a_new_clock(clocks: Clocks) -> None:
    clocks.declare()
    first = clocks.table.put_forward("# One\n")
    clocks.objects(first, at=10)
    again = clocks.table.put_forward("# One, with the children\n")
    with clocks.table.database.read() as session:
        found = session.get_one(Proposal, again)
        assert (found.replaces, found.deadline) == (first, after(60))
    with pytest.raises(Stale):
        clocks.objects(first, by="eve", at=11)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted("dice"), "kind"),
        (Wanted("several", people=1), "people"),
        (Wanted("several"), "people"),
        (Wanted("unless", people=51, minutes=60), "people"),
        (Wanted("unless", people=0, minutes=0), "minutes"),
        (Wanted("unless", people=0, minutes=10**9), "minutes"),
        (Wanted("unless", people=0), "minutes"),
        (Wanted("one", opens=time(9)), "closes"),
        (Wanted("one", opens=time(18), closes=time(9)), "closes"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(clocks: Clocks, wanted: Wanted, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        clocks.declare(wanted)
    assert refused.value.field == field
