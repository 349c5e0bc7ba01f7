"""The snow's surface: colder than a clear calm night, warmed by the sun, never above melting."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.snow_surface import snow_surface_c


def surface_c(*, air_c: float, wind_mps: float, sun_wm2: float, cloud_ratio: float) -> float:
    places = np.array([air_c]), np.array([wind_mps]), np.array([sun_wm2])
    return float(snow_surface_c(*places, cloud_ratio)[0])


def test_a_clear_calm_night_cools_the_surface_by_kelvins_and_wind_prevents_it():
    calm = surface_c(air_c=-10, wind_mps=0.5, sun_wm2=0, cloud_ratio=0)
    assert -18 < calm < -15
    assert calm < surface_c(air_c=-10, wind_mps=0.5, sun_wm2=0, cloud_ratio=1) - 4
    assert calm < surface_c(air_c=-10, wind_mps=10, sun_wm2=0, cloud_ratio=0) - 4


@given(
    air_c=st.floats(-40, 40),
    wind_mps=st.floats(0, 75),
    sun_wm2=st.floats(0, 1300),
    cloud_ratio=st.floats(0, 1),
)
def test_snow_is_never_warmer_than_melting(air_c, wind_mps, sun_wm2, cloud_ratio):
    surface = surface_c(air_c=air_c, wind_mps=wind_mps, sun_wm2=sun_wm2, cloud_ratio=cloud_ratio)
    assert -50 < surface <= 0
