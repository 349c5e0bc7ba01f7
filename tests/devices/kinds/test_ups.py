"""A UPS through an outage: on battery, nearly empty, off, and back over hours."""

import numpy as np
import pytest

from devices.kinds.ups import KIND, STATES
from tests.devices.kinds.hall_events import from_noon, outage, step_at
from tests.devices.kinds.runs import run
from tests.devices.places import moments

COUNT = 30


def words(codes: np.ndarray) -> list[str]:
    """States in the order in which they came, without repetition."""
    names = [STATES[int(code)] for code in codes]
    return [name for step, name in enumerate(names) if step == 0 or name != names[step - 1]]


def test_a_long_outage_is_seen_from_on_line_to_off_and_back():
    times = from_noon(every_s=30, until_s=12 * 3600)
    arrays = run(KIND, times, events=(outage(3600),), count=COUNT)
    states = arrays["ups_state"]
    courses = {tuple(words(states[:, device])) for device in range(COUNT)}
    assert (
        "OL",
        "OB DISCHRG",
        "OB DISCHRG LB",
        "OFF",
        "OL CHRG LB",
        "OL CHRG",
        "OL",
    ) in courses
    on_battery = step_at(0, every_s=30)
    assert (states[on_battery] == STATES.index("OB DISCHRG")).all()
    assert (arrays["input_voltage_v"][on_battery] == 0).all()
    assert np.isnan(arrays["input_frequency_hz"][on_battery]).all()


def test_the_load_is_carried_at_a_steady_voltage_until_the_batteries_are_empty():
    times = from_noon(every_s=10, until_s=3600)
    arrays = run(KIND, times, events=(outage(7200),), count=COUNT)
    off = arrays["ups_state"] == STATES.index("OFF")
    bypass = arrays["ups_state"] == STATES.index("OL BYPASS")
    output_v = arrays["output_voltage_v"]
    carried = ~off & ~bypass
    assert (np.abs(output_v[carried] - 220) < 2.2).all()
    assert (output_v[off] == 0).all()
    assert (arrays["active_power_w"][off] == 0).all()
    assert (arrays["active_power_w"][~off] > 0).all()
    lasted_s = 10 * (~off)[step_at(0, every_s=10) :].sum(axis=0)
    assert (lasted_s > 1400).all()
    assert (lasted_s < 2400).all()


@pytest.mark.parametrize(("load", "lasts_s"), [(0.3, 2875), (0.6, 1296), (0.9, 813)])
def test_the_runtime_at_the_failure_follows_the_load(load, lasts_s):
    times = from_noon(every_s=60, until_s=0)
    arrays = run(KIND, times, count=COUNT, load_ratio=load)
    runtime_s = arrays["battery_runtime_s"][-1].mean()
    work = arrays["load_pct"][-1].mean() / 100 / load
    assert runtime_s * work**1.15 == pytest.approx(lasts_s, rel=0.05)


def test_the_runtime_that_is_shown_counts_down_by_the_clock():
    arrays = run(KIND, from_noon(every_s=60, until_s=900), events=(outage(3600),), count=COUNT)
    shown_s = arrays["battery_runtime_s"]
    passed_s = shown_s[step_at(60, every_s=60)] - shown_s[step_at(840, every_s=60)]
    assert passed_s.mean() == pytest.approx(780, rel=0.06)


def test_low_battery_comes_before_the_last_five_minutes():
    times = from_noon(every_s=10, until_s=3600)
    arrays = run(KIND, times, events=(outage(7200),), count=COUNT)
    low = arrays["ups_state"] == STATES.index("OB DISCHRG LB")
    off = arrays["ups_state"] == STATES.index("OFF")
    before_off_s = 10 * (off.argmax(axis=0) - low.argmax(axis=0))
    assert (before_off_s > 270).all()
    assert (before_off_s < 600).all()


def test_the_voltage_has_a_knee_near_the_end():
    times = from_noon(every_s=10, until_s=3600)
    arrays = run(KIND, times, events=(outage(7200),), count=COUNT)
    charge, voltage_v = arrays["battery_charge_pct"], arrays["battery_voltage_v"]
    half = voltage_v[(charge > 45) & (charge < 55)].mean()
    late = voltage_v[(charge > 18) & (charge < 22)].mean()
    end = voltage_v[(charge > 0) & (charge < 2)].mean()
    assert half - late < 15
    assert late - end > 40


def test_recharging_takes_hours():
    times = from_noon(every_s=300, until_s=12 * 3600)
    charge = run(KIND, times, events=(outage(3600),), count=COUNT)["battery_charge_pct"]
    assert (charge[step_at(3600, every_s=300)] < 1).all()
    assert (charge[step_at(3 * 3600, every_s=300)] < 90).all()
    assert (charge[step_at(11 * 3600, every_s=300)] == 100).all()


def test_an_outage_between_two_readings_costs_charge_all_the_same():
    coarse = run(KIND, from_noon(every_s=3600, until_s=3600), events=(outage(600),), count=COUNT)
    fine = run(KIND, from_noon(every_s=10, until_s=3600), events=(outage(600),), count=COUNT)
    missing = [100 - arrays["battery_charge_pct"][-1].mean() for arrays in (coarse, fine)]
    assert (coarse["ups_state"][0] != STATES.index("OB DISCHRG")).all()
    assert missing[0] > 5
    assert missing[0] == pytest.approx(missing[1], abs=5)


def test_a_first_reading_late_in_an_outage_finds_the_battery_used():
    times = from_noon(every_s=60, until_s=1200)
    late = times[step_at(1140, every_s=60) :]
    begun, joined = (
        run(KIND, each, events=(outage(7200),), count=COUNT)["battery_charge_pct"][-1].mean()
        for each in (times, late)
    )
    assert joined == pytest.approx(begun, abs=4)


def test_a_generator_ends_the_discharge_after_about_a_minute():
    times = from_noon(every_s=5, until_s=600)
    arrays = run(KIND, times, events=(outage(3600),), count=COUNT, generator=1)
    on_battery = arrays["ups_state"] == STATES.index("OB DISCHRG")
    lasted_s = 5 * on_battery.sum(axis=0)
    assert (lasted_s >= 40).all()
    assert (lasted_s <= 80).all()
    assert (arrays["input_voltage_v"][-1] > 215).all()
    assert (arrays["input_frequency_hz"][-1] == 50).all()
    assert (arrays["battery_charge_pct"] > 90).all()


def test_more_load_than_the_rating_is_said():
    arrays = run(KIND, from_noon(every_s=60, until_s=0), count=COUNT, load_ratio=1.15)
    over = arrays["load_pct"] > 100
    assert over.mean() > 0.9
    assert (arrays["ups_state"][over] == STATES.index("OL OVER")).mean() > 0.95


def test_maintenance_and_weak_batteries_show_in_the_state_now_and_then():
    arrays = run(KIND, moments("2026-01-01 00:00", every_s=7200, count=1000), count=100)
    states = arrays["ups_state"]
    assert 1e-4 < (states == STATES.index("OL BYPASS")).mean() < 1e-3
    assert 1e-3 < (states == STATES.index("OL RB")).mean() < 1e-2


def test_efficiency_falls_at_little_load():
    little, usual = (
        run(KIND, from_noon(every_s=60, until_s=0), load_ratio=load)["efficiency_pct"].mean()
        for load in (0.05, 0.45)
    )
    assert little < 89
    assert usual > 95
