"""Air that carries heat: more of it where it is thin, faster where it is warm."""

import numpy as np
import pytest

from devices.physics.air_handling import (
    airflow_m3h,
    density_ratio,
    fan_ratio,
    filter_pa,
    rise_k,
    underfloor_pa,
)

SEA, ZHANGBEI = density_ratio(np.array([0.0])), density_ratio(np.array([1400.0]))
LOAD, IN_ORDER = np.array([0.6]), np.array([0.0])


def test_air_at_zhangbei_is_a_seventh_thinner():
    assert SEA.tolist() == [1.0]
    assert ZHANGBEI[0] == pytest.approx(0.85, abs=0.01)


def test_the_rise_is_power_by_airflow():
    assert rise_k(np.array([10_000.0]), np.array([2985.0]), SEA)[0] == pytest.approx(10, rel=1e-3)
    thin_k = rise_k(np.array([10_000.0]), np.array([2985.0]), ZHANGBEI)[0]
    assert thin_k == pytest.approx(11.8, abs=0.1)


def test_fans_keep_the_rise_at_any_height_and_load_within_their_range():
    for density in (SEA, ZHANGBEI):
        for load in (0.4, 0.6, 0.75):
            speed = fan_ratio(np.array([load]), density, IN_ORDER)
            flow = airflow_m3h(100_000.0, speed)
            assert rise_k(np.array([load * 1e5]), flow, density)[0] == pytest.approx(11.5)
    assert fan_ratio(np.array([0.05]), SEA, IN_ORDER)[0] == 0.3
    assert fan_ratio(np.array([1.3]), SEA, IN_ORDER)[0] == 1.0


def test_fans_hurry_when_the_supply_air_is_too_warm():
    speeds = [fan_ratio(LOAD, SEA, np.array([warm_k]))[0] for warm_k in (0.0, 1.0, 3.0, 10.0)]
    assert speeds[0] == speeds[1] < speeds[2] < speeds[3]


def test_pressures_follow_the_square_of_the_speed_and_dust():
    full, half = (filter_pa(np.array([0.5]), np.array([speed]))[0] for speed in (1.0, 0.5))
    assert full == pytest.approx(4 * half)
    clean, due = (filter_pa(np.array([age]), np.array([0.8]))[0] for age in (0.0, 1.0))
    assert due > 2 * clean
    assert underfloor_pa(np.array([1.0, 0.0])) == pytest.approx(underfloor_pa(np.ones(2)) / 4)
