"""Spells: as much flows at any step length, and a spell has its own length and flow."""

import numpy as np
import pytest

from devices.physics.spells import Spells


def spells(count: int) -> Spells:
    return Spells(np.random.default_rng(7), [300.0], [(4.0, 8.0)], count)


@pytest.mark.parametrize("dt_s", [20.0, 300.0, 3600.0])
@pytest.mark.parametrize("duty", [0.1, 0.6])
def test_as_much_flows_at_any_step_length(dt_s, duty):
    places, steps = 8000, 10
    taps = spells(places)
    duties = np.full((1, places), duty)
    means = [taps.step(step and dt_s, duties).mean.mean() for step in range(steps + 1)]
    assert np.mean(means[1:]) == pytest.approx(duty * 6.0, rel=0.05)


def test_the_mean_flow_adds_up_to_what_flows_at_short_steps():
    taps = spells(2000)
    flows = [taps.step(1.0, np.full((1, 2000), 0.02)) for _ in range(900)]
    seen = sum(flow.now.sum() for flow in flows)
    assert sum(flow.mean.sum() for flow in flows) == pytest.approx(seen, rel=0.01)


def test_nothing_is_lost_when_more_is_asked_for_than_fits():
    taps = spells(500)
    busy, idle = np.full((1, 500), 0.9), np.zeros((1, 500))
    hours = [taps.step(3600.0, busy).mean.mean() for _ in range(20)]
    hours += [taps.step(3600.0, idle).mean.mean() for _ in range(20)]
    assert sum(hours) == pytest.approx(20 * 0.9 * 6.0, rel=0.03)
    assert hours[-1] == 0.0


def test_a_spell_lasts_about_its_mean_and_keeps_its_flow():
    taps = spells(3000)
    duty = np.full((1, 3000), 0.001)
    flows = np.array([taps.step(10.0, duty).now[0] for _ in range(600)])
    began = ((flows[1:] > 0) & (flows[:-1] == 0)).sum()
    assert (flows > 0).sum() * 10.0 / began == pytest.approx(300.0, rel=0.15)
    assert flows[flows > 0].min() >= 4.0
    assert flows.max() <= 8.0
    steady = np.diff(flows, axis=0)[(flows[1:] > 0) & (flows[:-1] > 0)]
    assert np.mean(steady == 0.0) > 0.99
