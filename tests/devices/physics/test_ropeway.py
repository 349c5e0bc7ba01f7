"""Ropes, riders and drives, by the formulas of ropeway engineers."""

import numpy as np
import pytest

from devices.physics.ropeway import EFFICIENCY, Drives, Riders, Ropeway

QUAD = Ropeway(
    rope_speed_mps=5.0, seats=4.0, carrier_interval_s=6.0, length_m=1500.0, vertical_m=400.0
)
FULL, EMPTY = np.array([QUAD.full_line]), np.zeros(1)


def drive(
    speed_mps: float, riders: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> dict[str, float]:
    """A drive that has run like this for hours, at 0 °C."""
    drives = Drives(QUAD, 1, np.random.default_rng(1))
    for _ in range(2):
        fields = drives.step(36_000.0, np.array([speed_mps]), riders, EMPTY)
    return {name: float(values[0]) for name, values in fields.items()}


def test_a_quad_every_six_seconds_carries_2400_an_hour_and_less_when_slow():
    full, slow = QUAD.places_per_s(np.array([5.0, 3.0])) * 3600
    assert full == pytest.approx(2400)
    assert slow == pytest.approx(2400 * 0.6)


def test_power_grows_by_weight_slope_and_speed():
    lifted_w = drive(5.0, FULL)["motor_power_w"] - drive(5.0, EMPTY)["motor_power_w"]
    assert lifted_w == pytest.approx(200 * 75 * 9.80665 * 400 / 1500 * 5 / EFFICIENCY)
    assert 150_000 < drive(5.0, FULL)["motor_power_w"] < 700_000


def test_torque_does_not_depend_on_speed_but_temperature_does():
    fast, slow = drive(5.0, FULL), drive(2.0, FULL)
    assert fast["motor_torque_pct"] == pytest.approx(slow["motor_torque_pct"])
    assert 60 < fast["motor_torque_pct"] < 100
    for name in ("motor_temperature_c", "gearbox_oil_temperature_c"):
        assert 40 < fast[name] < 90
        assert fast[name] > slow[name] > drive(0.0, EMPTY)[name]


def test_a_standing_drive_draws_next_to_nothing():
    still = drive(0.0, FULL)
    assert 0 < still["motor_power_w"] < 5_000
    assert still["motor_torque_pct"] == 0.0


def test_a_line_that_stands_keeps_its_riders_and_a_moving_one_empties():
    riders = Riders(QUAD.length_m)
    speed_mps, rate_per_s = np.array([5.0]), np.array([0.4])
    assert riders.step(0.0, rate_per_s, speed_mps)[0] == pytest.approx(0.4 * 300)
    assert riders.step(3600.0, EMPTY, EMPTY)[0] == pytest.approx(120)
    assert riders.step(1800.0, EMPTY, speed_mps)[0] < 1.0
