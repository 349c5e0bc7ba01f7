"""The regional weather: one for all, repeatable, and like the climate it stands for."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.environment.region import Region
from devices.environment.weather import Weather
from tests.devices.places import CHONGLI, LANGFANG, moment, moments

SLOPE = {
    "elevation_m": np.array([1600.0, 1850.0, 2150.0]),
    "exposure": np.array([0.1, 0.4, 0.9]),
}
PLAIN = {"elevation_m": np.array([15.0]), "exposure": np.array([0.3])}


def series(
    weather: Weather, times: list[datetime], places: dict[str, Floats], quantity: str
) -> Floats:
    return np.array([getattr(weather.air(now, **places), quantity) for now in times])


def test_any_order_of_asking_gives_the_same_weather():
    times = moments("2026-01-10 00:00", every_s=977, count=200)
    forward = series(Region(7).at(CHONGLI).weather, times, SLOPE, "temperature_c")
    backward = series(Region(7).at(CHONGLI).weather, times[::-1], SLOPE, "temperature_c")
    assert np.array_equal(forward, backward[::-1])


def test_another_seed_is_another_winter():
    now = moment("2026-01-10 12:00")
    one, other = (Region(seed).at(CHONGLI).weather.air(now, **SLOPE) for seed in (1, 2))
    assert not np.allclose(one.temperature_c, other.temperature_c)


def test_weather_is_continuous():
    times = moments("2026-01-10 00:00", every_s=60, count=3 * 1440)
    temperature_c = series(Region(3).at(CHONGLI).weather, times, SLOPE, "temperature_c")
    assert np.abs(np.diff(temperature_c, axis=0)).max() < 0.3


def test_a_front_that_reaches_chongli_cools_langfang_the_same_day():
    region = Region(5)
    times = moments("2025-12-01 00:00", every_s=3 * 3600, count=8 * 90)
    mountain = series(region.at(CHONGLI).weather, times, SLOPE, "temperature_c")[:, 0]
    plain = series(region.at(LANGFANG).weather, times, PLAIN, "temperature_c")[:, 0]
    falls = (
        np.diff(mountain.reshape(-1, 8).mean(axis=1)),
        np.diff(plain.reshape(-1, 8).mean(axis=1)),
    )
    assert np.corrcoef(*falls)[0, 1] > 0.8


@pytest.mark.parametrize(
    ("site", "places", "month", "mean_c"),
    [
        (LANGFANG, PLAIN, 1, -3.5),
        (LANGFANG, PLAIN, 7, 26.5),
        (CHONGLI, SLOPE, 1, -14.0),
    ],
)
def test_monthly_means_are_those_of_the_climate(site, places, month, mean_c):
    weather = [Region(seed).at(site).weather for seed in range(6)]
    times = moments(f"2026-{month:02}-01 00:00", every_s=7200, count=12 * 30)
    mean = np.mean([series(each, times, places, "temperature_c")[:, 0] for each in weather])
    assert mean == pytest.approx(mean_c, abs=2.0)


def test_afternoons_are_warmest_dawns_coldest_and_noons_windiest():
    weather = Region(11).at(CHONGLI).weather
    times = moments("2026-01-01 00:00", every_s=3600, count=24 * 120)
    by_hour_c = series(weather, times, SLOPE, "temperature_c")[:, 0].reshape(-1, 24).mean(axis=0)
    by_hour_mps = series(weather, times, SLOPE, "wind_speed_mps")[:, 0].reshape(-1, 24).mean(axis=0)
    assert by_hour_c.argmax() in range(13, 16)
    assert by_hour_c.argmin() in range(4, 8)
    assert by_hour_mps.argmax() in range(11, 16)


def test_calm_clear_nights_turn_the_slope_upside_down():
    weather = Region(2).at(CHONGLI).weather
    times = moments("2026-01-01 00:00", every_s=3600, count=24 * 90)
    strength = np.array([weather.sky(now).inversion for now in times])
    temperature_c = series(weather, times, SLOPE, "temperature_c")
    colder_below_k = temperature_c[:, 2] - temperature_c[:, 0]
    assert colder_below_k[strength > 0.8].min() > 1.0
    assert colder_below_k[strength < 0.05].max() < 0.0


def test_wind_is_spread_like_a_weibull_distribution_of_shape_two():
    weather = Region(4).at(CHONGLI).weather
    times = moments("2025-11-01 00:00", every_s=3600, count=24 * 365)
    speed = series(weather, times, SLOPE, "wind_speed_mps")[:, 2]
    assert 0.4 < speed.std() / speed.mean() < 0.7  # 0.52 for a shape of two


def test_the_sun_shines_by_day_only_and_higher_in_summer():
    sky = Region(1).at(LANGFANG).weather.sky
    assert sky(moment("2026-01-15 00:30")).solar_radiation_wm2 == 0.0
    by_season = [
        np.mean([sky(now).solar_radiation_wm2 for now in moments(day, every_s=3600, count=480)])
        for day in ("2026-01-05 00:00", "2026-06-05 00:00")
    ]
    assert 50 < by_season[0] < by_season[1] < 400


def test_rain_falls_from_clouds_and_nearly_all_of_it_in_summer():
    sky = Region(1).at(LANGFANG).weather.sky
    totals_mm = {}
    for month in ("01", "07"):
        skies = [sky(now) for now in moments(f"2026-{month}-01 00:00", every_s=3600, count=720)]
        totals_mm[month] = sum(each.precipitation_mmph for each in skies)
        assert all(each.cloud_ratio > 0.9 for each in skies if each.precipitation_mmph)
    assert totals_mm["07"] > 5 * totals_mm["01"]


@given(seed=st.integers(0, 2**32), hours=st.integers(-1_000_000, 1_000_000))
def test_no_weather_is_impossible(seed, hours):
    weather = Region(seed).at(CHONGLI).weather
    (now,) = moments("2026-01-01 00:00", every_s=3600, count=1)
    now = now.fromtimestamp(now.timestamp() + 3600.0 * hours, now.tzinfo)
    air, sky = weather.air(now, **SLOPE), weather.sky(now)
    assert (air.dew_point_c <= air.temperature_c).all()
    assert ((air.relative_humidity_pct > 0) & (air.relative_humidity_pct <= 100)).all()
    assert (np.abs(air.temperature_c + 2.5) < 42.5).all()
    assert (air.wind_speed_mps < 45).all()
    assert ((air.wind_direction_deg >= 0) & (air.wind_direction_deg < 360)).all()
    assert 0 <= sky.cloud_ratio <= 1
    assert 0 <= sky.solar_radiation_wm2 < 1300


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        Region(1).at(CHONGLI).weather.sky(moment("2026-01-01 00:00").replace(tzinfo=None))
