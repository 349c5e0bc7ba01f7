"""Servers: power by work, heat by power, fans by heat, and boots that start the clock again."""

import numpy as np

from devices.kinds.server import BOOTING, KIND, OFF, ON
from tests.devices.kinds.hall_events import cooling_failure, from_noon, outage, step_at
from tests.devices.kinds.runs import run
from tests.devices.places import moments

DAY = moments("2026-01-13 00:00", every_s=300, count=288)


def test_power_follows_utilisation_by_the_formula():
    arrays = run(KIND, DAY, count=100)
    on = (arrays["power_state"] == ON).all(axis=0)
    u = arrays["cpu_utilization_pct"][:, on] / 100
    power_w = arrays["active_power_w"][:, on]
    share = 2 * u - u**1.4
    for device in range(10):
        slope, idle_w = np.polyfit(share[:, device], power_w[:, device], 1)
        assert np.allclose(idle_w + slope * share[:, device], power_w[:, device])
        assert 120 < idle_w < 260
        assert 0.3 < idle_w / (idle_w + slope) < 0.6


def test_processors_are_as_warm_as_power_and_inlet_make_them():
    arrays = run(KIND, DAY, count=100)
    on = (arrays["power_state"] == ON).all(axis=0)
    above_k = (arrays["cpu_temperature_c"] - arrays["inlet_temperature_c"])[:, on]
    busy = arrays["cpu_utilization_pct"][:, on]
    assert np.corrcoef(above_k.ravel(), busy.ravel())[0, 1] > 0.9
    assert 10 < above_k.min() < above_k.max() < 56


def test_fans_turn_faster_where_processors_are_warmer():
    arrays = run(KIND, DAY, count=100)
    on = arrays["power_state"] == ON
    hot_c, fan_rpm = arrays["cpu_temperature_c"][on], arrays["fan_speed_rpm"][on]
    assert np.corrcoef(hot_c, fan_rpm)[0, 1] > 0.95
    assert 3000 <= fan_rpm.min() < fan_rpm.max() <= 12_000


def test_work_has_the_hours_of_the_hall():
    busy = run(KIND, DAY, count=500)["cpu_utilization_pct"]
    by_hour = np.nanmean(busy, axis=1).reshape(24, 12).mean(axis=1)
    assert by_hour.argmax() in {1, 2, 3, 13, 14, 15}
    assert 1.05 < by_hour.max() / by_hour.min() < 1.4


def test_accelerated_nodes_draw_kilowatts():
    arrays = run(KIND, DAY, count=200, gpu_share=1.0)
    working = arrays["cpu_utilization_pct"] > 50
    assert 0.7 < working.mean() < 0.9
    power_w = arrays["active_power_w"][working]
    assert 2400 < power_w.min() < power_w.max() < 10_000
    assert power_w.mean() > 4500


def test_servers_go_dark_with_their_racks_and_boot_afterwards():
    times = from_noon(every_s=30, until_s=5400)
    arrays = run(KIND, times, events=(outage(3600),), count=60)
    states, uptime_s = arrays["power_state"], arrays["uptime_s"]
    dark = np.isnan(states)
    assert not dark[: step_at(1500, every_s=30)].any()
    assert dark[step_at(2100, every_s=30) : step_at(3600, every_s=30)].all()
    back = states[step_at(3660, every_s=30)]
    assert set(back) <= {BOOTING, OFF}
    assert np.isnan(uptime_s[step_at(3660, every_s=30)]).all()
    up = states[-1] == ON
    assert up.mean() > 0.9
    assert (uptime_s[-1, up] < 1800).all()
    assert np.allclose(np.diff(uptime_s[-3:, up], axis=0), 30)


def test_a_server_that_is_off_is_known_to_its_controller_only():
    arrays = run(KIND, moments("2026-01-13 00:00", every_s=3600, count=300), count=200)
    off = arrays["power_state"] == OFF
    assert 5e-4 < off.mean() < 5e-3
    for name in ("cpu_utilization_pct", "memory_utilization_pct", "uptime_s", "nic_rx_bps"):
        assert np.isnan(arrays[name][off]).all()
    assert (arrays["active_power_w"][off] < 20).all()
    assert (arrays["inlet_temperature_c"][off] > 15).all()


def test_every_server_boots_again_some_day():
    uptime_s = run(KIND, moments("2026-01-13 00:00", every_s=3600, count=24 * 30))["uptime_s"]
    booted = uptime_s[-1] < 29 * 86_400
    assert 0.1 < booted.mean() < 0.95
    assert (uptime_s[0, booted] + 29 * 86_400 > uptime_s[-1, booted]).all()


def test_a_cooling_failure_is_felt_by_inlets_and_fans_of_those_nearby():
    times = from_noon(every_s=30, until_s=3600)
    failed, usual = (
        run(KIND, times, events=events, count=40) for events in ((cooling_failure(7200),), ())
    )
    warmer_k = failed["inlet_temperature_c"][-1] - usual["inlet_temperature_c"][-1]
    faster_rpm = failed["fan_speed_rpm"][-1] - usual["fan_speed_rpm"][-1]
    assert warmer_k[18:22].min() > 5
    assert warmer_k[0] < 1
    assert faster_rpm[18:22].mean() > 500
