"""Visitors: come in the morning, go in the afternoon, and nobody sleeps on the piste."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.environment.crowd import Crowd
from devices.environment.region import Region
from tests.devices.environment.made import event
from tests.devices.places import CHONGLI, moment, moments

SEEDS = range(40)
NEXT = replace(CHONGLI, name="next")


def crowd(seed: int = 1, *events) -> Crowd:
    return Region(seed, events).at(CHONGLI).crowd


def mean_guests(day: str) -> float:
    return float(np.mean([crowd(seed).guests_ratio(moment(f"{day} 12:00")) for seed in SEEDS]))


@given(day=st.integers(0, 800), minutes=st.lists(st.integers(0, 1439), min_size=2, max_size=20))
def test_guests_only_come_and_only_go_and_none_goes_who_has_not_come(day, minutes):
    midnight = moment("2025-11-01 00:00") + timedelta(days=day)
    times = [midnight + timedelta(minutes=minute) for minute in sorted(minutes)]
    arrived = [crowd().arrived_ratio(now) for now in times]
    left = [crowd().left_ratio(now) for now in times]
    assert arrived == sorted(arrived)
    assert left == sorted(left)
    assert all(0 <= gone <= come <= 1 + 1e-12 for come, gone in zip(arrived, left, strict=True))


@pytest.mark.parametrize("day", ["2026-01-14", "2026-01-16", "2026-01-17", "2026-02-18"])
def test_everybody_has_gone_before_midnight(day):
    for hour in ("00:00", "06:00"):
        assert crowd().arrived_ratio(moment(f"{day} {hour}")) == 0.0
    late = moment(f"{day} 23:30")
    assert crowd().arrived_ratio(late) == pytest.approx(1.0, abs=1e-12)
    assert crowd().left_ratio(late) == pytest.approx(1.0, abs=1e-12)
    assert crowd().present_ratio(late) == pytest.approx(0.0, abs=1e-12)


def test_most_come_in_the_morning_some_at_one_and_most_go_after_three():
    times = moments("2026-01-14 00:00", every_s=900, count=97)
    come = np.diff([crowd().arrived_ratio(now) for now in times[:-1]])
    go = np.diff([crowd().left_ratio(now) for now in times[:-1]])
    assert come.argmax() / 4 == pytest.approx(9.25, abs=0.75)
    assert come[50:54].sum() > come[46:50].sum()  # a second, small peak about 13 h
    assert go[60:66].sum() > 0.5


def test_lights_are_on_until_ten_on_fridays_and_saturdays_only():
    for day, night in (("15", False), ("16", True), ("17", True), ("18", False)):
        present = crowd().present_ratio(moment(f"2026-01-{day} 19:30"))
        assert (present > 0.01) is night


def test_weekends_and_festivals_bring_the_multiples_that_resorts_see():
    workday = mean_guests("2026-01-14")
    assert 2 < mean_guests("2026-01-17") / workday < 3
    assert 3 < mean_guests("2026-01-01") / workday < 4
    assert 3 < mean_guests("2026-02-18") / workday < 4.2


def test_the_season_comes_and_goes_slowly_and_summer_has_no_guests():
    saturdays = [mean_guests(day) for day in ("2025-11-08", "2025-11-22", "2025-12-13")]
    assert 0 < saturdays[0] < 0.5 * saturdays[1] < saturdays[2]
    assert mean_guests("2026-03-28") < 0.6 * mean_guests("2026-03-07")
    assert mean_guests("2026-07-15") == mean_guests("2026-04-20") == 0.0


def test_bad_weather_keeps_a_third_at_home_and_is_decided_once_for_the_day():
    storm = event("cold-front", "2026-01-13 23:00", hours=48, strength=2.0)
    fine, rough = (crowd(1, *events) for events in ((), (storm,)))
    day = moments("2026-01-14 00:00", every_s=3600, count=24)
    assert rough.guests_ratio(day[12]) == pytest.approx(0.7 * fine.guests_ratio(day[12]))
    assert len({rough.guests_ratio(now) for now in day}) == 1


def test_some_days_of_a_winter_are_bad_but_not_many():
    bad = [
        crowd(seed)._is_bad(now)
        for seed in range(6)
        for now in moments("2025-12-01 08:00", every_s=86_400, count=90)
    ]
    assert 0.02 < np.mean(bad) < 0.25


def test_no_two_days_and_no_two_resorts_draw_the_same_crowd():
    region = Region(1)
    noons = [moment(f"2026-01-{day} 12:00") for day in ("12", "13", "14")]
    drawn = {region.at(site).crowd.guests_ratio(now) for site in (CHONGLI, NEXT) for now in noons}
    assert len(drawn) == 6
    assert max(drawn) < 3 * min(drawn)
