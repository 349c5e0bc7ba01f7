"""What kind of day it is for people: work, weekend, holiday."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

import chinese_calendar  # type: ignore[import-untyped]

from devices.environment.events import Event, EventKind, of_kind
from devices.environment.localtime import hour_of_day, local

TURNING_H = 1.0  # one day's habits pass into the next one's over the hour around midnight
HOUR_S = 3600.0
DAY = timedelta(days=1)

FIXED_HOLIDAYS = frozenset(  # month and day, for years whose official table is not known
    {(1, 1), *((5, day) for day in range(1, 4)), *((10, day) for day in range(1, 8))}
)


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
        return _official(local(now).date())

    def is_free(self, now: datetime) -> bool:
        """Tell whether most people do not work that day."""
        return self.day(now) is not Day.WORKDAY

    def shares(self, now: datetime) -> Mapping[Day, float]:
        """Return how much of each kind of day there is in a moment, together 1.

        Habits do not change at the stroke of midnight, so what people do has no step there: in
        the middle of the day one kind has it all, in the hour around midnight two share it.
        """
        today, hour = local(now).date(), hour_of_day(now)
        neighbour = today + DAY if hour > 12 else today - DAY
        to_midnight_h = min(hour, 24.0 - hour)
        of_neighbour = max(0.0, 0.5 - to_midnight_h / TURNING_H)
        made = max((_share_of(event, now) for event in self._holidays), default=0.0)
        shares = dict.fromkeys(Day, 0.0)
        shares[Day.HOLIDAY] = made
        shares[_official(today)] += (1.0 - made) * (1.0 - of_neighbour)
        shares[_official(neighbour)] += (1.0 - made) * of_neighbour
        return shares


def _share_of(event: Event, now: datetime) -> float:
    """Return 1 within an event and 0 outside, with a ramp around its start and its end."""
    begun_h = (now - event.start).total_seconds() / HOUR_S
    left_h = (event.end - now).total_seconds() / HOUR_S
    return min(max(0.5 + min(begun_h, left_h) / TURNING_H, 0.0), 1.0)


@cache
def _official(day: date) -> Day:
    """Return the kind of a day by the State Council's table, which moves workdays to weekends.

    The table is published in the autumn before; outside its years the fixed dates and the
    weekends have to do.
    """
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        if (day.month, day.day) in FIXED_HOLIDAYS:
            return Day.HOLIDAY
        return Day.WEEKEND if day.weekday() >= 5 else Day.WORKDAY
    if not free:
        return Day.WORKDAY
    if name == chinese_calendar.Holiday.spring_festival.value:
        return Day.SPRING_FESTIVAL
    return Day.HOLIDAY if name else Day.WEEKEND
