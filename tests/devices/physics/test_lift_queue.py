"""The queue of a lift: it grows when more come than board, and long steps know it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.lift_queue import RIDES_PER_H, LiftQueue

BOARDS, SHUT = np.ones(1, dtype=bool), np.zeros(1, dtype=bool)


def after(
    seconds: float,
    *,
    guests: float,
    places_per_h: float,
    steps: int = 1,
    queue: LiftQueue | None = None,
    boards: bool = True,
) -> tuple[float, float]:
    """People waiting, and people who boarded, after so many equal steps; from an empty queue."""
    if queue is None:
        queue = LiftQueue()
        queue.step(0.0, np.zeros(1), np.ones(1), BOARDS)
    boarded = waiting = 0.0
    for _ in range(steps):
        people, rate = queue.step(
            seconds / steps,
            np.array([guests]),
            np.array([places_per_h / 3600]),
            BOARDS if boards else SHUT,
        )
        waiting = float(people[0])
        boarded += float(rate[0]) * seconds / steps
    return waiting, boarded


def test_nobody_waits_while_there_are_places_for_all():
    waiting, boarded = after(3600, guests=500, places_per_h=2400)
    assert waiting == 0.0
    assert boarded == pytest.approx(500 * RIDES_PER_H)


def test_a_queue_grows_when_demand_exceeds_capacity_and_the_lift_runs_full():
    waiting, boarded = after(3600, guests=1500, places_per_h=2400)
    assert 100 < waiting < 900
    assert boarded == pytest.approx(2400)


def test_half_the_capacity_makes_a_longer_queue_and_half_the_passengers():
    full, half = (after(7200, guests=1500, places_per_h=places) for places in (2400, 1200))
    assert half[0] > 1.5 * full[0]
    assert half[1] == pytest.approx(full[1] / 2)


def test_people_walk_away_from_a_lift_that_stands():
    queue = LiftQueue()
    queue.step(0.0, np.array([2000.0]), np.array([0.3]), BOARDS)
    before, _ = queue.step(0.0, np.array([2000.0]), np.array([0.3]), BOARDS)
    waiting, boarded = after(3600, guests=2000, places_per_h=0, queue=queue, boards=False)
    assert boarded == 0.0
    assert waiting < 0.1 * before[0]


@given(
    guests=st.floats(0, 5000),
    places_per_h=st.floats(0, 5000),
    seconds=st.sampled_from([10.0, 600.0, 3600.0]),
)
def test_one_long_step_is_as_good_as_many_short_ones(guests, places_per_h, seconds):
    one = after(seconds, guests=guests, places_per_h=places_per_h)
    many = after(seconds, guests=guests, places_per_h=places_per_h, steps=20)
    assert one == pytest.approx(many, rel=1e-6, abs=1e-6)
    assert 0 <= one[0] <= guests
    assert one[1] <= places_per_h * seconds / 3600 + 1e-6
