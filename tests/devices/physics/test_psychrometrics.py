"""Moist air against an independent implementation, and against its own invariants."""

import numpy as np
import psychrolib  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.physics.psychrometrics import (
    dew_point_c,
    relative_humidity_pct,
    saturation_hpa,
    station_pressure_hpa,
    wet_bulb_c,
)

psychrolib.SetUnitSystem(psychrolib.SI)


def array(*values: float) -> Floats:
    return np.array(values, dtype=float)


def reference_wet_bulb_c(temperature_c: float, humidity_pct: float, pressure_hpa: float) -> float:
    """Psychrolib's wet bulb for the same moisture; its humidity is over ice below 0 °C."""
    vapour_pa = humidity_pct * saturation_hpa(array(temperature_c))[0]
    pressure_pa = pressure_hpa * 100.0
    ratio = psychrolib.GetHumRatioFromVapPres(vapour_pa, pressure_pa)
    return float(psychrolib.GetTWetBulbFromHumRatio(temperature_c, ratio, pressure_pa))


@pytest.mark.parametrize("pressure_hpa", [780.0, 790.0, 830.0, 950.0, 1013.25])
def test_wet_bulb_agrees_with_psychrolib_to_a_fifth_of_a_kelvin(pressure_hpa):
    for temperature_c in np.arange(-20.0, 30.1, 2.0):
        for humidity_pct in range(10, 86, 5):
            ours = wet_bulb_c(array(temperature_c), array(humidity_pct), array(pressure_hpa))[0]
            reference = reference_wet_bulb_c(temperature_c, humidity_pct, pressure_hpa)
            frozen_here_but_not_there = ours < 0 < reference  # both solve their equation
            tolerance_k = 0.7 if frozen_here_but_not_there else 0.2
            assert abs(ours - reference) < tolerance_k, (temperature_c, humidity_pct)


@pytest.mark.parametrize(
    ("temperature_c", "humidity_pct", "pressure_hpa", "wet_c"),
    [(-10.0, 20.0, 1013.25, -12.65), (-10.0, 20.0, 830.0, -13.07), (2.0, 30.0, 830.0, -3.33)],
)
def test_wet_bulb_in_cold_dry_air_is_right_where_stull_is_wrong(
    temperature_c, humidity_pct, pressure_hpa, wet_c
):
    got = wet_bulb_c(array(temperature_c), array(humidity_pct), array(pressure_hpa))[0]
    assert got == pytest.approx(wet_c, abs=0.2)


@given(
    temperature_c=st.floats(-50, 45),
    humidity_pct=st.floats(0.1, 100),
    pressure_hpa=st.floats(600, 1085),
)
def test_dew_point_wet_bulb_and_temperature_keep_their_order(
    temperature_c, humidity_pct, pressure_hpa
):
    air = array(temperature_c), array(humidity_pct)
    wet_c = wet_bulb_c(*air, array(pressure_hpa))[0]
    assert dew_point_c(*air)[0] - 0.2 <= wet_c <= temperature_c


@given(temperature_c=st.floats(-50, 45), humidity_pct=st.floats(1, 100))
def test_humidity_comes_back_from_the_dew_point(temperature_c, humidity_pct):
    dew_c = dew_point_c(array(temperature_c), array(humidity_pct))
    back_pct = relative_humidity_pct(array(temperature_c), dew_c)[0]
    assert back_pct == pytest.approx(humidity_pct, rel=1e-9)


@given(temperature_c=st.floats(-60, 50), humidity_pct=st.floats(0, 100))
def test_wet_bulb_above_freezing_solves_the_psychrometer_equation(temperature_c, humidity_pct):
    pressure_hpa = 850.0
    wet_c = wet_bulb_c(array(temperature_c), array(humidity_pct), array(pressure_hpa))[0]
    if 0.01 < wet_c < temperature_c:
        factor = 6.53e-4 * (1 + 0.000944 * wet_c) * pressure_hpa
        vapour = saturation_hpa(array(wet_c))[0] - factor * (temperature_c - wet_c)
        assert vapour == pytest.approx(
            humidity_pct / 100 * saturation_hpa(array(temperature_c))[0], abs=1e-9
        )


def test_pressure_falls_with_height_as_in_the_standard_atmosphere():
    heights_m = array(0.0, 1400.0, 1650.0, 2050.0)
    standard = station_pressure_hpa(1013.25, heights_m, 15.0 - 0.0065 * heights_m)
    assert standard == pytest.approx([1013.25, 856.0, 830.0, 790.0], abs=1.0)
