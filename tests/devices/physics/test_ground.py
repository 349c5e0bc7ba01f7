"""The ground under the frost: half the air's swing, five weeks late."""

import numpy as np

from devices.physics.ground import AMPLITUDE_K, MEAN_C, water_mains_c
from tests.devices.places import moments

PLAIN_M = np.array([0.0])


def test_the_swing_is_halved_and_late_around_the_same_mean():
    days = moments("2025-01-01 12:00", every_s=86_400, count=365)
    ground_c = np.array([water_mains_c(day, PLAIN_M)[0] for day in days])
    assert abs(ground_c.mean() - MEAN_C) < 0.1
    assert 0.4 * AMPLITUDE_K < (ground_c.max() - ground_c.min()) / 2 < 0.6 * AMPLITUDE_K
    assert 17 + 25 < ground_c.argmin() < 17 + 50


def test_it_is_colder_in_the_mountains_and_never_freezes():
    (winter,) = moments("2026-02-20 12:00", every_s=1, count=1)
    plain_c, hills_c, summit_c = water_mains_c(winter, np.array([0.0, 200.0, 2200.0]))
    assert plain_c > hills_c > summit_c >= 2.0
