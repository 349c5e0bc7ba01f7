"""A piste: guns that nobody sees add to it when the cold lets them, and stop at the target."""

from datetime import timedelta

import numpy as np
import pytest

from devices.arrays import Floats
from devices.physics.piste import TARGET_CM, Pistes
from tests.devices.places import moment

COLD_C, MARGINAL_C, WARM_C = -9.0, -3.0, -1.0
NOTHING = np.zeros(1)


def grown_cm(
    wet_bulb_c: float, *, day: str = "2025-11-20", guns_ratio: float = 1.0, hours: int = 48
) -> float:
    """How much deeper the snow is after some hours of one wet bulb."""
    depths = depths_cm(wet_bulb_c, day=day, guns_ratio=guns_ratio, hours=hours)
    return float(depths[-1] - depths[0])


def depths_cm(
    wet_bulb_c: float, *, day: str = "2025-11-20", guns_ratio: float = 1.0, hours: int
) -> Floats:
    pistes = Pistes(np.array([1600.0]), guns_ratio)
    start, wet_c = moment(f"{day} 00:00"), np.array([wet_bulb_c])
    steps = []
    for hour in range(hours):
        now = start + timedelta(hours=hour)
        pack = pistes.step(now, 3600.0 if hour else 0.0, NOTHING, np.full(1, -5.0), wet_c)
        steps.append(pack.depth_cm[0])
    return np.array(steps)


def test_snow_is_made_in_the_cold_and_not_above():
    assert 3 < grown_cm(COLD_C) < 15
    assert 0 < grown_cm(MARGINAL_C) < 0.5 * grown_cm(COLD_C)
    assert grown_cm(WARM_C) == pytest.approx(0.0)


def test_a_meadow_without_guns_gains_nothing():
    assert grown_cm(COLD_C, guns_ratio=0.0) == pytest.approx(0.0)
    assert grown_cm(COLD_C, guns_ratio=0.5) < grown_cm(COLD_C)


def test_out_of_season_nothing_is_made():
    assert grown_cm(COLD_C, day="2026-03-20") == pytest.approx(0.0)


def test_snowmaking_slows_down_towards_the_target():
    depths = depths_cm(COLD_C, hours=24 * 90)
    assert depths[48] - depths[0] > 3 * (depths[-1] - depths[-49])
    assert depths[-1] < TARGET_CM + 20
