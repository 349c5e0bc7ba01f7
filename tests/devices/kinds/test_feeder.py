"""Three phases that carry the load, a bus that sags with it, and a breaker that seldom trips."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from devices.arrays import Floats
from devices.environment.events import Event, EventKind
from devices.environment.region import Region
from devices.kinds.feeder import KIND
from tests.devices.kinds.runs import run
from tests.devices.places import LANGFANG, moment, moments, population

PHASES = (1, 2, 3)
CLOSED, OPEN, TRIPPED = range(3)


def phases(arrays: dict[str, Floats], quantity: str, unit: str) -> Floats:
    return np.array([arrays[f"{quantity}_l{phase}_{unit}"] for phase in PHASES])


@pytest.fixture(scope="module")
def winter_week():
    return run(KIND, moments("2026-01-12 00:00", every_s=900, count=96 * 7), count=60)


def test_three_phases_carry_the_power(winter_week):
    apparent_va = (phases(winter_week, "voltage", "v") * phases(winter_week, "current", "a")).sum(0)
    active_w, reactive_var = winter_week["active_power_w"], winter_week["reactive_power_var"]
    assert np.allclose(apparent_va**2, active_w**2 + reactive_var**2)
    flowing = apparent_va > 0
    assert np.allclose((apparent_va * winter_week["power_factor"])[flowing], active_w[flowing])
    assert np.allclose(winter_week["load_pct"], apparent_va / 7_000_000 * 100)


def test_the_registers_integrate_the_power_in_both_directions():
    times = moments("2026-05-03 00:00", every_s=900, count=96)
    arrays = run(KIND, times, count=60, pv_ratio=1.0)
    power_w = arrays["active_power_w"]
    for register, flow_w in (
        ("energy_import_kwh", np.maximum(power_w, 0)),
        ("energy_export_kwh", np.maximum(-power_w, 0)),
    ):
        grown = np.diff(arrays[register], axis=0)
        assert np.allclose(grown, flow_w[1:] * 900 / 3.6e6)
        assert grown.sum() > 0


def test_the_load_follows_the_grid_and_every_feeder_has_its_own(winter_week):
    grid = Region(1).at(LANGFANG).grid
    times = moments("2026-01-12 00:00", every_s=900, count=96 * 7)
    shape = np.array([grid.load_ratio(now) for now in times])
    load = winter_week["load_pct"]
    assert np.corrcoef(load.mean(axis=1), shape)[0, 1] > 0.85
    assert load.mean(axis=0).std() > 0.2 * load.mean()


def test_voltage_sags_with_the_feeders_own_load(winter_week):
    voltage_v = phases(winter_week, "voltage", "v").mean(axis=0)
    load = winter_week["load_pct"]
    # All feeders share the busbar, so between two of them only their own loads make a difference.
    apart_v, apart = voltage_v[:, :1] - voltage_v[:, 1:], load[:, :1] - load[:, 1:]
    slopes = [
        np.polyfit(apart[:, other], apart_v[:, other], 1)[0] for other in range(apart.shape[1])
    ]
    assert -2.0 < np.median(slopes) < -0.7


def test_ordinary_days_keep_to_the_standards(winter_week):
    for limit in KIND.limits:
        values = winter_week[limit.field]
        if limit.field.startswith("voltage"):
            if limit.above is not None:
                assert (values <= limit.above).all(), limit.field
            if limit.below is not None:
                assert (values >= limit.below).all(), limit.field
    assert (winter_week["load_pct"] > 90).mean() < 0.01


def test_unbalance_is_what_the_voltages_say(winter_week):
    voltages_v = phases(winter_week, "voltage", "v")
    mean_v = voltages_v.mean(axis=0)
    off = np.abs(voltages_v - mean_v).max(axis=0) / mean_v
    assert np.allclose(winter_week["voltage_unbalance_pct"], 100 * off)
    assert (off > 0).all()


def test_without_mains_there_is_no_voltage_and_the_bay_still_reports():
    start = moment("2026-01-14 18:00")
    outage = Event(kind=EventKind.OUTAGE, start=start, duration_s=600.0, sites=(LANGFANG.name,))
    model = KIND.model(population(30, site=LANGFANG), np.random.default_rng(1))
    environment = Region(1, [outage]).at(LANGFANG)
    before, dark, after = (
        model.step(start + timedelta(seconds=at_s), 60.0, environment)
        for at_s in (-60.0, 60.0, 660.0)
    )
    for field in ("voltage_l1_v", "current_l2_a", "active_power_w", "load_pct"):
        assert (dark[field] == 0).all(), field
        assert (before[field] > 0).any(), field
        assert (after[field] > 0).any(), field
    assert np.isnan(dark["frequency_hz"]).all()
    assert (dark["breaker_state"] == before["breaker_state"]).all()
    assert (dark["energy_import_kwh"] == before["energy_import_kwh"]).all()
    assert (dark["transformer_oil_temperature_c"] > -10).all()


def test_breakers_trip_now_and_then_close_again_by_themselves_and_cut_the_current():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    times = [start + timedelta(seconds=20 * step) for step in range(2000)]
    arrays = run(KIND, times, count=400)
    breakers = arrays["breaker_state"]
    tripped = breakers == TRIPPED
    trips = (tripped[1:] & ~tripped[:-1]).sum()
    years = 400 * 2000 * 20 / (365.25 * 86_400)
    assert 1 < trips / years < 15
    assert (breakers == CLOSED).mean() > 0.99
    reclosed = (tripped[1:-1] & ~tripped[:-2] & ~tripped[2:]).sum()
    assert reclosed > 0
    assert (arrays["current_l1_a"][breakers != CLOSED] == 0).all()
    assert (arrays["voltage_l1_v"][breakers != CLOSED] > 5000).any()


def test_the_transformer_warms_with_its_load_and_hours_later():
    times = moments("2026-07-15 00:00", every_s=300, count=288 * 2)
    arrays = run(KIND, times, count=60, pv_ratio=0.0)
    oil_c = arrays["transformer_oil_temperature_c"]
    load = arrays["load_pct"]
    assert np.corrcoef(oil_c.mean(axis=0), load.mean(axis=0))[0, 1] > 0.9
    assert np.abs(np.diff(oil_c, axis=0)).max() < 2.0
    assert oil_c.max() < 85
