import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.load.schedule import Profile, Schedule

PROFILES = st.sampled_from(list(Profile))


def times_of(schedule: Schedule):
    return schedule.times_s(np.arange(schedule.total, dtype=np.float64))


@given(PROFILES, st.floats(1, 5_000), st.floats(0.5, 30), st.floats(0, 5), st.floats(0, 0.99))
def test_times_never_fall_and_stay_within_the_run(profile, rate, duration_s, warmup_s, phase):
    schedule = Schedule(
        profile, rate_per_s=rate, duration_s=duration_s, warmup_s=warmup_s, phase=phase
    )
    times_s = times_of(schedule)
    assert (np.diff(times_s) >= 0).all()
    assert not len(times_s) or (times_s[0] >= 0 and times_s[-1] <= schedule.end_s)


@given(PROFILES, st.floats(1, 2_000), st.floats(0, 1))
def test_what_is_due_at_a_moment_are_the_messages_whose_time_has_come(profile, rate, moment):
    schedule = Schedule(profile, rate_per_s=rate, duration_s=10, warmup_s=1)
    at_s = moment * schedule.end_s
    expected = int((times_of(schedule) <= at_s).sum())
    assert abs(schedule.due(at_s) - expected) <= 1  # a rounding error at the very moment


@pytest.mark.parametrize("profile", Profile)
def test_no_profile_goes_above_the_rate_and_each_reaches_it(profile):
    schedule = Schedule(profile, rate_per_s=1_000, duration_s=100)
    in_second = np.bincount(times_of(schedule).astype(int), minlength=101)
    assert in_second.max() <= 1_001
    assert in_second.max() >= 970


@pytest.mark.parametrize(
    ("profile", "messages"),
    [
        (Profile.CONSTANT, 10_000),
        (Profile.RAMP, 5_500),
        (Profile.STEPS, 6_000),
        (Profile.SPIKE, 6_000),
    ],
)
def test_a_profile_sends_the_area_under_its_rate(profile, messages):
    assert Schedule(profile, rate_per_s=1_000, duration_s=10).total == messages


def test_the_warm_up_is_at_the_first_rate_of_the_profile():
    schedule = Schedule(Profile.SPIKE, rate_per_s=1_000, duration_s=10, warmup_s=4)
    assert schedule.due(4.0) == pytest.approx(2_000, abs=1)


def test_publishers_of_one_load_take_turns_by_their_phase():
    three = [
        Schedule(Profile.CONSTANT, rate_per_s=100, duration_s=1, phase=number / 3)
        for number in range(3)
    ]
    times_s = np.sort(np.concatenate([times_of(schedule) for schedule in three]))
    assert np.diff(times_s) == pytest.approx(np.full(299, 1 / 300))


def test_nothing_is_due_before_the_beginning():
    assert Schedule(Profile.CONSTANT, rate_per_s=100, duration_s=1).due(-0.5) == 0
