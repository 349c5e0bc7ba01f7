"""Charging in closed form, against the same physics taken in small steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.charging import POWER_WHEN_FULL, Charge
from devices.physics.draws import keys, uniforms


def a_charge(start=0.2, knee=0.8, power_w=60_000.0, battery_kwh=60.0) -> Charge:
    return Charge(*(np.array([each]) for each in (start, knee, power_w, battery_kwh * 3.6e6)))


def test_it_agrees_with_the_integral_of_its_power():
    charge, dt_s = a_charge(), 5.0
    seconds = np.arange(0.0, 7200.0, dt_s)
    joules = np.array([charge.power(np.array([each + dt_s / 2]))[0] for each in seconds]) * dt_s
    ended = np.array([7200.0])
    assert charge.energy_kwh(ended)[0] == pytest.approx(joules.sum() / 3.6e6, rel=1e-5)
    assert charge.charge(ended)[0] == pytest.approx(0.2 + joules.sum() / (60 * 3.6e6), rel=1e-5)


def test_power_is_full_up_to_the_knee_and_a_tenth_when_full():
    charge = a_charge()
    at_knee, full = (charge.seconds_to(np.array([target])) for target in (0.8, 1.0))
    assert at_knee[0] == pytest.approx(36 * 60)  # 36 kWh at 60 kW
    assert charge.power(at_knee)[0] == pytest.approx(60_000)
    assert charge.power(full)[0] == pytest.approx(60_000 * POWER_WHEN_FULL)


@given(
    st.floats(0.0, 0.75),
    st.floats(0.0, 1.0),
    st.floats(3_000, 180_000),
    st.floats(30, 100),
)
def test_the_time_to_a_charge_is_the_time_after_which_it_is_reached(start, share, power_w, kwh):
    charge = a_charge(start, 0.8, power_w, kwh)
    target = np.array([start + share * (1.0 - start)])
    assert charge.charge(charge.seconds_to(target)) == pytest.approx(target)


@given(st.floats(0, 20_000), st.floats(0, 5_000))
def test_power_never_rises_and_charge_never_falls(charged_s, more_s):
    charge = a_charge()
    early, late = np.array([charged_s]), np.array([charged_s + more_s])
    assert charge.power(late)[0] <= charge.power(early)[0]
    assert charge.charge(late)[0] >= charge.charge(early)[0]


def test_draws_are_even_and_know_nothing_of_each_other():
    some = keys(2000, np.random.default_rng(1))
    numbers = np.array([uniforms(some, np.full(2000, count), 3) for count in range(-2, 3)])
    assert numbers.shape == (5, 3, 2000)
    assert numbers.min() >= 0.0
    assert numbers.max() < 1.0
    assert np.histogram(numbers, bins=10, range=(0, 1))[0] == pytest.approx(3000, rel=0.08)
    pairs = np.corrcoef(numbers.reshape(15, 2000))
    assert np.abs(pairs - np.eye(15)).max() < 0.1


def test_a_draw_depends_on_key_and_count_alone():
    some = keys(10, np.random.default_rng(1))
    counts = np.arange(10)
    whole = uniforms(some, counts, 4)
    assert np.array_equal(uniforms(some[3:5], counts[3:5], 4), whole[:, 3:5])
    assert np.array_equal(uniforms(some, counts, 2), whole[:2])
