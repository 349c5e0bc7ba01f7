"""A pump house: blocks, the water there is, and turns that come round."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.physics.processes import Booleans
from devices.physics.pump_house import BLOCK_EVERY_S, OVERLOADED_RATIO, PumpHouse

NOBODY = np.zeros(20, dtype=bool)
EVERYBODY = np.ones(20, dtype=bool)


def pump_house(*, capacity_lpm: float = 1e6, most_running_ratio: float = 1.0) -> PumpHouse:
    return PumpHouse(
        20,
        np.random.default_rng(1),
        capacity_lpm=capacity_lpm,
        most_running_ratio=most_running_ratio,
    )


def wanting(lpm: float) -> Floats:
    return np.full(20, lpm)


def turns(
    pumps: PumpHouse,
    lpm: float,
    *,
    dt_s: float = BLOCK_EVERY_S,
    waiting: Booleans = NOBODY,
    running: Booleans = NOBODY,
    done: Booleans = NOBODY,
) -> tuple[Booleans, Booleans]:
    return pumps.turns(dt_s, waiting=waiting, running=running, done=done, wanted_lpm=wanting(lpm))


def test_a_tenth_of_the_guns_starts_at_a_time_and_they_are_neighbours():
    start, stop = turns(pump_house(), 100.0, waiting=EVERYBODY)
    assert start.sum() == 2
    first, second = np.flatnonzero(start)
    assert (second - first) % 20 in {1, 19}
    assert not stop.any()


def test_nobody_starts_before_the_last_block_has_settled():
    pumps = pump_house()
    assert turns(pumps, 100.0, waiting=EVERYBODY)[0].any()
    assert not turns(pumps, 100.0, dt_s=BLOCK_EVERY_S / 2, waiting=EVERYBODY)[0].any()
    assert turns(pumps, 100.0, dt_s=BLOCK_EVERY_S / 2, waiting=EVERYBODY)[0].any()


def test_a_long_step_starts_as_many_blocks_as_short_ones_would():
    start, _ = turns(pump_house(), 100.0, dt_s=5 * BLOCK_EVERY_S, waiting=EVERYBODY)
    assert start.sum() == 10


def test_no_more_guns_start_than_the_water_feeds():
    start, _ = turns(pump_house(capacity_lpm=1000.0), 300.0, dt_s=3600.0, waiting=EVERYBODY)
    assert start.sum() == 3


def test_no_more_guns_start_than_the_power_supply_carries():
    pumps = pump_house(most_running_ratio=0.6)
    start, _ = turns(pumps, 1.0, dt_s=3600.0, waiting=EVERYBODY)
    assert start.sum() == 12
    assert not turns(pumps, 1.0, dt_s=3600.0, waiting=~start, running=start)[0].any()


def test_a_resort_begins_with_as_many_guns_as_there_is_water_for():
    first = pump_house(capacity_lpm=1000.0).first_turn(EVERYBODY, wanting(100.0))
    assert first.sum() == 9


def test_a_little_too_much_only_sags_and_far_too_much_stops_guns():
    pumps = pump_house(capacity_lpm=2000.0)
    assert not turns(pumps, 105.0, running=EVERYBODY)[1].any()
    _, stop = turns(pumps, 200.0, dt_s=3600.0, running=EVERYBODY)
    assert stop.sum() == 10


def test_who_has_produced_long_enough_makes_room_only_if_somebody_waits():
    running = np.arange(20) < 10
    pumps = pump_house(most_running_ratio=0.5)
    assert not turns(pumps, 100.0, running=running, done=running)[1].any()
    _, stop = turns(pumps, 100.0, waiting=~running, running=running, done=running)
    assert stop.sum() == 2


def test_who_stops_goes_to_the_end_of_the_queue():
    pumps = pump_house(most_running_ratio=0.5)
    running = pumps.first_turn(EVERYBODY, wanting(100.0))
    _, stop = turns(pumps, 100.0, waiting=~running, running=running, done=running)
    start, _ = turns(pumps, 100.0, waiting=~running | stop, running=running & ~stop)
    assert stop.any()
    assert start.any()
    assert not (start & stop).any()


@given(
    flows=st.lists(st.floats(40, 570), min_size=2, max_size=30),
    dt_s=st.sampled_from([60.0, 600.0, 3600.0]),
)
def test_what_runs_an_hour_after_a_change_never_overloads_the_pumps(flows, dt_s):
    pumps = pump_house(capacity_lpm=3000.0)
    running = NOBODY
    for lpm in flows:
        for _ in range(int(3600 / dt_s)):
            start, stop = turns(pumps, lpm, dt_s=dt_s, waiting=~running, running=running)
            running = (running | start) & ~stop
        assert wanting(lpm) @ running <= OVERLOADED_RATIO * 3000.0
