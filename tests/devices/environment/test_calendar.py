"""What kind of day it is: by the official table, outside its years, and by decree."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.environment.calendar import Calendar, Day
from devices.environment.events import Event, EventKind
from tests.devices.places import moment

NOON = "12:00"


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-01-14", Day.WORKDAY),
        ("2026-01-10", Day.WEEKEND),
        ("2026-01-01", Day.HOLIDAY),
        ("2026-02-14", Day.WORKDAY),  # a Saturday that is worked for the festival
        ("2026-02-17", Day.SPRING_FESTIVAL),
        ("2026-10-02", Day.HOLIDAY),
        ("2040-01-01", Day.HOLIDAY),
        ("2040-05-02", Day.HOLIDAY),
        ("2040-10-05", Day.HOLIDAY),
        ("2040-10-13", Day.WEEKEND),
        ("2040-10-15", Day.WORKDAY),
        ("1999-10-01", Day.HOLIDAY),
    ],
)
def test_a_day_is_what_the_state_council_says_or_what_the_date_allows(day, kind):
    assert Calendar().day(moment(f"{day} {NOON}")) is kind
    assert Calendar().is_free(moment(f"{day} {NOON}")) is (kind is not Day.WORKDAY)


def test_the_day_begins_at_the_regions_midnight():
    assert Calendar().day(datetime(2026, 1, 9, 15, 59, tzinfo=UTC)) is Day.WORKDAY
    assert Calendar().day(datetime(2026, 1, 9, 16, 0, tzinfo=UTC)) is Day.WEEKEND


def test_an_event_makes_a_holiday_of_a_workday():
    start = moment("2026-01-14 08:00")
    calendar = Calendar([Event(kind=EventKind.HOLIDAY, start=start, duration_s=7200)])
    assert calendar.day(start) is Day.HOLIDAY
    assert calendar.day(start - timedelta(seconds=1)) is Day.WORKDAY
    assert calendar.day(start + timedelta(hours=2)) is Day.WORKDAY
    assert calendar.shares(start + timedelta(hours=1))[Day.HOLIDAY] == 1.0


@given(minutes=st.integers(0, 400 * 1440))
def test_the_kinds_of_day_share_every_moment_and_pass_into_each_other(minutes):
    holiday = Event(kind=EventKind.HOLIDAY, start=moment("2026-03-04 10:00"), duration_s=86_400)
    calendar = Calendar([holiday])
    now = moment("2026-01-01 00:00") + timedelta(minutes=minutes)
    shares, soon = calendar.shares(now), calendar.shares(now + timedelta(minutes=1))
    assert sum(shares.values()) == pytest.approx(1.0)
    assert min(shares.values()) >= 0.0
    assert max(abs(soon[day] - shares[day]) for day in Day) < 0.05
    assert shares[calendar.day(now)] >= 0.5 - 1e-9
