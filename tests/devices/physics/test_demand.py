"""Maximum demand: means of whole quarters, the highest of the month."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.demand import MaximumDemand
from tests.devices.places import moment


def shown_w(start: str, dt_s: float, powers_w: list[float], first_w: float = 0.0) -> list[float]:
    """What the register shows after each step that ends with this power."""
    register, begin = MaximumDemand(np.array([first_w])), moment(start)
    register.step(begin, 0.0, np.zeros(1))
    return [
        float(register.step(begin + timedelta(seconds=dt_s * step), dt_s, np.array([power_w]))[0])
        for step, power_w in enumerate(powers_w, start=1)
    ]


def test_five_minutes_of_a_kettle_count_a_third():
    powers_w = [3000.0] * 5 + [0.0] * 10
    assert shown_w("2026-01-13 18:00", 60.0, powers_w)[-1] == pytest.approx(1000.0)


def test_a_peak_that_straddles_two_quarters_counts_in_both_alone():
    powers_w = [0.0] * 10 + [6000.0] * 10 + [0.0] * 10
    assert max(shown_w("2026-01-13 18:00", 60.0, powers_w)) == pytest.approx(2000.0)


def test_a_quarter_counts_only_when_it_is_over():
    shown = shown_w("2026-01-13 18:00", 60.0, [900.0] * 15)
    assert shown[:14] == [0.0] * 14
    assert shown[14] == pytest.approx(900.0)


@given(
    dt_s=st.sampled_from([7.0, 60.0, 900.0, 1000.0, 3600.0]),
    powers_w=st.lists(st.floats(-5000.0, 5000.0), min_size=1, max_size=40),
)
def test_it_never_exceeds_the_highest_power_nor_falls_within_a_month(dt_s, powers_w):
    shown = shown_w("2026-01-13 18:03", dt_s, powers_w)
    assert all(later >= earlier for earlier, later in pairwise(shown))
    assert shown[-1] <= max(*powers_w, 0.0) * (1 + 1e-9)


def test_a_long_step_counts_its_power():
    assert shown_w("2026-01-13 18:00", 3600.0, [1500.0, 700.0]) == pytest.approx([1500.0, 1500.0])


def test_the_new_month_begins_at_local_midnight_with_nothing():
    shown = shown_w("2026-01-31 23:30", 300.0, [600.0] * 6 + [200.0] * 6, first_w=4000.0)
    assert shown[:5] == [4000.0] * 5
    assert shown[5:8] == [0.0] * 3
    assert shown[8:] == pytest.approx([200.0] * 4)
