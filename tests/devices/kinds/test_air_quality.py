"""Haze that gathers for days and goes within hours; traffic and sun that make the gases."""

from dataclasses import replace

import numpy as np
import pytest

from devices.arrays import Floats
from devices.environment.events import Event, EventKind
from devices.environment.region import Region
from devices.kinds.air_quality import KIND
from devices.physics.airshed import Airshed
from tests.devices.kinds.runs import run
from tests.devices.places import LANGFANG, moment, moments


@pytest.fixture(scope="module")
def winter():
    return run(KIND, moments("2025-12-01 00:00", every_s=3600, count=24 * 40))


@pytest.fixture(scope="module")
def summer():
    return run(KIND, moments("2026-06-20 00:00", every_s=3600, count=24 * 20))


def by_hour(values: Floats) -> Floats:
    hours: Floats = values.mean(axis=1).reshape(-1, 24).mean(axis=0)
    return hours


def test_a_cold_front_sweeps_the_haze_away():
    start = moment("2026-01-10 00:00")
    front = Event(kind=EventKind.COLD_FRONT, start=start, duration_s=86_400.0)
    times = moments("2026-01-08 00:00", every_s=3600, count=96)
    swept, left = (run(KIND, times, events=events)["pm25_ugm3"] for events in ([front], []))
    assert np.array_equal(swept[:40], left[:40])
    behind = slice(48 + 8, 48 + 24)
    assert swept[behind].mean() < 0.6 * left[behind].mean()
    assert swept[behind].min() < 0.4 * swept[:48].mean()


def test_haze_gathers_in_weak_winds_and_not_in_strong_ones(winter):
    times = moments("2025-12-01 00:00", every_s=3600, count=24 * 40)
    weather = Region(1).at(LANGFANG).weather
    place = {"elevation_m": np.array([15.0]), "exposure": np.array([0.3])}
    wind_mps = np.array([weather.air(now, **place).wind_speed_mps[0] for now in times])
    daily_mps = np.convolve(wind_mps, np.full(24, 1 / 24), "valid")
    fine = winter["pm25_ugm3"].mean(axis=1)[23:]
    calm, windy = daily_mps < np.quantile(daily_mps, 0.2), daily_mps > np.quantile(daily_mps, 0.8)
    assert fine[calm].mean() > 2 * fine[windy].mean()


def test_it_grows_over_days_and_not_over_hours(winter):
    fine = winter["pm25_ugm3"].mean(axis=1)
    assert np.corrcoef(fine[:-6], fine[6:])[0, 1] > 0.5
    assert fine.max() > 120
    assert fine.min() < 15
    assert 30 < np.median(fine) < 70  # Beijing's winters of the last ten years


def test_winter_is_hazier_than_summer(winter, summer):
    assert winter["pm25_ugm3"].mean() > 1.2 * summer["pm25_ugm3"].mean()


def test_nitrogen_dioxide_has_two_rush_hours(winter):
    no2 = by_hour(winter["no2_ugm3"])
    assert no2[5:12].argmax() + 5 in (8, 9)
    assert no2[14:23].argmax() + 14 in (18, 19, 20)
    assert no2[8] > 1.3 * no2[4]
    assert no2[19] > 1.3 * no2[14]


def test_ozone_follows_the_sun_and_the_season(winter, summer):
    assert by_hour(summer["o3_ugm3"]).argmax() in range(13, 18)
    assert by_hour(summer["o3_ugm3"]).max() > 2 * by_hour(summer["o3_ugm3"]).min()
    assert summer["o3_ugm3"].mean() > 1.8 * winter["o3_ugm3"].mean()


def test_coarse_particles_contain_the_fine_ones(winter):
    assert (winter["pm10_ugm3"] > winter["pm25_ugm3"]).all()


def test_streets_of_a_city_share_its_air_and_differ(winter):
    fine = winter["pm25_ugm3"]
    assert np.corrcoef(fine.T).min() > 0.98
    assert 0.04 < (fine.std(axis=1) / fine.mean(axis=1)).mean() < 0.2
    assert winter["no2_ugm3"].mean(axis=0).max() > 1.8 * winter["no2_ugm3"].mean(axis=0).min()


def test_a_cleaner_place_has_cleaner_air(winter):
    times = moments("2025-12-01 00:00", every_s=3600, count=24 * 10)
    clean = run(KIND, times, emission_ratio=0.3)
    for name in ("pm25_ugm3", "pm10_ugm3", "no2_ugm3"):
        assert clean[name].mean() < 0.8 * winter[name][: 24 * 10].mean()


def test_all_is_silent_without_mains():
    start = moment("2026-06-10 12:10")
    outage = Event(kind=EventKind.OUTAGE, start=start, duration_s=600)
    arrays = run(KIND, moments("2026-06-10 12:00", every_s=300, count=8), events=[outage])
    silent = [all(np.isnan(array[step]).all() for array in arrays.values()) for step in range(8)]
    assert silent == [False, False, True, True, False, False, False, False]


def test_the_air_has_a_history_from_the_first_reading_on():
    late, early = Airshed(1.0), Airshed(1.0)
    environment = Region(1).at(LANGFANG)
    times = moments("2026-01-10 00:00", every_s=1800, count=24 * 2 * 10)
    whole = [early.at(now, environment) for now in times]
    assert late.at(times[-1], environment).pm25 == pytest.approx(whole[-1].pm25, rel=0.1)


def test_the_step_length_hardly_matters():
    environment = Region(1).at(LANGFANG)
    fine, coarse = Airshed(1.0), Airshed(1.0)
    times = moments("2026-01-10 00:00", every_s=60, count=181)
    for now in times:
        often = fine.at(now, environment)
    coarse.at(times[0], environment)
    once = coarse.at(times[-1], environment)
    assert once.pm25 == pytest.approx(often.pm25, rel=0.03)
    assert once.no2 == pytest.approx(often.no2, rel=0.03)


def test_two_sites_that_a_front_reaches_at_other_times_are_swept_at_other_times():
    start = moment("2026-01-10 00:00")
    front = Event(kind=EventKind.COLD_FRONT, start=start, duration_s=86_400.0)
    north_west = replace(LANGFANG, name="north-west", latitude_deg=41.0, longitude_deg=114.5)
    times = moments("2026-01-09 12:00", every_s=3600, count=48)
    first, then = (
        run(KIND, times, events=[front], site=site)["pm25_ugm3"].mean(axis=1)
        for site in (north_west, LANGFANG)
    )
    assert first[12:24].mean() / first[:12].mean() < then[12:24].mean() / then[:12].mean()
