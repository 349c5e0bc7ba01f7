"""Rack PDUs: power that agrees with itself, on the output of a UPS."""

import numpy as np

from devices.environment.region import Region
from devices.kinds.pdu import KIND
from tests.devices.kinds.hall_events import from_noon, outage, step_at
from tests.devices.kinds.runs import run
from tests.devices.places import CHONGLI, moments

DAY = moments("2026-01-13 00:00", every_s=300, count=288)


def test_voltage_current_and_power_agree():
    arrays = run(KIND, DAY)
    apparent_va = arrays["voltage_l1_v"] * arrays["current_l1_a"]
    on = arrays["outlet_state"] == 0
    assert np.allclose(apparent_va, arrays["apparent_power_va"])
    assert np.allclose((apparent_va * arrays["power_factor"])[on], arrays["active_power_w"][on])


def test_the_register_integrates_the_power():
    arrays = run(KIND, DAY)
    grown_kwh = np.diff(arrays["energy_import_kwh"], axis=0)
    assert np.allclose(grown_kwh, arrays["active_power_w"][1:] * 300 / 3.6e6)
    assert grown_kwh.sum() > 0


def test_the_voltage_is_the_steady_output_of_the_ups():
    voltage_v = run(KIND, DAY)["voltage_l1_v"]
    assert (np.abs(voltage_v - 220) < 4.4).all()
    assert voltage_v.std(axis=0).max() < 0.5


def test_the_load_follows_the_work_of_the_hall():
    power_w = run(KIND, DAY, count=400)["active_power_w"].mean(axis=1)
    hall = Region(1).at(CHONGLI).hall
    work = np.array([hall.work_ratio(now) for now in DAY])
    assert np.corrcoef(power_w, work)[0, 1] > 0.95


def test_racks_run_through_a_short_outage_at_exactly_50_hz():
    times = from_noon(every_s=30, until_s=1200)
    arrays = run(KIND, times, events=(outage(900),))
    assert not np.isnan(arrays["active_power_w"]).any()
    without = slice(step_at(0, every_s=30), step_at(900, every_s=30))
    assert (arrays["frequency_hz"][without] == 50).all()
    assert np.std(arrays["frequency_hz"][step_at(900, every_s=30) :]) > 0


def test_racks_go_dark_when_the_batteries_are_empty_and_count_on_afterwards():
    times = from_noon(every_s=60, until_s=4500)
    arrays = run(KIND, times, events=(outage(3600),))
    dark = np.isnan(arrays["active_power_w"])
    assert not dark[: step_at(1500, every_s=60)].any()
    assert dark[step_at(2100, every_s=60) : step_at(3600, every_s=60)].all()
    assert not dark[step_at(3660, every_s=60) :].any()
    assert all(np.isnan(values[dark]).all() for values in arrays.values())
    energy_kwh = arrays["energy_import_kwh"]
    grown_kwh = energy_kwh[step_at(3660, every_s=60)] - energy_kwh[step_at(1500, every_s=60)]
    hourly_kwh = arrays["active_power_w"][0] / 1000
    assert (grown_kwh < 0.3 * hourly_kwh).all()


def test_with_a_generator_racks_never_go_dark():
    times = from_noon(every_s=60, until_s=4500)
    arrays = run(KIND, times, events=(outage(3600),), generator=1)
    assert not np.isnan(arrays["active_power_w"]).any()


def test_a_rack_that_is_switched_off_draws_nothing():
    arrays = run(KIND, moments("2026-01-01 00:00", every_s=7200, count=500), count=100)
    off = arrays["outlet_state"] == 1
    assert 1e-4 < off.mean() < 2e-3
    assert (arrays["current_l1_a"][off] == 0).all()
    assert np.isnan(arrays["power_factor"][off]).all()
    assert (arrays["voltage_l1_v"][off] > 215).all()


def test_a_rack_loaded_to_its_rating_shows_about_a_hundred_per_cent():
    load_pct = run(KIND, DAY, count=200, load_ratio=1.0)["load_pct"]
    assert 90 < load_pct.mean() < 115
