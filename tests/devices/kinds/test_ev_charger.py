"""Chargers whose sessions come when people come, taper, and outlive an outage."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from devices.arrays import Floats
from devices.environment.events import Event, EventKind
from devices.kinds.ev_charger import KIND, POWER_FACTOR
from devices.physics.charging_sessions import (
    AVAILABLE,
    CHARGING,
    FAULTED,
    FINISHING,
    PREPARING,
    STATES,
    SUSPENDED_EV,
    SUSPENDED_EVSE,
)
from tests.devices.kinds.runs import run
from tests.devices.places import moment, moments

HOMES: dict[str, Any] = {"dc_share": 0.0, "workplace_share": 0.0}
WORKPLACES: dict[str, Any] = {"dc_share": 0.0, "workplace_share": 1.0}
PUBLIC: dict[str, Any] = {"dc_share": 1.0}


def arrivals(states: Floats, every_s: float) -> Floats:
    """Hours of the day, counted from the run's midnight, at which a cable was plugged in."""
    plugged = (states[1:] != AVAILABLE) & (states[:-1] == AVAILABLE)
    hours: Floats = ((plugged.nonzero()[0] + 1) * every_s / 3600) % 24
    return hours


@pytest.mark.parametrize(
    ("options", "first", "last"), [(HOMES, 18, 22), (WORKPLACES, 8, 10)], ids=["home", "work"]
)
def test_cars_come_home_in_the_evening_and_to_work_in_the_morning(
    monkeypatch, options, first, last
):
    monkeypatch.setattr("devices.kinds.ev_charger.FAULT_DUTY", 0.0)
    times = moments("2026-01-12 00:00", every_s=180, count=480)
    states = run(KIND, times, count=150, **options)["charge_state"]
    came = arrivals(states, 180)
    assert len(came) > 60
    assert ((came >= first) & (came <= last + 0.05)).all()


def test_few_charge_at_work_on_a_sunday():
    sunday, monday = (
        run(KIND, moments(f"2026-01-{day} 11:00", every_s=60, count=2), count=300, **WORKPLACES)
        for day in (11, 12)
    )
    there = [(each["charge_state"][-1] != AVAILABLE).mean() for each in (sunday, monday)]
    assert there[0] < 0.15
    assert there[1] > 0.6


def test_direct_current_is_full_to_80_percent_and_falls_beyond():
    times = moments("2026-01-12 09:00", every_s=60, count=600)
    arrays = run(KIND, times, count=60, **PUBLIC)
    both = (arrays["charge_state"][1:] == CHARGING) & (arrays["charge_state"][:-1] == CHARGING)
    power_w, soc_pct = arrays["active_power_w"], arrays["soc_pct"]
    change_w = np.diff(power_w, axis=0)
    assert (change_w[both & (soc_pct[1:] < 80)] == 0).all()
    above = both & (soc_pct[:-1] > 80)
    assert above.sum() > 100
    assert (change_w[above] < 0).all()
    nearly_full = (arrays["charge_state"] == CHARGING) & (soc_pct > 94)
    assert (power_w < 0.6 * power_w.max(axis=0))[nearly_full].all()
    assert nearly_full.any()


def test_the_charge_of_a_car_rises_with_the_energy_it_took():
    times = moments("2026-01-12 12:00", every_s=60, count=15)
    arrays = run(KIND, times, count=80, **PUBLIC)
    steady = (arrays["charge_state"] == CHARGING).all(axis=0)
    assert steady.any()
    risen = np.ptp(arrays["soc_pct"][:, steady], axis=0) / 100
    taken_kwh = np.ptp(arrays["session_energy_kwh"][:, steady], axis=0)
    battery_kwh = 0.93 * taken_kwh / risen
    assert ((battery_kwh > 38) & (battery_kwh < 82)).all()


def test_only_fast_chargers_know_the_charge_of_the_car():
    times = moments("2026-01-12 20:00", every_s=60, count=30)
    slow = run(KIND, times, **HOMES)
    assert (slow["charge_state"] == CHARGING).any()
    assert np.isnan(slow["soc_pct"]).all()


def test_voltage_current_and_power_agree():
    arrays = run(KIND, moments("2026-01-12 21:00", every_s=60, count=10), count=200)
    product = arrays["voltage_l1_v"] * arrays["current_l1_a"] * POWER_FACTOR
    charging = arrays["charge_state"] == CHARGING
    phases = arrays["active_power_w"][charging] / product[charging]
    assert np.isin(np.round(phases, 9), (1.0, 3.0)).all()
    assert (arrays["current_l1_a"][~charging] == 0).all()
    assert arrays["current_l1_a"][charging].min() > 1


def test_the_register_grows_by_the_energy_of_the_sessions():
    times = moments("2026-01-12 16:00", every_s=120, count=480)
    arrays = run(KIND, times, count=80)
    grown = np.diff(arrays["energy_import_kwh"], axis=0)
    mean_w = (arrays["active_power_w"][1:] + arrays["active_power_w"][:-1]) / 2
    assert grown.sum() == pytest.approx((mean_w * 120 / 3.6e6).sum(), rel=0.01)
    in_session = ~np.isnan(arrays["session_energy_kwh"])
    both = in_session[1:] & in_session[:-1]
    assert np.allclose(grown[both], np.diff(arrays["session_energy_kwh"], axis=0)[both])


