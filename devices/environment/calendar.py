"""What kind of day it is for people: work, weekend, holiday."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import cache

import chinese_calendar  # type: ignore[import-untyped]

from devices.environment.events import Event, EventKind, of_kind
from devices.environment.localtime import local


class Day(StrEnum):
    """How people spend a day."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SPRING_FESTIVAL = "spring festival"


class Calendar:
    """The days of the region, a pure function of time.

    Args:
        events: Of which the holidays count.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._holidays = of_kind(events, EventKind.HOLIDAY)

    def day(self, now: datetime) -> Day:
        """Return what the local day at an aware time is."""
        if any(event.start <= now < event.end for event in self._holidays):
            return Day.HOLIDAY
        return _day(local(now).date())

    def is_free(self, now: datetime) -> bool:
        """Tell whether most people do not work that day."""
        return self.day(now) is not Day.WORKDAY


@cache
def _day(day: date) -> Day:
    """Return the official kind of a day; outside the years of the table, only weekends count."""
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return Day.WEEKEND if day.weekday() >= 5 else Day.WORKDAY
    if not free:
        return Day.WORKDAY
    if name == chinese_calendar.Holiday.spring_festival.value:
        return Day.SPRING_FESTIVAL
    return Day.HOLIDAY if name else Day.WEEKEND
