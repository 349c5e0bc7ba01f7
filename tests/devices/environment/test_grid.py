"""The grid: one frequency for all, load and voltage of each site."""

import numpy as np
import pytest

from devices.environment.region import Region
from tests.devices.environment.made import event
from tests.devices.places import CHONGLI, LANGFANG, moment, moments


def test_all_sites_hear_the_same_frequency_at_the_same_moment():
    region = Region(3)
    times = moments("2026-01-01 00:00", every_s=37, count=2000)
    one, other = (
        [region.at(site).grid.frequency_hz(now) for now in times] for site in (LANGFANG, CHONGLI)
    )
    assert one == other
    assert 0.01 < np.std(one) < 0.03
    assert max(abs(np.array(one) - 50.0)) < 0.1


def test_voltage_stands_above_nominal_and_sags_in_the_evening():
    grid = Region(1).at(LANGFANG).grid
    times = moments("2026-01-01 00:00", every_s=600, count=144 * 30)
    voltage_v = np.array([grid.voltage_v(now) for now in times])
    supplied = np.where(voltage_v > 0, voltage_v, np.nan).reshape(-1, 144)
    assert 223 < np.nanmin(supplied) < np.nanmax(supplied) < 234
    by_hour = np.nanmean(supplied, axis=0).reshape(24, 6).mean(axis=1)
    assert by_hour.argmin() in range(18, 22)


@pytest.mark.parametrize("site", [LANGFANG, CHONGLI])
def test_the_load_of_a_year_has_a_mean_of_about_one(site):
    grid = Region(1).at(site).grid
    times = moments("2025-01-01 00:00", every_s=5 * 3600 + 60, count=1750)
    assert np.mean([grid.load_ratio(now) for now in times]) == pytest.approx(1.0, abs=0.08)


def test_the_load_peaks_on_winter_evenings_and_rests_before_dawn():
    grid = Region(1).at(LANGFANG).grid
    times = moments("2026-01-12 00:00", every_s=1800, count=48 * 5)
    by_hour = np.array([grid.load_ratio(now) for now in times]).reshape(5, 24, 2).mean(axis=(0, 2))
    assert by_hour.argmax() in range(18, 22)
    assert by_hour.argmin() in range(1, 6)
    assert 2 < by_hour.max() / by_hour.min() < 4


def test_cold_and_heat_raise_the_load():
    usual, warmer = Region(1), Region(1, [event("heat-wave", "2026-07-14 00:00", hours=48)])
    colder = Region(1, [event("cold-front", "2026-01-12 00:00", hours=72)])
    for region, when in ((warmer, "2026-07-15 14:00"), (colder, "2026-01-13 09:00")):
        load, before = (each.at(LANGFANG).grid.load_ratio(moment(when)) for each in (region, usual))
        assert load > before + 0.05


def test_holidays_shift_the_load_from_the_morning_to_noon():
    times = moments("2026-01-14 00:00", every_s=3600, count=24)
    workday, free = (
        [region.at(LANGFANG).grid.load_ratio(now) for now in times]
        for region in (Region(1), Region(1, [event("holiday", "2026-01-14 00:00", hours=24)]))
    )
    assert free[7] < 0.8 * workday[7]
    assert free[12] / free[7] > 1.2 * workday[12] / workday[7]
    assert np.mean(free) == pytest.approx(np.mean(workday), rel=0.1)


def test_voltage_is_the_load_seen_from_the_other_side():
    environment = Region(1).at(LANGFANG)
    times = moments("2026-01-12 00:00", every_s=1800, count=48 * 10)
    voltage_v = [environment.grid.voltage_v(now) for now in times]
    load = [environment.grid.load_ratio(now) for now in times]
    assert np.corrcoef(voltage_v, load)[0, 1] < -0.4


def test_the_sun_lifts_the_voltage_and_the_load_draws_it_down():
    environment = Region(2).at(LANGFANG)
    grid, sky = environment.grid, environment.weather.sky
    times = moments("2026-04-01 00:00", every_s=1800, count=48 * 30)
    supplied = [now for now in times if grid.mains_on(now)]
    sun_kwm2 = np.array([sky(now).solar_radiation_wm2 / 1000.0 for now in supplied])
    load = np.array([grid.load_ratio(now) for now in supplied])
    causes = np.column_stack((np.ones(len(supplied)), load, sun_kwm2))
    volts = np.array([grid.voltage_v(now) for now in supplied])
    (_, by_load_v, by_sun_v), *_ = np.linalg.lstsq(causes, volts, rcond=None)
    assert -3.0 < by_load_v < -1.5
    assert 0.5 < by_sun_v < 2.0