def test_the_sessions_do_not_depend_on_the_reporting_interval(monkeypatch):
    monkeypatch.setattr("devices.kinds.ev_charger.FAULT_DUTY", 0.0)
    often = run(KIND, moments("2026-01-12 17:00", every_s=30, count=120 * 6 + 1), count=30)
    rarely = run(KIND, moments("2026-01-12 17:00", every_s=3600, count=7), count=30)
    for name in ("charge_state", "active_power_w", "session_energy_kwh", "soc_pct"):
        assert np.allclose(often[name][::120], rarely[name], equal_nan=True), name
    drawn = [np.ptp(each["energy_import_kwh"], axis=0) for each in (often, rarely)]
    assert np.allclose(*drawn)
    assert drawn[0].sum() > 100


def test_a_session_goes_through_its_states_in_order(monkeypatch):
    monkeypatch.setattr("devices.kinds.ev_charger.FAULT_DUTY", 0.0)
    times = moments("2026-01-12 12:00", every_s=20, count=3 * 360)
    states = run(KIND, times, count=40, **PUBLIC)["charge_state"]
    steps = {
        (STATES[int(before)], STATES[int(after)])
        for device in states.T
        for before, after in pairwise(device)
        if before != after
    }
    assert steps == {
        ("Available", "Preparing"),
        ("Preparing", "Charging"),
        ("Charging", "Finishing"),
        ("Finishing", "Available"),
    }


def test_an_outage_silences_interrupts_and_prolongs(monkeypatch):
    monkeypatch.setattr("devices.kinds.ev_charger.FAULT_DUTY", 0.0)
    start = moment("2026-01-12 20:30")
    outage = Event(kind=EventKind.OUTAGE, start=start, duration_s=1800)
    times = moments("2026-01-12 20:00", every_s=120, count=480)
    cut = run(KIND, times, events=[outage], count=60, **HOMES)
    whole = run(KIND, times, count=60, **HOMES)
    after_s = np.array([(now - outage.end).total_seconds() for now in times])
    out = (after_s >= -1800) & (after_s < 0)
    assert all(np.isnan(array[out]).all() for array in cut.values())
    charging = (cut["charge_state"][after_s < -1800] == CHARGING).all(axis=0)
    back = cut["charge_state"][after_s == 120]
    assert (back[:, charging] == SUSPENDED_EVSE).mean() > 0.5
    assert (cut["active_power_w"][cut["charge_state"] == SUSPENDED_EVSE] == 0).all()
    late, early = (
        np.nanmax(each["session_energy_kwh"][:, charging], axis=0) for each in (cut, whole)
    )
    full = np.isclose(late, early)  # for nearly all, the night is long enough nevertheless
    assert full.mean() > 0.7
    assert (late[~full] < early[~full]).all()
    drawn = [(each["charge_state"] == CHARGING).sum(axis=0)[charging] for each in (cut, whole)]
    assert np.abs(drawn[0] - drawn[1])[full].max() <= 2  # readings


def test_an_outage_between_two_readings_costs_the_same_time(monkeypatch):
    monkeypatch.setattr("devices.kinds.ev_charger.FAULT_DUTY", 0.0)
    start = moment("2026-01-12 20:10")
    outage = Event(kind=EventKind.OUTAGE, start=start, duration_s=1800)
    fine, coarse = (
        run(KIND, moments("2026-01-12 20:00", every_s=every_s, count=count), events=[outage])
        for every_s, count in ((60, 61), (3600, 2))
    )
    drawn = [np.ptp(each["energy_import_kwh"][[0, -1]], axis=0) for each in (fine, coarse)]
    assert np.allclose(*drawn)


def test_the_connector_warms_while_it_carries_current():
    times = moments("2026-01-12 20:00", every_s=60, count=240)
    arrays = run(KIND, times, count=80, **HOMES)
    charging = arrays["charge_state"] == CHARGING
    idle = arrays["charge_state"] == AVAILABLE
    temperature_c = arrays["connector_temperature_c"]
    assert temperature_c[charging].mean() > temperature_c[idle].mean() + 12


def test_a_car_that_waits_for_cheap_electricity_starts_after_23_hours():
    times = moments("2026-01-12 18:00", every_s=60, count=420)
    states = run(KIND, times, count=200, **HOMES)["charge_state"]
    waits = (states[290] == SUSPENDED_EV) & (states[310] == CHARGING)
    assert 20 < waits.sum() < 70


def test_all_words_but_the_outage_s_occur_in_half_a_day():
    states = run(KIND, moments("2026-01-12 12:00", every_s=60, count=720), count=200)
    seen = set(np.unique(states["charge_state"]))
    assert seen == {AVAILABLE, PREPARING, CHARGING, SUSPENDED_EV, FINISHING, FAULTED}
