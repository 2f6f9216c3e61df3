"""Many who decide at the same moment: each is done or told why not, and nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from drafting.drafts import strikes
from drafting.drafts.anchors import Anchor, Named
from drafting.drafts.models import Draft
from drafting.drafts.starting import start_draft
from drafting.drafts.strikes import Blanked
from drafting.errors import Refused
from drafting.record.models import Revision
from drafting.review import blanking, clock, commenting, deciding, declaring, objecting, proposing, remarks, suggesting
from drafting.review.declaring import Wanted
from tests.review.conftest import NOON, Table


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of each, all begun together: nothing, or the name of the refusal."""
    start = Barrier(len(acts))

    def does(act: Callable[[], object]) -> str:
        start.wait(30)
        try:
            act()
        except Refused as refusal:
            return type(refusal).__name__
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(does, acts))


def texts(table: Table, count: int) -> list[int]:
    """So many drafts, each put forward."""
    found = []
    for n in range(count):
        with table.database.write() as session:
            by = table.people["bob"]
            draft = start_draft(session, event_id=table.event_id, title=f"Text {n}", kind="common", by=by, at=NOON)
            snapshot = proposing.Snapshot(f"Text {n}.", b"\0", {str(by): 2})
            found.append(proposing.put_forward(session, draft, snapshot, summary="New", by=by, at=NOON).id)
    return found


def test_texts_of_one_event_are_published_at_the_same_moment(table: Table):
    for _ in range(5):
        proposals = texts(table, 6)
        assert at_once(*(lambda p=one: table.accept(p) for one in proposals)) == [""] * 6
    places = [version.place for version in table.versions()]
    assert sorted(places) == list(range(1, 31)), "one after the other, none left out"


def test_editors_who_agree_to_different_texts_at_the_same_moment_publish_both(table: Table):
    with table.database.write() as session:
        declaring.declare(session, table.event_id, Wanted("several", people=2), by=table.people["ada"], at=NOON)

    def agrees(proposal: int, who: str) -> None:
        with table.database.write() as session:
            deciding.press(session, table.house, proposal, seen_base=0, by=table.people[who], at=NOON)

    for _ in range(5):
        proposals = texts(table, 3)
        acts = [lambda p=one, w=who: agrees(p, w) for one in proposals for who in ("ada", "eve")]
        assert at_once(*acts) == [""] * 6
    assert len(table.versions()) == 15


def test_a_clock_that_runs_out_while_others_object_put_forward_strike_and_beat(table: Table):
    """Whatever comes first, nothing is stuck, and the text is published once or not at all."""
    with table.database.write() as session:
        wanted = Wanted("unless", people=0, minutes=30)
        declaring.declare(session, table.event_id, wanted, by=table.people["ada"], at=NOON)
    over = NOON + timedelta(minutes=31)
    somewhere = Named(Anchor(ids=((7, 12, 4),)), "dark")

    def acts(proposal: int, n: int) -> list[Callable[[], object]]:
        people = table.people

        def runs_out() -> None:
            with table.database.write() as session:
                deciding.run_out(session, table.house, proposal, over)

        def objects() -> None:
            with table.database.write() as session:
                objecting.object_to(session, table.house, proposal, words="No.", by=people["cy"], at=over)

        def strikes_words() -> None:
            with table.database.write() as session:
                draft = session.get_one(Draft, table.draft_id)
                strikes.strike(session, draft, [], Blanked(0, {}), reason="", places=0, by=people["ada"], at=over)
                blanking.blank(session, table.draft_id, blanking.regex.compile(f"Text {n}"), by=people["ada"], at=over)

        def beats() -> None:
            with table.database.write() as session:
                clock.beat(session, over + timedelta(minutes=n))

        def suggests() -> None:
            with table.database.write() as session:
                draft = session.get_one(Draft, table.draft_id)
                made = suggesting.suggest(
                    session, draft, somewhere, words=f"dim {n}", reason="", by=people["bob"], at=over
                )
                suggesting.accept(session, made.id, taken=None, by=people["ada"], at=over)
                commenting.say(session, draft, "question", None, words="Why?", by=people["bob"], at=over)

        return [
            runs_out, runs_out, objects, strikes_words, beats, suggests,
            lambda: table.put_forward(f"Text {n}, again."), lambda: table.put_forward("Other", by="cy"),
        ]  # fmt: skip

    with table.database.write() as session:
        clock.beat(session, NOON)
    for n in range(8):
        proposal = table.put_forward(f"Text {n} is put forward.")
        became = at_once(*acts(proposal, n))
        assert became[0] == became[1] == "", became
        with table.database.read() as session:
            made = sa.select(Revision).where(Revision.text == f"Text {n} is put forward.")
            assert len(session.scalars(made).all()) <= 1


def test_answers_that_come_at_the_same_moment_are_not_too_many(table: Table, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(remarks, "MOST_ANSWERS", 3)
    with table.database.write() as session:
        draft = session.get_one(Draft, table.draft_id)
        asked = commenting.say(session, draft, "question", None, words="Why?", by=table.people["bob"], at=NOON).id

    def answers() -> None:
        with table.database.write() as session:
            remarks.reply(session, asked, words="So.", by=table.people["ada"], at=NOON)

    assert sorted(at_once(*[answers] * 6)) == [""] * 3 + ["Invalid"] * 3
