"""Nacelles that turn into the wind the short way, in steps."""

from collections.abc import Sequence

import numpy as np
import pytest

from devices.physics.processes import Booleans
from devices.physics.yaw import Yaw

FREE = np.array([True])


def directions(
    winds_deg: Sequence[float], *, every_s: float = 60.0, can_turn: Booleans = FREE
) -> list[float]:
    yaw = Yaw(np.zeros(1))
    dt_s = [0.0] + [every_s] * (len(winds_deg) - 1)
    return [
        float(yaw.step(each_s, np.array([wind]), can_turn)[0])
        for each_s, wind in zip(dt_s, winds_deg, strict=True)
    ]


def test_small_errors_are_left_and_large_ones_turned_out_wholly():
    assert directions([90.0, 96.0, 84.0]) == [90.0, 90.0, 90.0]
    assert directions([90.0, 100.0]) == [90.0, 100.0]


def test_it_turns_no_faster_than_its_drive():
    assert directions([90.0, 180.0, 180.0], every_s=10.0) == pytest.approx([90.0, 94.0, 98.0])


def test_it_crosses_north_the_short_way():
    assert directions([350.0, 20.0], every_s=10.0) == pytest.approx([350.0, 354.0])
    assert directions([350.0, 20.0]) == pytest.approx([350.0, 14.0])


def test_it_rests_without_power():
    assert directions([90.0, 180.0], can_turn=np.array([False])) == [90.0, 90.0]
