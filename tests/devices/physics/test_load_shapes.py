"""Load shapes: smooth over the day and the seasons, with their means kept."""

from collections.abc import Mapping

import numpy as np
import pytest

from devices.environment.calendar import Calendar, Day
from devices.physics.load_shapes import load_ratio
from tests.devices.places import moment, moments

SHAPES = ["household", "office", "meals", "hot_water", "at_home", "constant"]
CALENDAR = Calendar()


def course_of(shape: str, start: str, *, days: int = 1) -> list[float]:
    times = moments(start, every_s=900, count=96 * days)
    return [load_ratio(shape, now, CALENDAR.shares(now)) for now in times]


def only(day: Day) -> Mapping[Day, float]:
    return {day: 1.0}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("eve", ["2026-01-09", "2026-01-11", "2026-02-14", "2026-04-30"])
def test_shapes_are_continuous_over_midnight_whatever_the_next_day_is(shape, eve):
    times = moments(f"{eve} 12:00", every_s=60, count=1440)
    ratios = [load_ratio(shape, now, CALENDAR.shares(now)) for now in times]
    assert np.abs(np.diff(ratios)).max() < 0.05
    assert min(ratios) > 0


def test_households_use_more_in_winter_than_in_summer():
    winter, summer = (
        np.mean(course_of("household", start, days=7)) for start in ("2026-01-12", "2026-07-13")
    )
    assert winter > 1.3 * summer


def test_households_peak_late_in_the_evening_as_they_do_in_china():
    ratios = course_of("household", "2026-01-14 00:00")[::4]
    assert int(np.argmax(ratios)) in range(19, 23)
    assert max(ratios[19:23]) > 1.3 * max(ratios[6:12])


@pytest.mark.parametrize("shape", ["meals", "hot_water", "at_home", "constant"])
def test_shapes_without_seasons_have_a_mean_of_one(shape):
    assert np.mean(course_of(shape, "2026-04-01 00:00")) == pytest.approx(1.0, abs=0.03)


def test_a_year_of_households_and_one_of_offices_have_a_mean_of_about_one():
    for shape in ("household", "office"):
        assert np.mean(course_of(shape, "2025-01-01", days=365)) == pytest.approx(1.0, abs=0.15)


def test_spring_festival_fills_the_homes_and_empties_the_offices():
    now = moment("2026-02-18 15:00")
    home, office = (
        [load_ratio(shape, now, only(day)) for day in (Day.WEEKEND, Day.SPRING_FESTIVAL)]
        for shape in ("household", "office")
    )
    assert home[1] == pytest.approx(1.3 * home[0])
    assert office[1] == pytest.approx(0.4 * load_ratio("office", now, only(Day.WORKDAY)))


def test_homes_sleep_in_and_offices_stay_dark_on_free_days():
    morning = moment("2026-01-14 09:30")
    workday, free = (
        [load_ratio(shape, morning, only(day)) for shape in ("household", "office")]
        for day in (Day.WORKDAY, Day.HOLIDAY)
    )
    assert free[1] < 0.2 * workday[1]
    seven = moment("2026-01-14 07:00")
    assert load_ratio("household", seven, only(Day.WEEKEND)) < 0.6 * load_ratio(
        "household", seven, only(Day.WORKDAY)
    )
