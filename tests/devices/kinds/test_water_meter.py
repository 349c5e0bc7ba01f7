"""Taps and showers by the hour, silence at night, and leaks that never sleep."""

import numpy as np
import pytest

from devices.arrays import Floats
from devices.kinds.water_meter import KIND
from tests.devices.kinds.runs import run
from tests.devices.places import moments

DAY = 24


def daily_m3(arrays: dict[str, Floats]) -> float:
    volume_m3 = arrays["water_volume_m3"]
    days = (len(volume_m3) - 1) / DAY
    return float((volume_m3[-1] - volume_m3[0]).mean()) / days


@pytest.fixture(scope="module")
def day_of_homes():
    """A workday of sound homes at every minute."""
    times = moments("2026-01-14 00:00", every_s=60, count=60 * DAY)
    return run(KIND, times, count=200, leak_share=0.0)


def test_a_home_uses_a_few_hundred_litres_a_day_and_more_with_more_residents():
    times = moments("2026-04-13 00:00", every_s=3600, count=7 * DAY + 1)
    one, three, five = (
        daily_m3(run(KIND, times, count=400, leak_share=0.0, residents=number))
        for number in (1.0, 3.0, 5.0)
    )
    assert 0.2 < three < 0.6
    assert one < 0.75 * three < 0.6 * five


def test_the_night_minimum_is_zero_where_nothing_leaks(day_of_homes):
    night = day_of_homes["water_flow_lpm"][2 * 60 : 5 * 60]
    assert (night.min(axis=0) == 0).all()
    assert (night == 0).mean() > 0.95
    assert not day_of_homes["leak_detected"].any()


def test_water_is_drawn_in_spells_that_follow_the_day(day_of_homes):
    flow_lpm = day_of_homes["water_flow_lpm"]
    by_hour = flow_lpm.mean(axis=1).reshape(DAY, 60).mean(axis=1)
    assert by_hour.argmax() in {*range(18, 23)}
    assert by_hour[2:5].mean() < 0.3 * by_hour.mean()
    assert (flow_lpm > 0).mean() < 0.12
    assert 3 < np.median(flow_lpm[flow_lpm > 0]) < 9


def test_the_register_counts_what_flows_between_readings():
    times = moments("2026-01-14 19:00", every_s=1, count=600)
    arrays = run(KIND, times, count=300)
    grown_m3 = np.diff(arrays["water_volume_m3"], axis=0).sum()
    assert grown_m3 == pytest.approx(arrays["water_flow_lpm"][1:].sum() / 60_000, rel=0.02)
    assert grown_m3 > 0


def test_a_day_counts_as_much_at_any_interval():
    day = [
        run(KIND, moments("2026-01-14 00:00", every_s=every_s, count=count), count=300)
        for every_s, count in ((300, 12 * DAY + 1), (3600, DAY + 1))
    ]
    often_m3, seldom_m3 = (each["water_volume_m3"][-1] - each["water_volume_m3"][0] for each in day)
    assert often_m3.mean() == pytest.approx(seldom_m3.mean(), rel=0.15)
    assert np.std(often_m3) == pytest.approx(np.std(seldom_m3), rel=0.3)


def test_a_leak_that_begins_is_detected_after_a_day_of_flow():
    times = moments("2026-01-05 00:00", every_s=3600, count=40 * DAY)
    arrays = run(KIND, times, count=300, leak_share=0.2)
    detected, flowing = arrays["leak_detected"] == 1, arrays["water_flow_lpm"] > 0
    for home in range(300):
        for end in np.flatnonzero(np.diff(detected[:, home].astype(int)) == 1) + 1:
            assert flowing[end - DAY : end + 1, home].all()
            assert not detected[end - DAY : end, home].any()
    assert detected[0].any()
    assert (np.diff(detected.astype(int), axis=0) == 1).any()
    assert flowing[detected].all()


def test_few_homes_leak():
    arrays = run(KIND, moments("2026-01-14 00:00", every_s=3600, count=2), count=5000)
    assert 0.003 < arrays["leak_detected"].mean() < 0.03


def test_the_water_follows_the_ground_which_follows_the_air_a_month_later():
    times = moments("2025-01-01 12:00", every_s=86_400, count=365)
    water_c = run(KIND, times, count=50)["water_temperature_c"].mean(axis=1)
    assert 30 <= water_c.argmin() <= 75
    assert 215 <= water_c.argmax() <= 255
    assert 3 < water_c.min() < 8
    assert 17 < water_c.max() < 24


def test_standing_water_takes_on_the_warmth_of_the_shaft(day_of_homes):
    water_c = day_of_homes["water_temperature_c"]
    drawn = np.diff(day_of_homes["water_volume_m3"], axis=0)
    change_k = np.diff(water_c, axis=0)
    assert (change_k[drawn == 0] > -0.05).mean() > 0.95
    assert change_k[drawn > 0.002].mean() < -0.1
