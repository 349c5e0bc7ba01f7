"""Short stops: as many and as long whatever the step."""

import numpy as np
import pytest

from devices.physics.short_stops import MEAN_RUN_S, MEAN_STOP_S, ShortStops

COUNT = 400
DUTY = MEAN_STOP_S / (MEAN_RUN_S + MEAN_STOP_S)


@pytest.mark.parametrize("dt_s", [5.0, 60.0, 3600.0])
def test_stops_are_as_many_and_as_long_for_any_step(dt_s):
    stops, before = ShortStops(COUNT, np.random.default_rng(1)), 0.0
    before = stops.stops.sum()
    hours = 10
    seen = [stops.step(dt_s, np.ones(COUNT, bool)) for _ in range(int(hours * 3600 / dt_s))]
    expected = COUNT * hours * 3600 / (MEAN_RUN_S + MEAN_STOP_S)
    assert stops.stops.sum() - before == pytest.approx(expected, rel=0.06)
    assert np.mean([share for _, share in seen]) == pytest.approx(DUTY, rel=0.15)
    assert np.mean([stands for stands, _ in seen]) == pytest.approx(DUTY, rel=0.3)


def test_a_lift_out_of_service_does_not_stop():
    stops = ShortStops(COUNT, np.random.default_rng(1))
    stands, share = stops.step(3600.0, np.zeros(COUNT, bool))
    assert not stands.any()
    assert not share.any()


def test_some_stops_are_made_by_the_emergency_button():
    stops = ShortStops(COUNT, np.random.default_rng(1))
    before, pressed = stops.stops.sum(), stops.emergencies.sum()
    for _ in range(100):
        stops.step(3600.0, np.ones(COUNT, bool))
    assert 0.02 < (stops.emergencies.sum() - pressed) / (stops.stops.sum() - before) < 0.04
