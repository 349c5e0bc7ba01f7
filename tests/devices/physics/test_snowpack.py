"""Snow on the ground: what settling, melting and machine snow do to depth and water."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.snowpack import Snowpack, fresh_cm
from tests.devices.places import moment

HOUR_S, DAY_S = 3600.0, 86_400.0
NOTHING, COLD, WARM = np.zeros(1), np.array([-8.0]), np.array([6.0])


def pack(day: str = "2025-10-01", *, elevation_m: float = 1600.0, made_cm: float = 0.0) -> Snowpack:
    return Snowpack(np.array([elevation_m]), np.array([made_cm]), moment(f"{day} 00:00"))


def test_new_snow_lies_loose_then_settles_without_losing_water():
    snow = pack()
    snow.step(6 * HOUR_S, np.array([2.0]), NOTHING, COLD)
    fresh, water_mm = snow.depth_cm[0], snow.water_mm[0]
    assert 8 < fresh < 20
    snow.step(DAY_S, NOTHING, NOTHING, COLD)
    assert 0.75 < snow.depth_cm[0] / fresh < 0.95
    snow.step(40 * DAY_S, NOTHING, NOTHING, COLD)
    assert snow.depth_cm[0] == pytest.approx(100 * 12 / 350, abs=0.1)
    assert snow.water_mm[0] == water_mm == pytest.approx(12.0)


def test_machine_snow_hardly_settles():
    snow = pack()
    snow.step(10 * HOUR_S, NOTHING, np.array([4.5]), COLD)
    assert snow.depth_cm[0] == pytest.approx(10.0)
    snow.step(30 * DAY_S, NOTHING, NOTHING, COLD)
    assert snow.depth_cm[0] == pytest.approx(10.0)


def test_a_warm_spell_takes_the_new_snow_first_and_stops_at_the_ground():
    snow = pack("2026-02-01", made_cm=60.0)
    made_cm, melting_cm = snow.made_cm[0], []
    assert snow.depth_cm[0] > made_cm > 40
    snow.step(DAY_S, NOTHING, NOTHING, WARM)
    assert snow.made_cm[0] == made_cm
    for _ in range(40):
        snow.step(DAY_S, NOTHING, NOTHING, WARM)
        melting_cm.append(snow.depth_cm[0])
    assert (np.diff(melting_cm) <= 0).all()
    assert melting_cm[-1] == 0.0
    assert snow.water_mm[0] == 0.0


def test_melting_takes_three_and_a_half_millimetres_for_each_kelvin_and_day():
    snow = pack("2026-02-01")
    before_mm = snow.water_mm[0]
    snow.step(DAY_S, NOTHING, NOTHING, np.array([2.0]))
    assert before_mm - snow.water_mm[0] == pytest.approx(7.0)


def test_snow_falls_lighter_the_colder_it_is():
    cold_cm, warm_cm = fresh_cm(np.array([1.0, 1.0]), np.array([-15.0, 0.0]))
    assert cold_cm > 1.5 * warm_cm


@given(
    snowfall_mmph=st.floats(0, 10),
    made_mmph=st.floats(0, 10),
    air_c=st.floats(-40, 20),
    dt_s=st.sampled_from([1.0, 60.0, 3600.0]),
)
def test_water_comes_from_what_falls_and_is_made_and_goes_with_the_melt(
    snowfall_mmph, made_mmph, air_c, dt_s
):
    snow = pack("2026-01-20", made_cm=30.0)
    before_mm = snow.water_mm[0]
    snow.step(dt_s, np.array([snowfall_mmph]), np.array([made_mmph]), np.array([air_c]))
    gained_mm = (snowfall_mmph + made_mmph - 3.5 * max(air_c, 0.0) / 24) * dt_s / 3600
    assert snow.water_mm[0] - before_mm == pytest.approx(gained_mm, abs=1e-9)
    assert 100 <= 100 * snow.water_mm[0] / snow.depth_cm[0] <= 450.001
