"""How fast one connection may send."""

from drafting.web.pace import Pace


def test_a_burst_is_free_then_reading_keeps_to_the_rate():
    pace = Pace(per_s=10, burst=100, now_s=0)
    waits = [pace.wait_s(0, now_s=0) for _ in range(200)]
    assert waits[:49] == [0.0] * 49
    assert waits[50:] == [0.1] * 150


def test_who_waits_as_told_keeps_to_the_rate_and_always_has_room():
    pace, now_s = Pace(per_s=10, burst=100, now_s=0), 0.0
    for _ in range(1000):
        assert pace.allows(0, now_s)
        now_s += pace.wait_s(0, now_s)
    assert 85 < now_s < 100


def test_who_does_not_wait_runs_out_of_room():
    pace = Pace(per_s=10, burst=100, now_s=0)
    taken = [pace.allows(0, 0) and pace.wait_s(0, 0) is not None for _ in range(101)]
    assert taken == [True] * 100 + [False]
    assert pace.allows(0, now_s=0.1) and not pace.allows(16 * 1024, now_s=0.1)


def test_a_large_frame_counts_for_many():
    pace = Pace(per_s=10, burst=100, now_s=0)
    assert pace.wait_s(64 * 16 * 1024, 0) == 6.5


def test_one_frame_larger_than_everything_is_let_through_when_nothing_came_before():
    assert Pace(per_s=10, burst=20, now_s=0).allows(10**6, 0)
