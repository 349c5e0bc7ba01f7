"""Lifts: hours, wind, mains and crowd decide what they do and how many they carry."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import numpy as np
import pytest

from devices.arrays import Floats
from devices.environment.events import Event, EventKind
from devices.kinds.ski_lift import KIND
from devices.physics.lift_service import (
    CLOSED,
    EVACUATION,
    MAINTENANCE,
    RUNNING,
    SLOW,
    STOPPED,
    WIND_HOLD,
)
from tests.devices.kinds.runs import run
from tests.devices.places import moment, moments

FORTNIGHT = moments("2026-01-05 00:00", every_s=600, count=6 * 24 * 14)
SATURDAY_MORNING = moments("2026-01-17 10:00", every_s=20, count=3 * 60 * 2)


@cache
def fortnight() -> dict[str, Floats]:
    return run(KIND, FORTNIGHT)


@cache
def calm_fortnight() -> dict[str, Floats]:
    return run_fearless(FORTNIGHT)


def run_fearless(times: Sequence[datetime], *events: Event) -> dict[str, Floats]:
    """Lifts that no wind stops."""
    return run(KIND, times, events=events, slow_gust_mps=30.0, hold_gust_mps=35.0)


def run_crowded(*, slow_gust_mps: float) -> dict[str, Floats]:
    """Double chairs with a queue all morning."""
    return run(
        KIND,
        SATURDAY_MORNING,
        slow_gust_mps=slow_gust_mps,
        hold_gust_mps=35.0,
        guests=5000.0,
        seats=2.0,
    )


def outage(minutes: float) -> Event:
    return Event(kind=EventKind.OUTAGE, start=moment("2026-01-17 10:30"), duration_s=minutes * 60)


def grown(values: Floats) -> float:
    """What counters of all lifts gained from the first step to the last."""
    return float((values[-1] - values[0]).sum())


def test_lifts_run_by_day_and_on_weekend_evenings_some_go_on():
    arrays = calm_fortnight()
    hour = np.array([now.hour + now.minute / 60 for now in FORTNIGHT])
    friday_or_saturday = np.array([now.weekday() in {4, 5} for now in FORTNIGHT])
    runs = np.isin(arrays["lift_state"], [RUNNING, STOPPED])
    assert not runs[(hour < 8.2) | (hour > 21.5)].any()
    assert runs[(hour > 9) & (hour < 16)].mean() > 0.95
    evening = (hour > 18.5) & (hour < 20.5)
    assert 0.4 < runs[evening & friday_or_saturday].mean() < 0.6
    boarded = np.diff(arrays["passengers_total"], axis=0, prepend=np.nan)
    assert not boarded[(hour > 16.9) & ~friday_or_saturday].any()


def test_in_summer_lifts_are_closed():
    arrays = run(KIND, moments("2026-07-01 00:00", every_s=3600, count=48))
    assert (arrays["lift_state"] == CLOSED).all()
    assert (arrays["rope_speed_mps"] == 0).all()
    assert grown(arrays["passengers_total"]) == 0


def test_states_follow_the_gusts_at_the_tower():
    arrays = fortnight()
    gust, states = arrays["wind_gust_mps"], arrays["lift_state"]
    carrying = np.isin(states, [RUNNING, SLOW])
    assert gust[carrying].max() <= 18.0
    assert gust[states == RUNNING].max() <= 14.0
    assert (states == SLOW).any()
    assert (states == WIND_HOLD).any()


def test_a_drag_lift_holds_in_wind_that_a_chairlift_bears():
    chair = fortnight()["lift_state"]
    drag = run(KIND, FORTNIGHT, hold_gust_mps=12.0)["lift_state"]
    assert np.mean(drag == WIND_HOLD) > 2 * np.mean(chair == WIND_HOLD)


def test_a_lift_slowed_by_wind_loses_capacity_in_proportion():
    full, slow = (run_crowded(slow_gust_mps=limit) for limit in (30.0, 5.0))
    slowed = np.isin(slow["lift_state"], [SLOW, STOPPED]).all(axis=0)
    assert slowed.sum() > 5
    carried = [grown(arrays["passengers_total"][:, slowed]) for arrays in (full, slow)]
    assert carried[1] / carried[0] == pytest.approx(0.6, abs=0.02)
    assert (slow["queue_wait_s"][-1, slowed] > full["queue_wait_s"][-1, slowed]).all()
    runs_slow = slow["lift_state"][10:, slowed] == SLOW
    assert np.median(slow["rope_speed_mps"][10:, slowed][runs_slow]) == pytest.approx(3.0)


def test_a_held_lift_is_emptied_then_stands_and_takes_nobody():
    arrays = fortnight()
    held = arrays["lift_state"] == WIND_HOLD
    still_held = held[1:] & held[:-1]
    assert still_held.any()
    assert not np.diff(arrays["passengers_total"], axis=0)[still_held].any()
    assert np.median(arrays["rope_speed_mps"][held]) == pytest.approx(0.0, abs=0.01)
    assert set(np.unique(arrays["rope_speed_mps"][held].round(1))) >= {0.0, 2.0}


def test_an_outage_stops_lifts_at_once_and_they_start_again_after():
    arrays = run_fearless(SATURDAY_MORNING, outage(minutes=8))
    before, first, during, later = (arrays["lift_state"][minute * 3] for minute in (29, 30, 35, 50))
    in_service = np.isin(before, [RUNNING, STOPPED])
    assert in_service.sum() > 30
    assert (first[in_service] == STOPPED).all()
    assert (during[in_service] == STOPPED).all()
    assert np.mean(later[in_service] == RUNNING) > 0.9
    assert (arrays["motor_power_w"][31 * 3 : 37 * 3] == 0).all()
    assert (arrays["rope_speed_mps"][32 * 3 : 37 * 3] < 0.01).all()
    stops = arrays["stops_total"][30 * 3] - arrays["stops_total"][30 * 3 - 1]
    assert (stops[in_service & (before == RUNNING)] >= 1).all()


def test_after_a_long_outage_the_diesel_brings_the_riders_in():
    arrays = run_fearless(SATURDAY_MORNING, outage(minutes=85))
    states = arrays["lift_state"]
    busy = states[29 * 3] == RUNNING
    assert (states[40 * 3, busy] == STOPPED).all()
    assert (states[50 * 3, busy] == EVACUATION).all()
    assert np.allclose(arrays["rope_speed_mps"][50 * 3, busy], 1.0, atol=0.05)
    assert (arrays["motor_power_w"][50 * 3] == 0).all()
    assert not np.isnan(arrays["wind_gust_mps"][50 * 3]).any()


def test_passengers_follow_the_crowd():
    arrays = calm_fortnight()
    boarded = np.diff(arrays["passengers_total"].sum(axis=1), prepend=np.nan)
    weekend = np.array([now.weekday() >= 5 for now in FORTNIGHT])
    assert np.nansum(boarded[weekend]) / 4 > 1.5 * np.nansum(boarded[~weekend]) / 10


def test_now_and_then_a_lift_is_in_maintenance_for_the_day():
    hourly = moments("2026-01-05 00:00", every_s=3600, count=24 * 28)
    states = run(KIND, hourly)["lift_state"].reshape(28, 24, -1)
    by_day = (states == MAINTENANCE).any(axis=1)
    assert 0 < by_day.mean() < 0.05
    assert (states[:, 12][by_day] == MAINTENANCE).all()


def test_hours_and_minutes_carry_the_same_people():
    carried = []
    for every_s in (120, 3600):
        days = moments("2026-01-15 06:00", every_s=every_s, count=int(3.5 * 86_400) // every_s)
        carried.append(grown(run_fearless(days)["passengers_total"]))
    assert carried[1] == pytest.approx(carried[0], rel=0.1)
