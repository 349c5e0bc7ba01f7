"""Turbines that follow their power curve, the wind and the grid."""

from dataclasses import replace

import numpy as np
import pytest

from devices.environment.events import Event, EventKind
from devices.kinds.wind_turbine import KIND
from devices.physics.turbine_control import FAULT, GRID_STOP, RUNNING, STANDBY, STORM_STOP
from tests.devices.kinds.runs import run, run_population
from tests.devices.places import LANGFANG, moment, moments, population

PLATEAU = replace(LANGFANG, name="zhangbei", elevation_m=1400.0, exposure=0.9)
RATED_W = 2_600_000.0


@pytest.fixture(scope="module")
def weeks():
    return run(KIND, moments("2026-01-01 00:00", every_s=900, count=96 * 21), site=PLATEAU)


def test_power_rises_with_the_wind_up_to_the_rating(weeks):
    running = weeks["turbine_state"] == RUNNING
    wind_mps, power_w = weeks["wind_speed_mps"][running], weeks["active_power_w"][running]
    bins = np.digitize(wind_mps, [4, 6, 8, 10, 12])
    means = [power_w[bins == number].mean() for number in range(6)]
    assert (np.diff(means) > 0).all()
    assert means[0] < 0.02 * RATED_W
    assert power_w[wind_mps > 14].min() > 0.98 * RATED_W
    assert power_w.max() <= RATED_W


def test_a_turbine_without_wind_stands_feathered_and_draws_a_little(weeks):
    standby = weeks["turbine_state"] == STANDBY
    assert standby.any()
    assert (weeks["active_power_w"][standby] < 0).all()
    assert (weeks["active_power_w"][standby] > -0.01 * RATED_W).all()
    assert np.median(weeks["pitch_deg"][standby]) > 80
    assert np.median(weeks["rotor_rpm"][standby]) < 1.5


def test_a_gale_stops_it():
    gale = population(20, site=replace(PLATEAU, exposure=1.0), hub_height_m=200.0)
    ridge = replace(gale, exposure=np.full(20, 4.0))  # no such place: it makes the wind blow
    times = moments("2026-01-01 00:00", every_s=900, count=96 * 10)
    arrays = run_population(KIND, times, ridge, PLATEAU)
    stormy = arrays["wind_speed_mps"] > 25.0
    assert stormy.mean() > 0.02
    assert (arrays["active_power_w"][stormy] <= 0).all()
    assert np.isin(arrays["turbine_state"][stormy], (STORM_STOP, FAULT)).all()


def test_the_farm_shares_its_wind_and_not_its_gusts(weeks):
    wind_mps = weeks["wind_speed_mps"]
    pairs = np.corrcoef(wind_mps.T)
    assert pairs.min() > 0.9
    assert np.corrcoef(np.diff(wind_mps, axis=0).T)[0, 1] < 0.8
    assert wind_mps.std(axis=1).mean() > 0.3


def test_dense_air_carries_more():
    low, high = (
        run(
            KIND,
            moments("2026-01-01 00:00", every_s=3600, count=240),
            site=replace(PLATEAU, elevation_m=elevation_m),
        )
        for elevation_m in (0.0, 2000.0)
    )
    both = (low["turbine_state"] == RUNNING) & (high["turbine_state"] == RUNNING)
    assert np.array_equal(low["wind_speed_mps"], high["wind_speed_mps"])
    ratio = low["active_power_w"][both].sum() / high["active_power_w"][both].sum()
    assert 1.05 < ratio < 1.3


def test_the_nacelle_turns_in_steps_after_the_wind():
    times = moments("2026-01-10 00:00", every_s=10, count=6 * 120)
    direction_deg = run(KIND, times, count=5, site=PLATEAU)["nacelle_direction_deg"]
    turns = np.abs(np.diff(np.unwrap(np.radians(direction_deg), axis=0), axis=0))
    assert (turns == 0).mean() > 0.5
    assert (turns > 0).any()
    assert np.degrees(turns.max()) <= 0.4 * 10 + 1e-6


def test_the_register_integrates_what_is_fed_in(weeks):
    grown = np.diff(weeks["energy_export_kwh"], axis=0)
    assert np.allclose(grown, np.maximum(weeks["active_power_w"][1:], 0) * 900 / 3.6e6)
    hours = grown.sum(axis=0).mean() / (RATED_W / 1000)
    assert 0.1 < hours / 504 < 0.6  # the capacity factor of a windy place


def test_the_gearbox_warms_with_the_load_and_cools_at_rest(weeks):
    oil_c, power_w = weeks["gearbox_oil_temperature_c"], weeks["active_power_w"]
    assert oil_c[power_w > 0.9 * RATED_W].mean() > oil_c[power_w < 0.1 * RATED_W].mean() + 8


def test_an_outage_trips_the_farm_and_it_comes_back_one_after_the_other():
    windy = moment("2026-01-09 12:10")
    outage = Event(kind=EventKind.OUTAGE, start=windy, duration_s=900)
    times = moments("2026-01-09 12:00", every_s=30, count=120)
    arrays = run(KIND, times, events=[outage], site=PLATEAU, count=30)
    after_s = np.array([(now - outage.end).total_seconds() for now in times])
    out = (after_s >= -900) & (after_s < 0)
    states, power_w = arrays["turbine_state"], arrays["active_power_w"]
    assert (states[out] == GRID_STOP).all()
    assert (power_w[out] == 0).all()
    assert (power_w[(after_s >= 0) & (after_s < 300)] <= 0).all()
    back = [(states[:, number][after_s >= 0] != GRID_STOP).argmax() for number in range(30)]
    assert len(set(back)) > 5


def test_a_larger_rating_is_a_larger_and_slower_rotor():
    times = moments("2026-01-01 00:00", every_s=600, count=300)
    small, large = (
        run(KIND, times, site=PLATEAU, rated_w=rated_w) for rated_w in (2_000_000, 6_000_000)
    )
    assert large["rotor_rpm"].max() < 0.7 * small["rotor_rpm"].max()
    assert large["active_power_w"].max() > 2.5 * small["active_power_w"].max()
