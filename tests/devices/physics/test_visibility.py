"""Visibility: far in dry air, a kilometre or two in snowfall, a few steps in cloud."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.visibility import REACH_M, visibility_m


def seen_m(humidity_pct: float, *, snow_mmph: float = 0.0, rain_mmph: float = 0.0) -> float:
    return float(
        visibility_m(np.array([humidity_pct]), np.array([snow_mmph]), np.array([rain_mmph]))[0]
    )


def test_dry_air_is_clear_and_cloud_on_the_slope_is_not():
    assert seen_m(40) == REACH_M
    assert seen_m(100) < 200


def test_snow_hides_more_than_as_much_rain():
    assert 500 < seen_m(85, snow_mmph=1.0) < 1500
    assert seen_m(85, rain_mmph=1.0) > 3 * seen_m(85, snow_mmph=1.0)


@given(humidity_pct=st.floats(0, 100), snow_mmph=st.floats(0, 20), rain_mmph=st.floats(0, 100))
def test_more_moisture_never_clears_the_view(humidity_pct, snow_mmph, rain_mmph):
    here = seen_m(humidity_pct, snow_mmph=snow_mmph, rain_mmph=rain_mmph)
    assert 0 < here <= REACH_M
    assert here >= seen_m(min(humidity_pct + 1, 100), snow_mmph=snow_mmph + 1, rain_mmph=rain_mmph)
