"""Racks of a hall: one supply air, one dew point, and lag between load and temperature."""

from datetime import UTC, datetime, timedelta

import numpy as np

from devices.environment.region import Region
from devices.kinds.rack_sensor import KIND
from devices.physics.psychrometrics import dew_point_c
from tests.devices.kinds.runs import run
from tests.devices.places import LANGFANG, moments

DAY = moments("2026-01-13 00:00", every_s=300, count=288)


def test_outlets_are_warmer_than_inlets_and_inlets_than_the_supply():
    arrays = run(KIND, DAY)
    rise_k = arrays["outlet_temperature_c"] - arrays["inlet_temperature_c"]
    assert 6 < rise_k.min() < rise_k.max() < 24
    assert 21 < arrays["inlet_temperature_c"].mean() < 25


def test_humidity_follows_from_temperature_and_dew_point():
    arrays = run(KIND, DAY)
    derived_c = dew_point_c(arrays["inlet_temperature_c"], arrays["inlet_humidity_pct"])
    assert np.allclose(derived_c, arrays["inlet_dew_point_c"])
    warm, cool = arrays["inlet_temperature_c"].mean(axis=0).argsort()[[-1, 0]]
    humidity = arrays["inlet_humidity_pct"].mean(axis=0)
    assert humidity[warm] < humidity[cool]


def test_more_recirculation_means_warmer_inlets():
    tight, leaky = (run(KIND, DAY, recirculation=share) for share in (0.02, 0.25))
    warmer_k = leaky["inlet_temperature_c"].mean() - tight["inlet_temperature_c"].mean()
    assert 2 < warmer_k < 8


def test_thin_air_carries_less_heat():
    high, low = run(KIND, DAY), run(KIND, DAY, site=LANGFANG)
    rise_high, rise_low = (
        (each["outlet_temperature_c"] - each["inlet_temperature_c"]).mean() for each in (high, low)
    )
    assert 1.1 < rise_high / rise_low < 1.35


def test_a_failed_cooling_shows_at_the_inlets_within_minutes():
    grid = Region(1).at(LANGFANG).grid
    ends = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(1, 1000))
    found = [grid.last_outage(end - timedelta(microseconds=1)) for end in ends]
    outage = max((each for each in found if each), key=lambda each: each.end_s - each.start_s)
    start = datetime.fromtimestamp(outage.start_s - 600, UTC)
    times = [start + timedelta(seconds=60 * step) for step in range(40)]
    inlet_c = run(KIND, times, site=LANGFANG)["inlet_temperature_c"].mean(axis=1)
    assert np.ptp(inlet_c[:10]) < 1
    assert inlet_c[-1] > inlet_c[9] + 8
    assert 0.3 < np.diff(inlet_c[10:]).max() < 2


def test_doors_open_now_and_then_and_leaks_are_rare():
    arrays = run(KIND, moments("2026-01-13 00:00", every_s=3600, count=500), count=200)
    assert 1e-4 < arrays["door_open"].mean() < 5e-3
    assert arrays["leak_detected"].mean() < 5e-4
