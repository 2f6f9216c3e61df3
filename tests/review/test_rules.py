"""Every rule of acceptance, case by case: who and when is given, the verdict is read from a table."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.review.hours import Hours
from drafting.review.rules import HAND_IN, ONE_EDITOR, Case, Pause, Rule, Verdict, decide, lasts, runs_out

DAY = datetime(2026, 5, 4, tzinfo=UTC)


def at(clock: str, *, day: datetime = DAY) -> datetime:
    """`9:30` or `9:30:15` of the day, UTC."""
    hours, minutes, *seconds = clock.split(":")
    return day + timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds[0]) if seconds else 0)


def during(span: str) -> Pause:
    """`10:05-10:20`, or `10:05-` for one that goes on."""
    begins, ends = span.split("-")
    return Pause(at(begins), at(ends) if ends else None)


def unless(minutes: int = 60, people: int = 0, hours: Hours | None = None) -> Rule:
    return Rule("unless", people=people, minutes=minutes, hours=hours)


def case(
    *, made: str = "10:00", seen: str = "", objections: str = "", outages: str = "", now: str = "", agreed: str = "",
    overtaken: bool = False,
) -> Case:  # fmt: skip
    return Case(
        made=at(made),
        agreed=[at(one) for one in agreed.split()],
        seen=[at(one) for one in seen.split()],
        objections=[during(one) for one in objections.split()],
        outages=[during(one) for one in outages.split()],
        known_until=at(now) if now else None,
        overtaken=overtaken,
    )


TWO = Rule("several", people=2)
NINE_TO_SIX = Hours(time(9), time(18), "UTC")

TABLE = [
    # one editor: somebody has to press, whoever put it forward
    ("an editor has not decided", ONE_EDITOR, case(), Verdict(missing="editor")),
    ("however long it waits", ONE_EDITOR, case(now="23:59"), Verdict(missing="editor")),
    ("a version came in between", ONE_EDITOR, case(overtaken=True), Verdict(missing="new_look")),
    ("notes wait for a second person", HAND_IN, case(), Verdict(missing="second_person")),
    # n of the editors
    ("nobody has agreed", TWO, case(), Verdict(missing="agreement", people=2)),
    ("one of two has agreed", TWO, case(agreed="10:10"), Verdict(missing="agreement", people=1)),
    ("two of two have agreed", TWO, case(agreed="10:10 10:30"), Verdict(accepted=at("10:30"))),
    ("whoever agrees first", TWO, case(agreed="10:30 10:10"), Verdict(accepted=at("10:30"))),
    ("a third changes nothing", TWO, case(agreed="10:10 10:30 10:40"), Verdict(accepted=at("10:30"))),
    ("two agreed to what was overtaken", TWO, case(agreed="10:1 10:2", overtaken=True), Verdict(missing="new_look")),
    # agreed unless someone objects: the clock
    ("the clock runs", unless(), case(now="10:59"), Verdict(missing="time", deadline=at("11:00"))),
    ("at the very end", unless(), case(now="11:00"), Verdict(missing="time", deadline=at("11:00"))),
    ("it has run out", unless(), case(now="11:00:01"), Verdict(accepted=at("11:00"), deadline=at("11:00"))),
    ("nobody knows of a server", unless(), case(), Verdict(missing="time", deadline=at("11:00"))),
    ("overtaken while it ran", unless(), case(now="12:00", overtaken=True), Verdict(missing="new_look")),
    # objections
    ("an objection stops it", unless(), case(now="12:00", objections="10:30-"), Verdict(missing="objection")),
    ("in the last second", unless(), case(now="12:00", objections="11:00-"), Verdict(missing="objection")),
    (
        "a second too late", unless(), case(now="12:00", objections="11:00:01-"),
        Verdict(accepted=at("11:00"), deadline=at("11:00")),
    ),
    (
        "an answered one moved the end", unless(), case(now="11:10", objections="10:30-10:50"),
        Verdict(missing="time", deadline=at("11:20")),
    ),
    (
        "and then it ran out", unless(), case(now="11:21", objections="10:30-10:50"),
        Verdict(accepted=at("11:20"), deadline=at("11:20")),
    ),
    (
        "in the time that the first one gave", unless(), case(now="12:00", objections="10:30-10:50 11:15-"),
        Verdict(missing="objection"),
    ),
    (
        "two at once stop it once", unless(), case(now="11:00", objections="10:30-10:50 10:40-10:55"),
        Verdict(missing="time", deadline=at("11:25")),
    ),
    (
        "one of two is answered", unless(), case(now="12:00", objections="10:30-10:50 10:40-"),
        Verdict(missing="objection"),
    ),
    (
        "on paper, handed in before it was typed in", unless(), case(now="11:05", objections="10:59-"),
        Verdict(missing="objection"),
    ),
    # how many must have looked
    (
        "nobody has looked", unless(people=2), case(now="12:00"),
        Verdict(missing="people", deadline=at("11:00"), people=2),
    ),
    (
        "one of two has looked", unless(people=2), case(now="12:00", seen="10:10"),
        Verdict(missing="people", deadline=at("11:00"), people=1),
    ),
    (
        "both looked in time", unless(people=2), case(now="11:01", seen="10:10 10:40"),
        Verdict(accepted=at("11:00"), deadline=at("11:00")),
    ),
    (
        "the second looked at the end", unless(people=2), case(now="11:01", seen="10:10 10:58"),
        Verdict(missing="time", deadline=at("11:03")),
    ),
    (
        "the second looked after the end", unless(people=2), case(now="11:36", seen="10:10 11:30"),
        Verdict(accepted=at("11:35"), deadline=at("11:35")),
    ),
    (
        "a third who looks late changes nothing", unless(people=2), case(now="12:00", seen="10:10 10:20 11:59"),
        Verdict(accepted=at("11:00"), deadline=at("11:00")),
    ),
    (
        "whoever looked last objects", unless(people=2), case(now="12:00", seen="10:10 11:30", objections="11:34-"),
        Verdict(missing="objection"),
    ),
    (
        "an objection while too few have looked", unless(people=2), case(now="12:00", objections="11:30-"),
        Verdict(missing="objection"),
    ),
    (
        "answered before the last one looked", unless(people=1),
        case(now="12:00", seen="11:30", objections="11:10-11:20"),
        Verdict(accepted=at("11:35"), deadline=at("11:35")),
    ),
    # outages
    (
        "the server was away in between", unless(), case(now="11:10", outages="10:20-10:35"),
        Verdict(missing="time", deadline=at("11:15")),
    ),
    (
        "the server was away across the end", unless(), case(now="11:40", outages="10:50-11:30"),
        Verdict(missing="time", deadline=at("11:40")),
    ),
    ("an outage that goes on", unless(), case(now="10:50", outages="10:50-"), Verdict(missing="time")),
    (
        "away before it was put forward", unless(), case(now="11:01", outages="9:00-10:00"),
        Verdict(accepted=at("11:00"), deadline=at("11:00")),
    ),
    (
        "away while an objection stood", unless(), case(now="12:00", objections="10:30-11:00", outages="10:40-10:50"),
        Verdict(accepted=at("11:30"), deadline=at("11:30")),
    ),
    (
        "away after it had run out", unless(), case(now="12:00", outages="11:10-11:50"),
        Verdict(accepted=at("11:00"), deadline=at("11:00")),
    ),
    # hours
    (
        "it may not end at night", unless(hours=NINE_TO_SIX), case(made="17:30", now="19:00"),
        Verdict(missing="time", deadline=at("33:00")),
    ),
    (
        "an objection before the doors open", unless(hours=NINE_TO_SIX),
        case(made="17:30", now="33:30", objections="32:30-32:50"),
        Verdict(accepted=at("33:20"), deadline=at("33:20")),
    ),
    (
        "put forward before the doors open", unless(hours=NINE_TO_SIX), case(made="7:00", now="8:30"),
        Verdict(missing="time", deadline=at("9:00")),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "known", "verdict"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_table(rule: Rule, known: Case, verdict: Verdict) -> None:
    assert decide(rule, known) == verdict


LONDON = Hours(time(9), time(18), "Europe/London")


@pytest.mark.parametrize(
    ("put_forward", "ends"),
    [
        (
            "2026-03-28T17:30+00:00",
            "2026-03-29T08:00+00:00",
        ),  # the night the clocks go forward
        ("2026-10-24T16:30+00:00", "2026-10-25T09:00+00:00"),  # and back
        ("2026-05-04T16:30+00:00", "2026-05-05T08:00+00:00"),  # half past five, summer time
    ],
)
def test_the_hours_are_those_of_the_clock_on_the_wall(put_forward: str, ends: str) -> None:
    made = datetime.fromisoformat(put_forward)
    assert runs_out(made, timedelta(hours=1), [], LONDON) == datetime.fromisoformat(ends)


def test_an_hour_that_the_clocks_leave_out_is_the_next_one_that_is_there() -> None:
    early = Hours(time(1, 30), time(3), "Europe/London")
    found = early.next(datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "half past one does not exist that night: half past two"


@pytest.mark.parametrize("minutes,words", [(5, "5 minutes"), (60, "1 hour"), (90, "90 minutes"), (2880, "2 days")])
def test_how_long_in_words(minutes: int, words: str) -> None:
    assert lasts(minutes) == words


def test_a_rule_survives_being_stored() -> None:
    for rule in (ONE_EDITOR, HAND_IN, TWO, unless(30, 2, LONDON)):
        assert Rule.of(rule.frozen()) == rule


moments = st.integers(0, 600).map(lambda minutes: DAY + timedelta(minutes=minutes))
spans = st.tuples(moments, moments).map(lambda pair: Pause(min(pair), max(pair)))


@given(st.lists(spans, max_size=6), st.lists(moments, max_size=4), st.integers(0, 3))
def test_a_clock_is_never_shortened(pauses: list[Pause], seen: list[datetime], people: int) -> None:
    """Whatever comes on top, an objection, an outage, one more who has to look: the end does not come earlier."""
    known = Case(made=DAY, seen=seen, objections=pauses, known_until=DAY + timedelta(days=3))
    rule = unless(120, people)
    verdict = decide(rule, known)
    plain = decide(replace(rule, people=0), replace(known, objections=[]))
    assert plain.accepted == DAY + timedelta(minutes=120)
    assert verdict.accepted is None or verdict.accepted >= plain.accepted
    fewer = decide(rule, replace(known, objections=pauses[1:]))
    if verdict.accepted and fewer.accepted:
        assert verdict.accepted >= fewer.accepted


@given(st.lists(spans, max_size=6), st.lists(moments, max_size=4))
def test_who_objects_in_time_is_always_heard(pauses: list[Pause], seen: list[datetime]) -> None:
    known = Case(made=DAY, seen=seen, objections=pauses, known_until=DAY + timedelta(days=3))
    accepted = decide(unless(120), known).accepted
    assert accepted is not None
    late = replace(known, objections=[*pauses, Pause(accepted, None)])
    assert decide(unless(120), late).missing == "objection", "at the last moment is in time"
