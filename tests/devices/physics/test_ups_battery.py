"""Batteries that last by load, charge by hours, and warn by their voltage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.ups_battery import UpsBattery
from devices.physics.ups_inverter import efficiency_pct

HOUR_S = 3600.0
CHARGING, DISCHARGING = np.array([False]), np.array([True])


def battery(charge_ratio: float = 1.0) -> UpsBattery:
    """One that lasts ten minutes at full load and charges in six hours."""
    made = UpsBattery(np.array([600.0]), np.array([6 * HOUR_S]))
    made.charge_ratio = np.array([charge_ratio])
    return made


def test_half_the_load_lasts_more_than_twice_as_long():
    full, half = (float(battery().runtime_s(np.array([load]))[0]) for load in (1.0, 0.5))
    assert full == pytest.approx(600)
    assert half / full == pytest.approx(2**1.15)


def test_what_is_promised_is_what_lasts():
    source, load = battery(), np.array([0.45])
    promised_s = source.runtime_s(load)
    source.discharge(promised_s - 1.0, load)
    assert 0 < source.charge_ratio[0] < 0.001
    source.discharge(np.array([2.0]), load)
    assert source.charge_ratio.tolist() == [0.0]


@given(charge=st.floats(0, 1), first_s=st.floats(0, 20_000), second_s=st.floats(0, 20_000))
def test_two_steps_charge_as_much_as_one_of_both(charge, first_s, second_s):
    twice, once = battery(charge), battery(charge)
    twice.charge(np.array([first_s]))
    twice.charge(np.array([second_s]))
    once.charge(np.array([first_s + second_s]))
    assert twice.charge_ratio == pytest.approx(once.charge_ratio)


def test_charging_is_done_after_its_hours_and_slower_at_the_end():
    source, charges = battery(0.0), []
    for _ in range(7):
        charges.append(float(source.charge_ratio[0]))
        source.charge(np.array([HOUR_S]))
    grown = np.diff(charges)
    assert (grown[:-1] > grown[1:]).all()
    assert charges[5] < 1
    assert charges[6] == pytest.approx(1)


def test_the_voltage_drops_at_once_then_slowly_then_at_a_knee():
    load = np.array([0.5])
    floating_v = battery().voltage_v(load, CHARGING)[0]
    volts = [battery(charge).voltage_v(load, DISCHARGING)[0] for charge in (1, 0.8, 0.4, 0.2, 0.01)]
    assert floating_v == pytest.approx(540)
    assert floating_v - volts[0] > 30
    slopes = -np.diff(volts) / np.array([0.2, 0.4, 0.2, 0.19])
    assert slopes[-1] > 5 * slopes[0]
    assert (slopes > 0).all()
    assert volts[-1] > 1.65 * 240


def test_efficiency_is_flat_above_a_fifth_of_the_load_and_falls_below():
    at_05, at_20, at_50, full = efficiency_pct(np.array([0.05, 0.2, 0.5, 1.0]))
    assert at_05 < 88
    assert 94 < at_20 < at_50 < 97
    assert 95 < full < 97
