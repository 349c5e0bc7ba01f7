"""The power curve, and the wind at the hub."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.environment.region import Region
from devices.physics.wind_power import (
    density_kgm3,
    hub_wind_mps,
    power_ratio,
    rotor_radius_m,
    running_pitch_deg,
    running_rpm,
)
from tests.devices.places import LANGFANG, moment


def test_the_power_curve_rises_with_the_cube_and_ends_level():
    ratio = power_ratio(np.array([0.0, 2.9, 3.0, 6.0, 9.0, 14.0, 24.0]))
    assert ratio[:3].tolist() == [0.0, 0.0, 0.0]
    assert ratio[3] == pytest.approx((6**3 - 27) / (12**3 - 27), rel=1e-6)
    assert ratio[4] == pytest.approx((9**3 - 27) / (12**3 - 27), rel=1e-3)
    assert ratio[5:] == pytest.approx([1.0, 1.0], abs=0.01)


@given(st.floats(0, 40), st.floats(0, 5), st.floats(0.8, 1.5))
def test_more_wind_or_denser_air_never_gives_less(wind_mps, more_mps, density):
    winds = np.array([wind_mps, wind_mps + more_mps])
    less, more = power_ratio(winds, density)
    assert 0.0 <= less <= more + 1e-12 <= 1.0 + 1e-12
    assert power_ratio(winds, density).sum() <= power_ratio(winds, density * 1.1).sum() + 1e-12


def test_the_wind_grows_with_height_most_under_an_inversion():
    place = {"elevation_m": np.array([15.0]), "exposure": np.array([0.5])}
    air = Region(1).at(LANGFANG).weather.air(moment("2026-01-10 04:00"), **place)
    low, high, still = (
        hub_wind_mps(air, height_m=height_m, exposure=place["exposure"], inversion=inversion)[0]
        for height_m, inversion in ((10.0, 0.0), (85.0, 0.0), (85.0, 1.0))
    )
    assert low == pytest.approx(air.wind_speed_mps[0])
    assert 1.2 * low < high < 1.2 * still
    assert 1.25 < density_kgm3(air)[0] < 1.45  # cold air at sea level


def test_the_rotor_keeps_its_tips_at_80_metres_a_second():
    radius_m = rotor_radius_m(2.6e6)
    rpm = running_rpm(np.array([3.0, 8.0, 20.0]), radius_m)
    assert rpm[0] < rpm[1] < rpm[2]
    assert rpm[2] * 2 * np.pi / 60 * radius_m == pytest.approx(80.0)


def test_blades_turn_out_of_the_wind_above_the_rating():
    pitch_deg = running_pitch_deg(np.array([5.0, 11.0, 15.0, 25.0]))
    assert pitch_deg[:2].tolist() == [0.0, 0.0]
    assert 8 < pitch_deg[2] < 14
    assert 20 < pitch_deg[3] < 27
