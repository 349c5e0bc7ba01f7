"""The processes under the models: their long run, and that the step length does not matter."""

import numpy as np
import pytest

from devices.physics.processes import Drift, Held, Lag, Switching, happens


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.mark.parametrize("dt_s", [0.0, 1.0, 60.0, 86_400.0])
def test_drift_has_unit_deviation_at_any_step_length(dt_s):
    drift = Drift(20_000, rng(), tau_s=60.0)
    values = [drift.step(dt_s) for _ in range(5)][-1]
    assert np.mean(values) == pytest.approx(0, abs=0.03)
    assert np.std(values) == pytest.approx(1, abs=0.03)


def test_drift_forgets_with_its_time_constant():
    drift = Drift(20_000, rng(), tau_s=60.0)
    before = drift.step(0.0)
    assert np.corrcoef(before, drift.step(60.0))[0, 1] == pytest.approx(np.exp(-1), abs=0.03)


def test_lag_starts_settled_and_many_small_steps_equal_one_large():
    coarse, fine = Lag(100.0), Lag(100.0)
    assert coarse.step(0.0, np.array([20.0])).tolist() == [20.0]
    fine.step(0.0, np.array([20.0]))
    target = np.array([30.0])
    for _ in range(100):
        fine_c = fine.step(1.0, target)
    assert fine_c == pytest.approx(coarse.step(100.0, target))


@pytest.mark.parametrize("dt_s", [1.0, 60.0, 3600.0])
def test_switching_keeps_its_duty_at_any_step_length(dt_s):
    switching = Switching(rng(), 600.0)
    duty = np.full(20_000, 0.3)
    assert np.mean([switching.step(dt_s, duty) for _ in range(10)]) == pytest.approx(0.3, abs=0.02)


def test_switching_stays_on_as_long_as_it_should():
    switching = Switching(rng(), 600.0)
    duty = np.full(20_000, 0.01)
    on = switching.step(0.0, duty)
    still_on = on & switching.step(600.0, duty)
    assert still_on.sum() / on.sum() == pytest.approx(np.exp(-1), abs=0.1)


def test_held_counts_from_the_first_sight_and_starts_over_after_a_break():
    held = Held(1)
    conditions = [False, True, True, True, False, True, True]
    seconds = [held.step(10.0, np.array([condition]))[0] for condition in conditions]
    assert seconds == [0, 0, 10, 20, 0, 0, 10]


def test_events_come_at_their_rate():
    assert happens(rng(), 20_000, 3600.0, 36_000.0).mean() == pytest.approx(0.095, abs=0.01)
    assert not happens(rng(), 20_000, 0.0, 36_000.0).any()
