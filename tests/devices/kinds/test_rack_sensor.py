"""Racks of a hall: one supply air, one dew point, and lag between load and temperature."""

import numpy as np

from devices.environment.region import Region
from devices.kinds.rack_sensor import KIND
from devices.physics.psychrometrics import dew_point_c
from tests.devices.kinds.hall_events import cooling_failure, from_noon, outage, step_at
from tests.devices.kinds.runs import run
from tests.devices.places import CHONGLI, LANGFANG, moments

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


def test_without_mains_inlets_warm_within_minutes_at_the_rate_of_a_hall_without_cooling():
    times = from_noon(every_s=60, until_s=1500)
    inlet_c = run(KIND, times, events=(outage(1500),))["inlet_temperature_c"].mean(axis=1)
    before = step_at(0, every_s=60)
    assert np.ptp(inlet_c[:before]) < 1
    assert inlet_c[-1] > inlet_c[before] + 8
    assert 0.5 < np.diff(inlet_c[before:]).max() < 2


def test_inlets_follow_the_supply_air_minutes_later():
    times = from_noon(every_s=30, until_s=1500)
    event = outage(1500)
    inlet_c = run(KIND, times, events=(event,), recirculation=0.0)["inlet_temperature_c"]
    hall = Region(1, (event,)).at(CHONGLI).hall
    supply_c = np.array([hall.supply_temperature_c(now, np.array([0.5]))[0] for now in times])
    began_c = supply_c[step_at(0, every_s=30)]
    reached = [30 * int((each > began_c + 5).argmax()) for each in (supply_c, *inlet_c.T)]
    later_s = np.array(reached[1:]) - reached[0]
    assert 100 <= later_s.min() <= later_s.max() <= 300


def test_a_failed_unit_heats_its_neighbours_first_and_most():
    times = from_noon(every_s=60, until_s=3600)
    failed, usual = (
        run(KIND, times, events=events)["inlet_temperature_c"]
        for events in ((cooling_failure(7200, place=0.0),), ())
    )
    warmer_k = failed - usual
    assert warmer_k[-1, 0] > 6
    assert warmer_k[-1, 0] > 2 * warmer_k[-1, 10] > 4 * warmer_k[-1, -1]
    assert 0.5 < np.diff(warmer_k[:, 0]).max() < 2
    felt = [int((warmer_k[:, rack] > 0.2 * warmer_k[-1, rack]).argmax()) for rack in (0, 10, 20)]
    assert felt[0] < felt[1] < felt[2]


def test_the_higher_in_a_rack_the_warmer():
    arrays = run(KIND, DAY)
    bottom_c, middle_c, top_c = (
        arrays[f"inlet_{height}temperature_c"].mean() for height in ("bottom_", "middle_", "")
    )
    assert 21 < bottom_c < middle_c - 0.3 < top_c - 0.6


def test_a_dark_rack_warms_nothing():
    times = from_noon(every_s=60, until_s=3600)
    arrays = run(KIND, times, events=(outage(7200),))
    rise_k = arrays["outlet_temperature_c"] - arrays["inlet_temperature_c"]
    assert rise_k[step_at(1200, every_s=60)].min() > 6
    assert np.abs(rise_k[-1]).max() < 1


def test_doors_open_now_and_then_and_leaks_are_rare():
    arrays = run(KIND, moments("2026-01-13 00:00", every_s=3600, count=500), count=200)
    assert 1e-4 < arrays["door_open"].mean() < 5e-3
    assert arrays["leak_detected"].mean() < 5e-4
