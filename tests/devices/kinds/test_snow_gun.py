"""Snow guns in their season: water by wet bulb, pumps that are shared, counters that add up."""

import numpy as np

from devices.kinds.snow_gun import KIND
from devices.physics.snowmaking import OFF, PRODUCING, STANDBY, STARTING
from tests.devices.kinds.runs import run
from tests.devices.places import moments

NOVEMBER = moments("2025-11-01 00:00", every_s=600, count=6 * 24 * 21)
COLD_WEEK = moments("2026-01-12 00:00", every_s=600, count=6 * 24 * 4)


def test_guns_only_produce_in_the_cold():
    arrays = run(KIND, NOVEMBER)
    producing = arrays["gun_state"] == PRODUCING
    assert producing.any()
    assert np.nanmax(arrays["wet_bulb_c"][producing]) < -0.5


def test_the_colder_the_more_water_up_to_the_largest_nozzle():
    arrays = run(KIND, NOVEMBER, pump_lpm_per_gun=1000.0)
    producing = arrays["gun_state"] == PRODUCING
    wet_c, flow_lpm = arrays["wet_bulb_c"][producing], arrays["water_flow_lpm"][producing]
    assert np.corrcoef(wet_c, flow_lpm)[0, 1] < -0.7
    assert flow_lpm[wet_c < -13].min() > 500
    assert flow_lpm.max() < 570 * 1.07


def test_the_season_begins_block_by_block_on_the_first_cold_night():
    nights = moments("2025-10-31 20:00", every_s=120, count=30 * 24 * 3)
    runs = np.isin(run(KIND, nights)["gun_state"], [STARTING, PRODUCING]).sum(axis=1)
    assert runs[0] == 0
    assert runs.max() == 24
    assert np.diff(runs).max() == 4


def test_in_deep_cold_about_half_of_the_guns_take_all_the_water():
    arrays = run(KIND, COLD_WEEK)
    deep = (arrays["wet_bulb_c"] < -9).all(axis=1)
    producing = (arrays["gun_state"][deep] == PRODUCING).mean(axis=1)
    assert deep.any()
    assert 0.3 < producing.min() <= producing.mean() < 0.65
    assert arrays["water_flow_lpm"][deep].sum(axis=1).mean() > 0.9 * 40 * 240


def test_hours_and_minutes_make_the_same_snow():
    made_m3 = []
    for every_s in (300, 3600):
        days = moments("2025-11-12 00:00", every_s=every_s, count=5 * 86_400 // every_s)
        volume_m3 = run(KIND, days)["water_volume_m3"]
        made_m3.append(np.sum(volume_m3[-1] - volume_m3[0]))
    assert made_m3[0] > 1000
    assert abs(made_m3[1] / made_m3[0] - 1.0) < 0.1


def test_pumps_share_what_they_have_and_the_pressure_sags():
    scarce, ample = (run(KIND, COLD_WEEK, pump_lpm_per_gun=number) for number in (100.0, 1000.0))
    assert np.nanmax(scarce["water_flow_lpm"].sum(axis=1)) < 40 * 100.001
    assert np.nanmean(scarce["water_pressure_bar"]) < np.nanmean(ample["water_pressure_bar"]) - 2


def test_nothing_flows_from_a_gun_that_waits():
    arrays = run(KIND, NOVEMBER)
    idle = np.isin(arrays["gun_state"], [OFF, STANDBY])
    assert idle.any()
    assert (arrays["water_flow_lpm"][idle] == 0).all()
    assert (arrays["active_power_w"][idle] < 500).all()
    assert (arrays["quality_step"][idle] == 0).all()


def test_in_summer_the_line_is_drained():
    arrays = run(KIND, moments("2026-07-01 00:00", every_s=3600, count=48))
    assert (arrays["gun_state"] == OFF).all()
    assert np.isnan(arrays["water_pressure_bar"]).all()
    assert (arrays["active_power_w"] == 0).all()


def test_counters_integrate_flow_power_and_time():
    arrays = run(KIND, COLD_WEEK)
    for counter, rate in (
        ("water_volume_m3", arrays["water_flow_lpm"] * 600 / 60_000),
        ("energy_import_kwh", arrays["active_power_w"] * 600 / 3.6e6),
        ("operating_hours_total", (arrays["gun_state"] == PRODUCING) * 600 / 3600),
    ):
        grown = np.diff(arrays[counter], axis=0)
        there = ~np.isnan(grown)
        assert np.allclose(grown[there], rate[1:][there])
        assert np.nansum(grown) > 0
