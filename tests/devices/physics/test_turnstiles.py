"""Turnstiles: whole people, everyone out at night, whatever the steps."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.turnstiles import Turnstiles

GUESTS = np.array([0.0, 1.0, 40.0, 2000.0])


@given(
    moments=st.lists(st.floats(0, 1), max_size=12).map(sorted),
    lag=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_counts_are_whole_never_fall_and_add_up_to_the_guests(moments, lag, seed):
    gates = Turnstiles(4, np.random.default_rng(seed))
    gates.begin_day(1, GUESTS)
    entered, left = gates.entered, gates.left
    for arrived_ratio in [*moments, 1.0]:
        gates.begin_day(1, GUESTS)
        gates.pass_through(arrived_ratio, max(0.0, arrived_ratio - lag))
        assert (gates.entered >= entered).all()
        assert (gates.left >= left).all()
        assert (gates.inside >= 0).all()
        entered, left = gates.entered, gates.left
    assert (gates.entered == GUESTS).all()
    gates.pass_through(1.0, 1.0)
    assert (gates.inside == 0).all()


def test_a_new_day_sends_everybody_home_first():
    gates = Turnstiles(4, np.random.default_rng(1))
    gates.begin_day(1, GUESTS)
    gates.pass_through(0.6, 0.2)
    assert gates.inside[3] > 500
    gates.begin_day(2, GUESTS)
    assert (gates.entered == GUESTS).all()
    assert (gates.inside == 0).all()
    gates.pass_through(1.0, 1.0)
    assert (gates.entered == 2 * GUESTS).all()


def test_so_many_are_inside_as_came_and_have_not_left():
    gates = Turnstiles(1, np.random.default_rng(1))
    gates.begin_day(1, np.array([100_000.0]))
    for arrived_ratio, left_ratio in [(0.2, 0.0), (0.7, 0.1), (0.9, 0.4)]:
        gates.pass_through(arrived_ratio, left_ratio)
        assert abs(gates.entered[0] - 100_000 * arrived_ratio) < 1_000
        assert abs(gates.inside[0] - 100_000 * (arrived_ratio - left_ratio)) < 1_000
