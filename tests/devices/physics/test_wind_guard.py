"""The wind guard of a lift: slower, held, and back only after a calm while."""

import numpy as np

from devices.physics.wind_guard import REOPENING_S, SLOW_FOR_S, WindGuard

CALM, NEARLY_CALM, STRONG, STORM = 8.0, 13.0, 15.0, 19.0


class Tower:
    """A guard that is told a gust every ten seconds."""

    def __init__(self) -> None:
        rng = np.random.default_rng(1)
        self._guard = WindGuard(1, rng, slow_gust_mps=14.0, hold_gust_mps=18.0)

    def tell(self, gust_mps: float, *, seconds: float = 10.0) -> tuple[bool, bool]:
        slow = hold = np.zeros(1, dtype=bool)
        for _ in range(round(seconds / 10.0)):
            slow, hold = self._guard.step(10.0, np.array([gust_mps]))
        return bool(slow[0]), bool(hold[0])


def test_gusts_slow_a_lift_and_stronger_ones_hold_it():
    tower = Tower()
    assert tower.tell(CALM) == (False, False)
    assert tower.tell(STRONG) == (True, False)
    assert tower.tell(STORM) == (True, True)


def test_a_held_lift_reopens_after_a_quarter_to_half_an_hour_of_calm():
    tower = Tower()
    tower.tell(STORM)
    assert tower.tell(CALM, seconds=REOPENING_S[0] - 60)[1]
    assert not tower.tell(CALM, seconds=REOPENING_S[1] - REOPENING_S[0] + 90)[1]


def test_one_more_gust_starts_the_wait_anew():
    tower = Tower()
    tower.tell(STORM)
    for _ in range(10):
        assert tower.tell(CALM, seconds=REOPENING_S[0] - 60)[1]
        assert tower.tell(STRONG + 1.5)[1]  # not above the limit, but not 2 m/s below it either


def test_a_slowed_lift_speeds_up_only_after_minutes_well_below_the_limit():
    tower = Tower()
    tower.tell(STRONG)
    assert tower.tell(NEARLY_CALM, seconds=3600)[0]
    assert tower.tell(CALM, seconds=SLOW_FOR_S - 20)[0]
    assert not tower.tell(CALM, seconds=60)[0]
