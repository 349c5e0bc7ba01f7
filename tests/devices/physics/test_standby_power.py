"""How long racks are carried, and when they come back."""

from datetime import timedelta

import numpy as np

from devices.environment.region import Region
from devices.physics.standby_power import HOLD_UP_S, RackSupply, silenced
from tests.devices.kinds.hall_events import NOON, QUIET_S, outage
from tests.devices.places import CHONGLI

RACKS = 50


def on_for_s(after_s: float, *, outage_s: float, generator: float = 0.0) -> np.ndarray:
    supply = RackSupply(RACKS, np.random.default_rng(1), generator)
    grid = Region(1, (outage(outage_s),)).at(CHONGLI).grid
    return supply.on_for_s(NOON + timedelta(seconds=QUIET_S + after_s), grid)


def test_batteries_carry_the_racks_for_about_half_an_hour():
    assert np.isinf(on_for_s(0.85 * HOLD_UP_S, outage_s=7200)).all()
    some = on_for_s(HOLD_UP_S, outage_s=7200) > 0
    assert 0 < some.sum() < RACKS
    assert not on_for_s(1.15 * HOLD_UP_S, outage_s=7200).any()


def test_dark_racks_come_back_seconds_after_the_mains():
    assert not on_for_s(7200, outage_s=7200).any()
    back_s = on_for_s(7260, outage_s=7200)
    assert (back_s >= 30).all()
    assert (back_s <= 55).all()


def test_a_short_outage_darkens_nobody():
    for after_s in (0, 60, 120, 7200):
        assert np.isinf(on_for_s(after_s, outage_s=90)).all()


def test_a_generator_takes_over_before_the_batteries_are_empty():
    assert np.isinf(on_for_s(7000, outage_s=7200, generator=1)).all()
    supply = RackSupply(RACKS, np.random.default_rng(1), 1.0)
    grid = Region(1, (outage(7200),)).at(CHONGLI).grid
    start = NOON + timedelta(seconds=QUIET_S)
    shares = [
        supply.on_generator(start + timedelta(seconds=after_s), grid).mean()
        for after_s in (-1, 40, 60, 80, 7199, 7200)
    ]
    assert shares[:2] == [0, 0]
    assert 0 < shares[2] < 1
    assert shares[3:] == [1, 1, 0]


def test_what_has_no_power_says_nothing():
    values = {"load_pct": np.array([1.0, 2.0])}
    assert silenced(values, np.array([True, True])) == values
    told = silenced(values, np.array([True, False]))["load_pct"]
    assert np.array_equal(told, [1.0, np.nan], equal_nan=True)
