"""Inverters that follow sun and cloud, and never feed a dead grid."""

import numpy as np
import pytest

from devices.environment.events import Event, EventKind
from devices.environment.region import Region
from devices.kinds.pv_inverter import KIND, MPPT, OFF, SLEEPING, STARTING, STATES, THROTTLED
from tests.devices.kinds.runs import run
from tests.devices.places import LANGFANG, moment, moments

SUMMER_DAY = "2026-06-10 00:00"
RATED_W = 30_000.0


def test_nothing_is_fed_in_at_night():
    arrays = run(KIND, moments("2026-06-10 21:00", every_s=300, count=72))
    assert (arrays["active_power_w"] <= 0).all()
    assert (arrays["active_power_w"] >= -2).all()
    assert (arrays["inverter_state"] == SLEEPING).all()
    assert (np.diff(arrays["energy_export_kwh"], axis=0) == 0).all()


def test_power_follows_the_sun_on_the_panels():
    arrays = run(KIND, moments(SUMMER_DAY, every_s=60, count=1440))
    working = arrays["inverter_state"] == MPPT
    sun_wm2, power_w = arrays["irradiance_poa_wm2"][working], arrays["active_power_w"][working]
    assert np.corrcoef(sun_wm2, power_w)[0, 1] > 0.98
    assert power_w[sun_wm2 > 800].min() > 0.6 * RATED_W
    assert power_w[sun_wm2 < 100].max() < 0.15 * RATED_W


def test_a_clouded_noon_gives_less_than_a_clear_one():
    weather = Region(1).at(LANGFANG).weather
    noons = [moment(f"2026-06-{day:02} 12:20") for day in range(1, 31)]
    covers = [weather.sky(noon).cloud_ratio for noon in noons]
    clear, covered = noons[np.argmin(covers)], noons[np.argmax(covers)]
    clear_w, covered_w = (run(KIND, [noon])["active_power_w"].mean() for noon in (clear, covered))
    assert covered_w < 0.5 * clear_w


def test_clouds_pass_over_each_on_its_own_only_under_a_broken_sky():
    weather = Region(1).at(LANGFANG).weather
    noons = [moment(f"2026-06-{day:02} 12:20") for day in range(1, 31)]
    covers = np.array([weather.sky(noon).cloud_ratio for noon in noons])
    broken = noons[np.argmin(np.abs(covers - 0.5))]
    overcast = noons[np.argmax(covers)]
    spreads = [np.ptp(run(KIND, [now])["irradiance_poa_wm2"]) for now in (broken, overcast)]
    assert spreads[0] > 100
    assert spreads[1] == 0


def test_what_exceeds_the_rating_is_cut_off_and_said():
    arrays = run(KIND, moments("2026-04-10 08:00", every_s=60, count=480))
    power_w, states = arrays["active_power_w"], arrays["inverter_state"]
    assert power_w.max() == RATED_W
    assert (states[power_w == RATED_W] == THROTTLED).all()
    assert (power_w[states == THROTTLED] == RATED_W).all()


def test_the_register_integrates_what_is_fed_in_and_not_what_is_drawn():
    arrays = run(KIND, moments(SUMMER_DAY, every_s=300, count=288), rated_w=5_000)
    grown = np.diff(arrays["energy_export_kwh"], axis=0)
    assert np.allclose(grown, np.maximum(arrays["active_power_w"][1:], 0) * 300 / 3.6e6)
    assert 15 < grown.sum(axis=0).mean() < 40


def test_direct_current_covers_the_power_and_the_losses():
    arrays = run(KIND, moments("2026-06-10 08:00", every_s=300, count=96))
    working = np.isin(arrays["inverter_state"], (MPPT, THROTTLED))
    taken_w = (arrays["dc_voltage_v"] * arrays["dc_current_a"])[working]
    efficiency = arrays["active_power_w"][working] / taken_w
    assert efficiency.max() < 0.99
    assert np.median(efficiency) > 0.96
    assert (arrays["dc_current_a"][~working] == 0).all()


def test_warm_panels_give_less_and_at_a_lower_voltage():
    winter, summer = (
        run(KIND, moments(f"2026-{day} 11:00", every_s=60, count=120)) for day in ("01-20", "07-20")
    )
    volts = [each["dc_voltage_v"].mean() for each in (winter, summer)]
    assert volts[0] > 1.05 * volts[1]


def test_no_power_in_an_outage_nor_in_the_first_minute_after():
    start = moment("2026-06-10 12:10")
    outage = Event(kind=EventKind.OUTAGE, start=start, duration_s=600)
    times = moments("2026-06-10 12:00", every_s=10, count=150)
    arrays = run(KIND, times, events=[outage])
    after_s = np.array([(now - outage.end).total_seconds() for now in times])
    dead = (after_s >= -600) & (after_s < 0)
    assert (arrays["inverter_state"][dead] == OFF).all()
    assert (arrays["active_power_w"][dead] == 0).all()
    waiting = (after_s >= 0) & (after_s < 60)
    assert (arrays["inverter_state"][waiting] == STARTING).all()
    assert (arrays["active_power_w"][waiting] <= 0).all()
    assert (arrays["active_power_w"][after_s > 120] > 1000).all()


def test_a_dark_inverter_is_silent_in_an_outage():
    start = moment("2026-06-10 23:10")
    outage = Event(kind=EventKind.OUTAGE, start=start, duration_s=600)
    arrays = run(KIND, moments("2026-06-10 23:00", every_s=60, count=30), events=[outage])
    assert all(np.isnan(array[15]).all() for array in arrays.values())
    assert all(not np.isnan(array[25]).any() for array in arrays.values())


@pytest.mark.parametrize(("azimuth_deg", "hour"), [(-90, 8), (90, 16)])
def test_panels_see_most_sun_when_it_stands_before_them(azimuth_deg, hour):
    now = [moment(f"2026-06-10 {hour:02}:20")]
    facing, away = (
        run(KIND, now, tilt_deg=40, azimuth_deg=azimuth)["irradiance_poa_wm2"].mean()
        for azimuth in (azimuth_deg, -azimuth_deg)
    )
    assert facing > 1.3 * away


def test_an_inverter_wakes_by_starting():
    states = run(KIND, moments("2026-06-10 04:00", every_s=10, count=720))["inverter_state"]
    for device in states.T:
        order = [STATES[int(code)] for code in device[np.insert(np.diff(device) != 0, 0, True)]]
        assert order[:3] == ["sleeping", "starting", "mppt"]
