"""Stations tell one story: the same front, in the order that height and physics demand."""

import numpy as np

from devices.kinds.weather_station import KIND
from devices.physics.snowpack import Snowpack
from tests.devices.kinds.runs import run
from tests.devices.places import moment, moments

MONTH = moments("2026-01-01 00:00", every_s=3600, count=24 * 30)


def test_derived_quantities_keep_their_order():
    arrays = run(KIND, MONTH)
    assert (arrays["dew_point_c"] <= arrays["wet_bulb_c"] + 0.2).all()
    assert (arrays["wet_bulb_c"] <= arrays["air_temperature_c"]).all()
    assert (arrays["wind_gust_mps"] >= arrays["wind_speed_mps"]).all()


def test_higher_stations_have_less_pressure_and_more_wind():
    arrays = run(KIND, MONTH)
    assert (np.diff(arrays["pressure_hpa"], axis=1) < 0).all()
    assert (np.diff(arrays["wind_speed_mps"].mean(axis=0)[::10]) > 0).all()


def test_gusts_are_between_a_fifth_and_double_above_the_mean():
    arrays = run(KIND, MONTH)
    factor = arrays["wind_gust_mps"] / arrays["wind_speed_mps"]
    assert 1.2 < np.quantile(factor, 0.05) < np.quantile(factor, 0.95) < 2.5


def test_neighbouring_stations_see_the_same_weather():
    temperature_c = run(KIND, MONTH)["air_temperature_c"]
    assert np.corrcoef(temperature_c[:, 0], temperature_c[:, 1])[0, 1] > 0.98


def test_a_vane_says_nothing_in_a_calm():
    arrays = run(KIND, MONTH)
    calm = arrays["wind_speed_mps"] < 0.5
    assert calm.any()
    assert np.array_equal(np.isnan(arrays["wind_direction_deg"]), calm)


def test_the_battery_charges_by_day():
    by_hour = run(KIND, MONTH)["battery_v"].mean(axis=1).reshape(-1, 24).mean(axis=0)
    assert by_hour.argmax() in range(12, 18)


def test_new_snow_lies_loose_then_settles_without_losing_water():
    pack = Snowpack(np.array([1600.0]), moment("2025-10-01 00:00"))
    cold = np.array([-8.0])
    fresh_cm = pack.step(6 * 3600.0, np.array([2.0]), cold)[0]
    assert 8 < fresh_cm < 20
    next_day_cm = pack.step(86_400.0, np.array([0.0]), cold)[0]
    assert 0.75 < next_day_cm / fresh_cm < 0.95
    settled_cm = pack.step(40 * 86_400.0, np.array([0.0]), cold)[0]
    assert abs(settled_cm - 100 * 12 / 350) < 0.1


def test_a_warm_spell_melts_the_snow_to_nothing_and_not_below():
    pack = Snowpack(np.array([1600.0, 500.0]), moment("2026-02-01 00:00"))
    assert pack.step(0.0, np.zeros(2), np.zeros(2)).tolist()[0] > 15
    melting_cm = [pack.step(86_400.0, np.zeros(2), np.full(2, 6.0)) for _ in range(10)]
    assert (np.diff(melting_cm, axis=0) <= 0).all()
    assert melting_cm[-1].tolist() == [0.0, 0.0]


def test_precipitation_and_snow_grow_together():
    winter = moments("2025-12-01 00:00", every_s=3600, count=24 * 60)
    arrays = run(KIND, winter, count=5)
    fallen_mm = np.diff(arrays["precipitation_mm"][:, -1])
    assert fallen_mm.sum() > 1
    heavy = fallen_mm > 0.7 * fallen_mm.max()
    assert np.diff(arrays["snow_depth_cm"][:, -1])[heavy].mean() > 0
