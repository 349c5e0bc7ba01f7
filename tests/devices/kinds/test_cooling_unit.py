"""Cooling units: they follow load and weather, stand without mains, and help out."""

import numpy as np

from devices.environment.region import Region
from devices.kinds.cooling_unit import FAULT, KIND, OFF, RUNNING, STANDBY, STARTING
from tests.devices.kinds.hall_events import cooling_failure, from_noon, outage, step_at
from tests.devices.kinds.runs import run
from tests.devices.places import CHONGLI, LANGFANG, moments

DAY = moments("2026-01-13 00:00", every_s=300, count=288)
FAILED = 12  # of 24 units, the nearest to the middle from below or above


def test_cooling_follows_the_load_of_the_hall():
    arrays = run(KIND, DAY, count=200)
    hall = Region(1).at(CHONGLI).hall
    work = np.array([hall.work_ratio(now) for now in DAY])
    for name in ("fan_speed_pct", "cooling_valve_pct"):
        assert np.corrcoef(arrays[name].mean(axis=1), work)[0, 1] > 0.6, name


def test_power_is_what_the_pue_leaves_for_cooling():
    winter, summer = (
        run(KIND, moments(f"2026-{month}-15 14:00", every_s=300, count=12), site=LANGFANG)
        for month in ("01", "07")
    )
    hall = Region(1).at(LANGFANG).hall
    for arrays, month in ((winter, "01"), (summer, "07")):
        now = moments(f"2026-{month}-15 14:00", every_s=1, count=1)[0]
        heat_w = 58_000 * hall.work_ratio(now)
        expected_w = (hall.pue_ratio(now) - 1.05) * heat_w
        assert 0.8 < arrays["active_power_w"][0].mean() / expected_w < 1.25
    assert summer["active_power_w"].mean() > 2 * winter["active_power_w"].mean()
    assert (winter["compressor_state"] == 0).all()
    assert (summer["compressor_state"] == 1).all()


def test_the_register_integrates_the_power():
    arrays = run(KIND, DAY)
    grown_kwh = np.diff(arrays["energy_import_kwh"], axis=0)
    assert np.allclose(grown_kwh, arrays["active_power_w"][1:] * 300 / 3.6e6)


def test_without_mains_all_stand_and_restart_late():
    times = from_noon(every_s=10, until_s=2400)
    arrays = run(KIND, times, events=(outage(900),))
    states = arrays["unit_state"]
    back = step_at(900, every_s=10)
    assert (states[step_at(0, every_s=10) : back] == OFF).all()
    assert (states[back : back + 3] == STARTING).all()
    assert (states[back + 18] == RUNNING).all()
    assert (arrays["fan_speed_pct"][back - 1] < 1).all()
    assert (arrays["active_power_w"][back - 1] < 100).all()
    assert arrays["supply_air_temperature_c"][back].min() > 27


def test_after_an_outage_fans_hurry_until_the_hall_is_cool_again():
    times = from_noon(every_s=60, until_s=4 * 3600)
    arrays = run(KIND, times, events=(outage(1800),))
    hurrying, after = step_at(2400, every_s=60), step_at(4 * 3600, every_s=60)
    assert (arrays["fan_speed_pct"][hurrying] > 97).all()
    assert arrays["fan_speed_pct"][after].mean() < 85
    per_unit_w = arrays["active_power_w"][[hurrying, after]].mean(axis=1)
    assert per_unit_w[0] > 1.2 * per_unit_w[1]


def test_one_failed_unit_is_a_fault_and_the_others_carry_its_heat():
    times = from_noon(every_s=30, until_s=3600)
    failed, usual = (
        run(KIND, times, events=events, count=24) for events in ((cooling_failure(7200, 0.51),), ())
    )
    states = failed["unit_state"][-1]
    assert states[FAILED] == FAULT
    assert (np.delete(states, FAILED) == RUNNING).all()
    assert failed["fan_speed_pct"][-1, FAILED] < 1
    faster = np.delete(failed["fan_speed_pct"][-1] - usual["fan_speed_pct"][-1], FAILED)
    assert (faster > 0).all()
    assert faster[[FAILED - 1, FAILED]].min() > faster[0] + 3
    heat = [(each["unit_state"][-1] == RUNNING).sum() for each in (failed, usual)]
    assert heat == [23, 24]
    valves = np.delete(failed["cooling_valve_pct"][-1], FAILED).sum()
    assert valves > usual["cooling_valve_pct"][-1].sum()


def test_spares_take_turns_and_start_when_another_fails():
    turns = [
        run(KIND, moments(f"2026-01-{day} 12:00", every_s=60, count=1), count=24, spares=2)
        for day in ("06", "13", "20")
    ]
    waiting = [np.flatnonzero(arrays["unit_state"][0] == STANDBY) for arrays in turns]
    assert [len(each) for each in waiting] == [2, 2, 2]
    assert not set(waiting[0]) & set(waiting[1])
    times = from_noon(every_s=30, until_s=600)
    arrays = run(KIND, times, events=(cooling_failure(7200, 0.51),), count=24, spares=2)
    assert (arrays["unit_state"][0] == STANDBY).sum() == 2
    assert (arrays["unit_state"][-1] == STANDBY).sum() == 0
    started = arrays["unit_state"][0] == STANDBY
    assert (arrays["fan_speed_pct"][-1, started] > 30).all()


def test_filters_clog_over_months_and_are_changed():
    times = moments("2025-06-01 12:00", every_s=86_400, count=365)
    pressure_pa = run(KIND, times, count=20)["filter_pressure_pa"]
    speed = run(KIND, times, count=20)["fan_speed_pct"] / 100
    dirt = (pressure_pa / speed**2)[speed.min(axis=1) > 0.3]
    changes = (np.diff(dirt, axis=0) < -50).sum(axis=0)
    assert set(changes) <= {1, 2, 3}
    grows = np.diff(dirt, axis=0) > 0
    assert grows.mean() > 0.95


def test_return_air_is_warmer_than_supply_and_its_humidity_lower_than_the_inlets():
    arrays = run(KIND, DAY)
    rise_k = arrays["return_air_temperature_c"] - arrays["supply_air_temperature_c"]
    assert 8 < rise_k.min() < rise_k.max() < 16
    assert (arrays["return_humidity_pct"] < 40).all()
