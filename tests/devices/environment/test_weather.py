"""The regional weather: one for all, repeatable, and like the climate it stands for."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.environment.region import Region
from devices.environment.weather import Weather
from tests.devices.environment.made import event
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


def test_a_cold_front_passes_each_site_after_its_own_delay_and_is_gone_at_its_end():
    front = event("cold-front", "2026-01-10 00:00", hours=96)
    for site, places in ((CHONGLI, SLOPE), (LANGFANG, PLAIN)):
        with_it, without = (Region(1, made).at(site).weather for made in ((front,), ()))
        arrival = front.start + timedelta(seconds=with_it.front_delay_s)
        hours = [arrival + timedelta(hours=hour) for hour in range(-2, 100)]
        colder_k = [
            float(without.air(now, **places).temperature_c[0])
            - float(with_it.air(now, **places).temperature_c[0])
            for now in hours
        ]
        assert colder_k[:3] == [0.0] * 3
        assert 4 < max(colder_k) < 20
        assert colder_k[14] > 0.5 * max(colder_k)
        assert colder_k[-1] == 0.0
    assert Region(1).at(LANGFANG).weather.front_delay_s > 3 * 3600


def test_a_stronger_front_is_colder_and_windier():
    (now,) = moments("2026-01-10 10:00", every_s=1, count=1)
    airs = [
        Region(1, [event("cold-front", "2026-01-10 00:00", hours=48, strength=strength)])
        .at(CHONGLI)
        .weather.air(now, **SLOPE)
        for strength in (0.3, 0.6, 1.0)
    ]
    assert airs[0].temperature_c[0] > airs[1].temperature_c[0] > airs[2].temperature_c[0]
    assert airs[0].wind_speed_mps[0] < airs[1].wind_speed_mps[0]


def test_a_heat_wave_is_hot_clear_dry_and_calm_and_comes_and_goes_smoothly():
    wave = event("heat-wave", "2026-07-10 00:00", hours=96)
    hot, usual = (Region(6, made).at(LANGFANG).weather for made in ((wave,), ()))
    times = moments("2026-07-10 00:00", every_s=3600, count=97)
    warmer_k = series(hot, times, PLAIN, "temperature_c") - series(
        usual, times, PLAIN, "temperature_c"
    )
    assert warmer_k[0] == warmer_k[-1] == 0.0
    assert 5 < np.median(warmer_k) < 10
    assert series(hot, times, PLAIN, "temperature_c").max() < 42
    middle = times[24:72]
    assert max(hot.sky(now).cloud_ratio for now in middle) < 0.5
    assert max(hot.sky(now).precipitation_mmph for now in middle) == 0.0
    calm_mps, usual_mps = (
        series(each, middle, PLAIN, "wind_speed_mps").mean() for each in (hot, usual)
    )
    assert calm_mps < 0.7 * usual_mps


@given(
    seed=st.integers(0, 2**32),
    day=st.integers(0, 364),
    kind=st.sampled_from(["cold-front", "heat-wave"]),
)
def test_no_event_makes_weather_that_a_station_cannot_measure(seed, day, kind):
    made = event(kind, "2026-01-01 00:00", hours=24 * 365, strength=2.0)
    now = moment("2026-01-01 12:00") + timedelta(days=day)
    for site, places in ((CHONGLI, SLOPE), (LANGFANG, PLAIN)):
        air_c = Region(seed, [made]).at(site).weather.air(now, **places).temperature_c
        assert ((air_c > -48) & (air_c < 43)).all()
