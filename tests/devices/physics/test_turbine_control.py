"""When turbines start, stop and come back."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from devices.physics import turbine_control
from devices.physics.turbine_control import (
    FAULT,
    GRID_STOP,
    RUNNING,
    STANDBY,
    STARTING,
    STORM_STOP,
    TurbineControllers,
)


@pytest.fixture(autouse=True)
def _no_faults(monkeypatch):
    monkeypatch.setattr(turbine_control, "FAULT_DUTY", 0.0)


def states(
    winds_mps: Sequence[float], *, every_s: float = 60.0, supplied_s: float = math.inf
) -> list[int]:
    controllers = TurbineControllers(1, np.random.default_rng(1))
    dt_s = [0.0] + [every_s] * (len(winds_mps) - 1)
    return [
        int(controllers.step(each_s, np.array([wind_mps]), supplied_s)[0])
        for each_s, wind_mps in zip(dt_s, winds_mps, strict=True)
    ]


def test_above_cut_out_it_stops_at_once_and_waits_until_it_has_been_calmer_for_ten_minutes():
    seen = states([20, 24, 26, 24, 23] + [21] * 13)
    assert seen[:5] == [RUNNING, RUNNING, STORM_STOP, STORM_STOP, STORM_STOP]
    assert seen[5:15] == [STORM_STOP] * 10
    assert seen[15:] == [STARTING, STARTING, RUNNING]


def test_a_gust_above_the_limit_starts_the_wait_anew():
    seen = states([26] + [21] * 8 + [23] + [21] * 8)
    assert seen == [STORM_STOP] * 18


def test_it_holds_on_a_little_below_cut_in_and_starts_only_above():
    down = states([4.0] + [2.8] * 30)
    assert set(down) == {RUNNING}
    up = states([1.0] * 2 + [2.8] * 30 + [5.0] * 10)
    assert set(up[:32]) == {STANDBY}
    assert up[-1] == RUNNING


def test_a_short_gust_does_not_start_it():
    assert set(states([2.0, 2.0, 4.0, 2.0, 2.0], every_s=10.0)) == {STANDBY}


def test_it_returns_minutes_after_the_grid():
    assert states([8.0], supplied_s=-10.0) == [GRID_STOP]
    assert states([8.0], supplied_s=290.0) == [GRID_STOP]
    assert states([8.0], supplied_s=601.0) == [RUNNING]


def test_faults_take_their_share_of_the_time(monkeypatch):
    monkeypatch.setattr(turbine_control, "FAULT_DUTY", 0.1)
    controllers = TurbineControllers(5000, np.random.default_rng(1))
    seen = controllers.step(0.0, np.full(5000, 8.0), math.inf)
    assert (seen == FAULT).mean() == pytest.approx(0.1, abs=0.02)
