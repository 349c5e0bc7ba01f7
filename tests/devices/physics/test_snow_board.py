"""The board for new snow: it fills while snow falls and is wiped at eight."""

from datetime import timedelta

import numpy as np
import pytest

from devices.physics.snow_board import SnowBoard
from tests.devices.places import moment


def board_at(text: str, *, every_s: float, hours: float = 24.0) -> float:
    """What lies on the board at a time, after hours of steady cold snowfall."""
    board, now = SnowBoard(1), moment(text) - timedelta(hours=hours)
    depth_cm = board.step(now, 0.0, np.ones(1), np.full(1, -10.0))
    while now < moment(text):
        now += timedelta(seconds=every_s)
        depth_cm = board.step(now, every_s, np.ones(1), np.full(1, -10.0))
    return float(depth_cm[0])


def test_the_board_is_wiped_at_eight():
    before, at, after = (
        board_at(f"2026-01-10 {clock}", every_s=60.0) for clock in ("07:59", "08:00", "09:00")
    )
    assert before == pytest.approx(24 * after, rel=0.01)
    assert at == 0.0


@pytest.mark.parametrize("every_s", [1800.0, 3600.0])
def test_long_steps_keep_what_fell_since_the_board_was_wiped(every_s):
    assert board_at("2026-01-10 08:30", every_s=every_s) == pytest.approx(
        board_at("2026-01-10 08:30", every_s=60.0)
    )
