"""The hall's meters: PUE by the weather outdoors, and what remains of a hall without mains."""

import numpy as np

from devices.environment.region import Region
from devices.kinds.hall_meter import BATTERY, GENERATOR_SET, KIND, MAINS, NOTHING
from tests.devices.kinds.hall_events import cooling_failure, from_noon, outage, step_at
from tests.devices.kinds.runs import run
from tests.devices.places import LANGFANG, moments

YEAR = moments("2025-06-01 15:00", every_s=7 * 86_400, count=52)


def test_pue_is_the_ratio_of_the_powers_and_above_one():
    arrays = run(KIND, YEAR)
    ratio = arrays["facility_power_w"] / arrays["it_power_w"]
    assert np.allclose(ratio, arrays["pue_ratio"])
    assert arrays["pue_ratio"].min() > 1.03


def test_pue_follows_the_wet_bulb_outdoors():
    arrays = run(KIND, YEAR, site=LANGFANG)
    pue, wet_c = arrays["pue_ratio"].mean(axis=1), arrays["outdoor_wet_bulb_c"].mean(axis=1)
    warm = wet_c > 5
    assert 10 < warm.sum() < 45
    assert np.corrcoef(pue[warm], wet_c[warm])[0, 1] > 0.95
    assert 1.1 < pue[~warm].min() < pue[~warm].max() < 1.15
    assert 1.25 < pue.max() < 1.45


def test_registers_integrate_and_their_growth_gives_the_same_ratio():
    arrays = run(KIND, moments("2026-01-13 00:00", every_s=900, count=96))
    grown = {}
    for register, power in (
        ("facility_energy_kwh", "facility_power_w"),
        ("it_energy_kwh", "it_power_w"),
    ):
        steps = np.diff(arrays[register], axis=0)
        assert np.allclose(steps, arrays[power][1:] * 900 / 3.6e6)
        grown[register] = steps.sum(axis=0)
    assert np.allclose(grown["facility_energy_kwh"] / grown["it_energy_kwh"], 1.12, atol=0.03)


def test_in_an_outage_only_servers_and_losses_are_left_then_nothing():
    times = from_noon(every_s=60, until_s=4500)
    arrays = run(KIND, times, events=(outage(3600),))
    carried, dark, back = (step_at(after_s, every_s=60) for after_s in (900, 2400, 4500))
    before_w = arrays["facility_power_w"][0]
    assert (
        arrays["supply_state"][[0, carried, dark, back]].T == [MAINS, BATTERY, NOTHING, MAINS]
    ).all()
    assert np.allclose(arrays["pue_ratio"][carried], 1.05, atol=0.01)
    assert (arrays["facility_power_w"][carried] < 0.97 * before_w).all()
    assert (arrays["facility_power_w"][dark] == 0).all()
    assert np.isnan(arrays["pue_ratio"][dark]).all()
    assert (arrays["pue_ratio"][back] > 1.09).all()


def test_with_a_generator_the_servers_stay_on():
    times = from_noon(every_s=60, until_s=2400)
    arrays = run(KIND, times, events=(outage(3600),), generator=1)
    assert (arrays["supply_state"][-1] == GENERATOR_SET).all()
    assert (arrays["it_power_w"] > 0).all()


def test_the_failure_of_one_cooling_unit_does_not_flatter_the_pue():
    times = from_noon(every_s=60, until_s=1800)
    pue = run(KIND, times, events=(cooling_failure(7200),))["pue_ratio"]
    assert np.allclose(pue[-1].mean(), pue[0].mean(), atol=0.02)


def test_wet_bulb_is_that_of_the_weather():
    arrays = run(KIND, YEAR[:1], count=1, site=LANGFANG)
    air = (
        Region(1)
        .at(LANGFANG)
        .weather.air(YEAR[0], elevation_m=np.array([15.0]), exposure=np.array([0.3]))
    )
    assert air.dew_point_c[0] < arrays["outdoor_wet_bulb_c"][0, 0] < air.temperature_c[0]
