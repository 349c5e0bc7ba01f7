"""Power by work, and heat that slows work down."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.server_power import (
    LIMIT_C,
    Envelope,
    fan_rpm,
    power_share,
    power_w,
    processor_c,
    sustained,
)

ENVELOPE = Envelope(idle_w=np.array([150.0]), max_w=np.array([500.0]))


def test_power_goes_from_idle_to_most_and_more_than_half_of_the_way_at_half_the_work():
    idle_w, half_w, most_w = (
        power_w(ENVELOPE, power_share(np.array([u])))[0] for u in (0.0, 0.5, 1.0)
    )
    assert (idle_w, most_w) == (150, 500)
    assert half_w == pytest.approx(150 + 350 * (1 - 0.5**1.4))


@given(st.floats(0, 1), st.floats(0.01, 1))
def test_more_work_never_draws_less(work, more):
    less_w, more_w = power_share(np.array([work * (1 - more), work]))
    assert less_w <= more_w + 1e-12


@given(share=st.floats(0, 1), inlet_c=st.floats(10, 80))
def test_processors_slow_down_rather_than_pass_their_limit(share, inlet_c):
    kept = sustained(np.array([share]), np.array([inlet_c]))
    assert 0 <= kept[0] <= share
    if inlet_c < 84:
        assert processor_c(kept, np.array([inlet_c]))[0] <= LIMIT_C + 1e-9
    if inlet_c < 40:
        assert kept[0] == share


def test_fans_follow_the_processors_within_their_range():
    speeds = fan_rpm(np.array([20.0, 50.0, 70.0, 95.0]))
    assert speeds[0] == 3000
    assert speeds[3] == 12_000
    assert (np.diff(speeds) > 0).all()
