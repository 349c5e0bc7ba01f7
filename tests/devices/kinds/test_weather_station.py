"""Stations tell one story: the same front, in the order that height and physics demand."""

import numpy as np

from devices.kinds.weather_station import KIND
from tests.devices.kinds.runs import run
from tests.devices.places import moments

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


def test_a_piste_gains_more_in_a_cold_spell_than_a_meadow_does():
    december = moments("2025-12-01 00:00", every_s=3600, count=24 * 21)
    meadow, piste = (run(KIND, december, count=10, snowmaking_ratio=ratio) for ratio in (0.0, 1.0))
    assert np.array_equal(meadow["wet_bulb_c"], piste["wet_bulb_c"])
    for name, least in (("snow_depth_cm", 15), ("snow_water_equivalent_mm", 60)):
        gained = [np.mean(arrays[name][-1] - arrays[name][0]) for arrays in (meadow, piste)]
        assert gained[1] > gained[0] + least


def test_depth_and_water_are_those_of_snow():
    arrays = run(KIND, MONTH)
    kg_per_m3 = 100 * arrays["snow_water_equivalent_mm"] / arrays["snow_depth_cm"]
    assert 200 < kg_per_m3.min() < kg_per_m3.max() < 480


def test_the_surface_is_read_only_while_snow_lies_and_is_never_above_melting():
    spring = moments("2026-04-01 00:00", every_s=3600, count=24 * 60)
    arrays = run(KIND, spring, snowmaking_ratio=0.0)
    surface_c = arrays["snow_surface_temperature_c"]
    assert np.nanmax(surface_c) <= 0.0
    assert np.isnan(surface_c[-1]).all()
    assert not np.isnan(surface_c[0]).all()


def test_one_sees_less_far_while_it_snows():
    arrays = run(KIND, moments("2025-12-01 00:00", every_s=3600, count=24 * 60), count=5)
    snows = np.diff(arrays["precipitation_mm"], axis=0) > 0.1
    seen_m = arrays["visibility_m"][1:]
    assert np.median(seen_m[snows]) < 5_000
    assert np.median(seen_m[~snows]) > 15_000


def test_precipitation_and_snow_grow_together():
    winter = moments("2025-12-01 00:00", every_s=3600, count=24 * 60)
    arrays = run(KIND, winter, count=5)
    fallen_mm = np.diff(arrays["precipitation_mm"][:, -1])
    assert fallen_mm.sum() > 1
    heavy = fallen_mm > 0.7 * fallen_mm.max()
    assert np.diff(arrays["snow_depth_cm"][:, -1])[heavy].mean() > 0
