"""How fast one connection may send."""

from drafting.web.pace import Pace


def test_a_burst_is_free_then_reading_keeps_to_the_rate_then_it_is_too_fast():
    pace = Pace(per_s=10, burst=100, now_s=0)
    waits = [pace.wait_s(0, now_s=0) for _ in range(101)]
    assert waits[:49] == [0.0] * 49
    assert waits[50:100] == [0.1] * 50
    assert waits[100] is None


def test_who_waits_as_told_is_never_too_fast():
    pace, now_s = Pace(per_s=10, burst=100, now_s=0), 0.0
    for _ in range(1000):
        wait_s = pace.wait_s(0, now_s)
        assert wait_s is not None
        now_s += wait_s
    assert 85 < now_s < 100


def test_a_large_frame_counts_for_many():
    pace = Pace(per_s=10, burst=100, now_s=0)
    assert pace.wait_s(64 * 16 * 1024, 0) == 6.5


def test_one_frame_larger_than_everything_is_let_through_when_nothing_came_before():
    assert Pace(per_s=10, burst=20, now_s=0).wait_s(10**6, 0) is not None
