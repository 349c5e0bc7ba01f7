"""Signals that are functions of seed and time, and the sun that needs no seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.environment.noise import Noise, uniform
from devices.environment.solar import radiation_wm2, sine_of_elevation
from tests.devices.places import moment

DAY_S = 86_400.0


def test_noise_has_unit_deviation_at_knots_and_between_them():
    noises = [Noise(seed, "any", {DAY_S: 0.9, 3600.0: 0.4}) for seed in range(1500)]
    for time_s in (0.0, 0.25 * DAY_S, 0.5 * DAY_S, 1e9 + 1234.5):
        values = [noise.at(time_s) for noise in noises]
        assert np.mean(values) == pytest.approx(0, abs=0.08)
        assert np.std(values) == pytest.approx(1, abs=0.06)


@given(seed=st.integers(0, 2**64), time_s=st.floats(-4e9, 4e9))
def test_noise_is_the_same_for_all_who_ask_and_smooth(seed, time_s):
    periods_s = {3600.0: 1.0}
    value = Noise(seed, "any", periods_s).at(time_s)
    assert value == Noise(seed, "any", periods_s).at(time_s)
    assert abs(value - Noise(seed, "any", periods_s).at(time_s + 1.0)) < 0.01


def test_signals_of_different_names_are_independent():
    times_s = np.arange(0, 2000 * DAY_S, DAY_S)
    one, other = ([Noise(1, name, {DAY_S: 1.0}).at(t) for t in times_s] for name in "ab")
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1


def test_uniform_numbers_fill_their_range():
    values = [uniform(1, "any", str(number)) for number in range(5000)]
    assert 0 <= min(values) < 0.01
    assert 0.99 < max(values) < 1
    assert np.mean(values) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("when", "height_deg"),
    [("2026-06-21 12:15", 73.5), ("2026-12-21 12:12", 26.7), ("2026-03-20 18:22", 0.0)],
)
def test_the_sun_stands_over_beijing_where_almanacs_put_it(when, height_deg):
    sine = sine_of_elevation(moment(when), 39.9, 116.4)
    assert np.degrees(np.arcsin(sine)) == pytest.approx(height_deg, abs=0.7)


def test_clouds_and_night_take_the_sun_away_and_height_adds_to_it():
    assert radiation_wm2(-0.1, 0.0, 0.0) == 0.0
    clear, overcast, high = (radiation_wm2(0.5, *rest) for rest in ((0, 0), (1, 0), (0, 2000)))
    assert overcast == pytest.approx(0.25 * clear)
    assert high == pytest.approx(1.1 * clear)
