"""The controllers of snow guns: which way states may go, and how long they must wait."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.pump_house import BLOCK_EVERY_S, PumpHouse
from devices.physics.snowmaking import (
    DWELL_S,
    FAULT,
    OFF,
    PILE_S,
    PRODUCING,
    STANDBY,
    STARTING,
    STARTING_S,
    STATES,
    STOPPING,
    STOPPING_S,
    Controllers,
    Window,
    flow_lpm,
)

EDGES = {
    (OFF, STANDBY),
    (STANDBY, OFF),
    (STANDBY, STARTING),
    (STARTING, PRODUCING),
    (STARTING, STOPPING),
    (PRODUCING, STOPPING),
    (PRODUCING, FAULT),
    (STOPPING, STANDBY),
    (FAULT, STANDBY),
}
COLD_C, BETWEEN_C, WARM_C = -4.0, -2.3, 0.0


class Guns:
    """Controllers that are all told the same, and the time."""

    def __init__(self, count: int = 1, *, lpm_per_gun: float = 600.0) -> None:
        rng = np.random.default_rng(1)
        pumps = PumpHouse(count, rng, capacity_lpm=count * lpm_per_gun, most_running_ratio=1.0)
        self.count = count
        self.controllers = Controllers(count, rng, pumps)

    def step(
        self, wet_bulb_c: float, dt_s: float = 60.0, *, season: bool = True, mains_on: bool = True
    ) -> list[int]:
        states: list[int] = self.controllers.step(
            dt_s, np.full(self.count, wet_bulb_c), season=season, mains_on=mains_on
        ).tolist()
        return states

    def seconds_until(self, state: int, wet_bulb_c: float, *, dt_s: float = 10.0) -> float:
        """Step until the first gun is in `state`; at most a day."""
        for steps in range(1, 8641):
            if self.step(wet_bulb_c, dt_s)[0] == state:
                return steps * dt_s
        raise AssertionError(f"never {STATES[state]}")


def test_a_gun_waits_out_the_dwell_starts_and_produces():
    guns = Guns()
    assert guns.step(WARM_C, 0.0) == [STANDBY]
    assert DWELL_S <= guns.seconds_until(STARTING, COLD_C) <= DWELL_S + 20
    assert STARTING_S <= guns.seconds_until(PRODUCING, COLD_C) <= STARTING_S + 20


def test_a_gun_stops_after_ten_warm_minutes_and_drains():
    guns = Guns()
    assert guns.step(COLD_C, 0.0) == [PRODUCING]
    assert DWELL_S <= guns.seconds_until(STOPPING, WARM_C) <= DWELL_S + 20
    assert STOPPING_S <= guns.seconds_until(STANDBY, WARM_C) <= STOPPING_S + 20


def test_between_the_thresholds_nothing_changes():
    producing, waiting = Guns(), Guns()
    producing.step(COLD_C, 0.0)
    waiting.step(WARM_C, 0.0)
    for _ in range(60):
        assert producing.step(BETWEEN_C) == [PRODUCING]
        assert waiting.step(BETWEEN_C) == [STANDBY]


def test_a_warm_gust_of_nine_minutes_stops_nothing():
    guns = Guns()
    guns.step(COLD_C, 0.0)
    for _ in range(5):
        assert [guns.step(WARM_C)[0] for _ in range(9)] == [PRODUCING] * 9
        assert guns.step(COLD_C) == [PRODUCING]


def test_out_of_season_guns_are_off_whatever_the_cold():
    guns = Guns()
    assert guns.step(COLD_C, 0.0, season=False) == [OFF]
    assert guns.step(COLD_C, 3600.0, season=False) == [OFF]
    assert guns.step(COLD_C, season=True) == [STANDBY]


def test_the_end_of_the_season_stops_guns_in_order():
    guns = Guns()
    guns.step(COLD_C, 0.0)
    seen = [guns.step(COLD_C, 300.0, season=False)[0] for _ in range(4)]
    assert seen == [STOPPING, STANDBY, OFF, OFF]


def test_after_an_outage_guns_wait_before_they_start_again():
    guns = Guns()
    guns.step(COLD_C, 0.0)
    assert guns.step(COLD_C, mains_on=False) == [STANDBY]
    assert guns.seconds_until(STARTING, COLD_C) >= DWELL_S


def test_faults_come_and_are_repaired():
    guns = Guns(count=300)
    guns.step(COLD_C, 0.0)
    states = np.array([guns.step(COLD_C, 600.0) for _ in range(500)])
    assert 0.001 < np.mean(states == FAULT) < 0.02


def test_guns_of_a_resort_start_block_by_block():
    guns = Guns(count=50)
    guns.step(WARM_C, 0.0)
    starting = np.array([guns.step(COLD_C, 30.0) for _ in range(120)]) != STANDBY
    joined = np.diff(starting.sum(axis=1), prepend=0)
    assert set(joined) == {0, 5}
    assert (np.diff(np.flatnonzero(joined)) * 30.0 >= BLOCK_EVERY_S).all()
    assert starting[-1].all()


def test_where_water_is_scarce_every_gun_gets_its_turn():
    guns = Guns(count=10, lpm_per_gun=60.0)
    states = np.array([guns.step(COLD_C, dt_s) for dt_s in [0.0, *[600.0] * 6 * 24 * 7]])
    assert 3 <= (states == PRODUCING).sum(axis=1).mean() <= 5
    assert (states == PRODUCING).any(axis=0).all()


def test_with_water_for_all_no_gun_rests():
    guns = Guns(count=10)
    states = np.array([guns.step(COLD_C, dt_s) for dt_s in [0.0, *[600.0] * int(2 * PILE_S / 600)]])
    assert set(np.unique(states)) <= {STANDBY, STARTING, PRODUCING, FAULT}
    assert np.mean(states == PRODUCING) > 0.97


def test_the_colder_the_more_water_makes_good_snow():
    assert flow_lpm(np.array([0.0, -3.0, -5.0, -13.0])).tolist() == [40.0, 60.0, 170.0, 570.0]


def test_a_window_opens_and_closes_a_kelvin_and_ten_minutes_apart():
    window = Window(np.array([-2.75]))

    def minutes_until_it_turns(wet_bulb_c: float) -> int:
        wet_c = np.array([wet_bulb_c])
        opens = [bool(window.step(60.0, wet_c)[0]) for _ in range(20)]
        return opens.index(not opens[0]) + 1

    assert not window.step(0.0, np.array([-2.0]))[0]
    assert minutes_until_it_turns(-2.8) in {10, 11}
    assert all(window.step(60.0, np.array([-1.8]))[0] for _ in range(60))
    assert minutes_until_it_turns(-1.7) in {10, 11}


@given(
    wet_bulbs=st.lists(st.floats(-12, 5), min_size=1, max_size=60),
    dt_s=st.sampled_from([1.0, 60.0, 600.0, 3600.0]),
    outage_at=st.integers(0, 60),
)
def test_states_move_along_the_edges_only(wet_bulbs, dt_s, outage_at):
    guns = Guns(count=8)
    before = guns.step(wet_bulbs[0], 0.0)
    for number, wet_bulb_c in enumerate(wet_bulbs):
        mains_on = number != outage_at
        after = guns.step(wet_bulb_c, dt_s, season=number < 50, mains_on=mains_on)
        moves = {(old, new) for old, new in zip(before, after, strict=True) if old != new}
        assert moves <= EDGES if mains_on else {new for _, new in moves} <= {STANDBY}
        before = after
