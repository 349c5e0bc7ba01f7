"""Simulated time keeps its speed, and never overtakes the clock."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from devices.simulator.pace import Pace, default_start

BEGUN_MS = 1_760_000_000_000
HOUR_MS = 3_600_000


def test_at_speed_one_a_moment_comes_when_the_clock_says_so():
    pace = Pace(begun_ms=BEGUN_MS, start_ms=BEGUN_MS, speed=1.0)
    assert pace.due_s(BEGUN_MS + 1_500) == 1.5


def test_ten_times_as_fast_an_hour_passes_in_six_minutes():
    pace = Pace(begun_ms=BEGUN_MS, start_ms=BEGUN_MS - HOUR_MS, speed=10.0)
    assert pace.due_s(BEGUN_MS - HOUR_MS // 2) == 180.0
    assert pace.end_ms(duration_s=60) == BEGUN_MS - HOUR_MS + 600_000


def test_having_caught_up_simulated_time_goes_on_with_the_clock():
    pace = Pace(begun_ms=BEGUN_MS, start_ms=BEGUN_MS - HOUR_MS, speed=10.0)
    # 3,600 s behind and 9 s gained in each: they meet after 400 s.
    assert pace.due_s(BEGUN_MS + 400_000) == 400.0
    assert pace.due_s(BEGUN_MS + 500_000) == 500.0
    assert pace.end_ms(duration_s=500) == BEGUN_MS + 500_000


def test_half_as_fast_simulated_time_falls_behind():
    pace = Pace(begun_ms=BEGUN_MS, start_ms=BEGUN_MS, speed=0.5)
    assert pace.due_s(BEGUN_MS + 1_000) == 2.0
    assert pace.end_ms(duration_s=10) == BEGUN_MS + 5_000


@given(speed=st.floats(0.01, 10_000), behind_ms=st.integers(0, 10**9), ts_ms=st.integers(0, 10**9))
def test_no_moment_comes_before_the_clock_has_reached_it(speed, behind_ms, ts_ms):
    start_ms = BEGUN_MS - behind_ms
    pace = Pace(begun_ms=BEGUN_MS, start_ms=start_ms, speed=speed)
    assert BEGUN_MS + pace.due_s(start_ms + ts_ms) * 1_000 >= start_ms + ts_ms - 1


@given(speed=st.floats(0.01, 10_000), duration_s=st.floats(0.1, 10_000))
def test_by_default_a_run_ends_at_the_present_and_starts_no_later_than_now(speed, duration_s):
    now = datetime(2026, 1, 15, tzinfo=UTC)
    start = default_start(now, speed=speed, duration_s=duration_s)
    assert start <= now
    begun_ms, start_ms = (round(moment.timestamp() * 1_000) for moment in (now, start))
    end_ms = Pace(begun_ms=begun_ms, start_ms=start_ms, speed=speed).end_ms(duration_s)
    if speed >= 1:
        assert abs(end_ms - (begun_ms + duration_s * 1_000)) <= 2


def test_a_run_without_end_catches_up_after_an_hour():
    now = datetime(2026, 1, 15, tzinfo=UTC)
    assert default_start(now, speed=60, duration_s=None) == now - timedelta(hours=59)
