"""Gates: whole people who come in the morning, more on free days, and are gone at night."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from devices.arrays import Floats
from devices.environment.events import Event, EventKind
from devices.environment.region import Region
from devices.environment.site import Site
from devices.kinds.visitor_gate import KIND
from devices.readings import finish
from tests.devices.kinds.runs import run
from tests.devices.places import CHONGLI, moment, moments

FOUR_WEEKS = moments("2026-01-05 00:00", every_s=900, count=96 * 28)
LATE = moments("2026-01-17 23:59", every_s=60, count=2)


def entries_by_day(
    times: list[datetime], *, site: Site = CHONGLI, guests_ratio: float = 1.0
) -> Floats:
    """Guests of the resort on each day of whole days of quarter-hours."""
    arrays = run(KIND, times, site=site, guests_ratio=guests_ratio)
    entries = arrays["entries_total"].sum(axis=1)
    return np.diff(np.append(entries[::96], entries[-1]))


@pytest.mark.parametrize("every_s", [60.0, 900.0, 3600.0])
def test_everybody_is_out_overnight_and_counts_never_fall(every_s):
    times = moments("2026-01-16 06:00", every_s=every_s, count=int(2.5 * 86_400 / every_s))
    arrays = run(KIND, times)
    hour = np.array([now.hour for now in times])
    inside = arrays["occupancy_count"]
    assert (inside[hour < 7] == 0).all()
    assert (inside >= 0).all()
    assert inside[hour == 13].sum(axis=1).min() > 300
    for name in ("entries_total", "exits_total"):
        assert (np.diff(arrays[name], axis=0) >= 0).all()
        assert np.array_equal(arrays[name], np.floor(arrays[name]))


def test_occupancy_is_what_entered_less_what_left_over_midnight_too():
    arrays = run(KIND, FOUR_WEEKS)
    inside = arrays["entries_total"] - arrays["exits_total"]
    assert np.array_equal(inside, arrays["occupancy_count"])


def test_the_gates_of_a_resort_share_its_guests():
    noon = moment("2026-01-17 12:00")
    crowd = Region(1).at(CHONGLI).crowd
    evening = moment("2026-01-17 23:30")
    arrays = run(KIND, [moment("2026-01-17 03:00"), noon, evening], occupancy_limit=5000.0)
    guests = (arrays["entries_total"][-1] - arrays["entries_total"][0]).sum()
    assert guests == pytest.approx(5000 * crowd.guests_ratio(noon), abs=20)
    present = arrays["occupancy_count"][1].sum()
    assert present == pytest.approx(5000 * crowd.present_ratio(noon), rel=0.1)


def test_gates_that_take_a_part_of_the_guests_count_that_part():
    all_of_them, a_quarter = (
        entries_by_day(FOUR_WEEKS, guests_ratio=ratio).sum() for ratio in (1.0, 0.25)
    )
    assert a_quarter == pytest.approx(all_of_them / 4, rel=0.05)


def test_more_people_come_on_weekends():
    by_day = entries_by_day(FOUR_WEEKS)
    is_weekend = np.array([now.weekday() >= 5 for now in FOUR_WEEKS[::96]])
    assert 2.0 < by_day[is_weekend].mean() / by_day[~is_weekend].mean() < 3.5


def test_more_people_come_on_a_holiday():
    day = moments("2026-01-13 00:00", every_s=900, count=96)
    holiday = Event(kind=EventKind.HOLIDAY, start=day[0], duration_s=86_400)
    ordinary, free = (run(KIND, day, events=events)["entries_total"] for events in ((), (holiday,)))
    assert np.sum(free[-1] - free[0]) > 2.5 * np.sum(ordinary[-1] - ordinary[0])


def test_fewer_people_come_where_a_storm_blows():
    ridge = replace(CHONGLI, exposure=0.8)
    weather, place = Region(1).at(ridge).weather, (np.array([ridge.elevation_m]), np.array([0.8]))
    mornings = [now.replace(hour=8) for now in FOUR_WEEKS[::96]]
    wind_mps = np.array(
        [
            weather.air(now, elevation_m=place[0], exposure=place[1]).wind_speed_mps[0]
            for now in mornings
        ]
    )
    there, sheltered = entries_by_day(FOUR_WEEKS, site=ridge), entries_by_day(FOUR_WEEKS)
    stormy = wind_mps > 9.5
    assert stormy.any()
    assert (there[stormy] < 0.8 * sheltered[stormy]).all()
    assert np.median(there[~stormy] / sheltered[~stormy]) == 1.0


def test_the_register_holds_its_count_through_midnight():
    arrays = run(KIND, LATE)
    readings = finish(KIND, {name: values.ravel() for name, values in arrays.items()})
    assert (readings[:40, :2] == readings[40:, :2]).all()
