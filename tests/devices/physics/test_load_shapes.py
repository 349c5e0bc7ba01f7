"""Load shapes: smooth over the day and the seasons, with their means kept."""

import numpy as np
import pytest

from devices.physics.load_shapes import load_ratio
from tests.devices.places import moments


def mean_of(shape: str, start: str, *, days: int = 1) -> float:
    times = moments(start, every_s=900, count=96 * days)
    return float(np.mean([load_ratio(shape, now) for now in times]))


@pytest.mark.parametrize("shape", ["household", "office", "meals", "hot_water", "constant"])
def test_shapes_are_continuous_over_midnight(shape):
    times = moments("2025-12-30 00:00", every_s=60, count=1440 * 2)
    ratios = [load_ratio(shape, now) for now in times]
    assert np.abs(np.diff(ratios)).max() < 0.05
    assert min(ratios) > 0


def test_households_use_more_in_winter_than_in_summer():
    assert mean_of("household", "2026-01-14 00:00") > 1.3 * mean_of("household", "2026-07-15 00:00")


def test_households_peak_late_in_the_evening_as_they_do_in_china():
    ratios = [
        load_ratio("household", now) for now in moments("2026-01-14 00:00", every_s=3600, count=24)
    ]
    assert int(np.argmax(ratios)) in range(19, 23)
    assert max(ratios[19:23]) > 1.3 * max(ratios[6:12])


@pytest.mark.parametrize("shape", ["meals", "hot_water", "constant"])
def test_shapes_without_seasons_have_a_mean_of_one(shape):
    assert mean_of(shape, "2026-04-01 00:00") == pytest.approx(1.0, abs=0.03)
