"""How many people visit a resort: when they come, how long they stay, what keeps them away."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from devices.environment.calendar import Calendar, Day
from devices.environment.localtime import hour_of_day, local
from devices.environment.noise import uniform
from devices.environment.site import Site
from devices.environment.weather import Weather

# Of what the resort can take at once. Two to four times a workday's, as resorts see it.
GUESTS_ON = {Day.WORKDAY: 0.2, Day.WEEKEND: 0.5, Day.HOLIDAY: 0.7, Day.SPRING_FESTIVAL: 0.75}
OPENING_DAY, ALL_OPEN_DAY = (11, 5), (12, 15)  # pistes open as the snow is made
MELTING_DAY, CLOSING_DAY = (3, 10), (4, 8)
SPREAD = 0.2  # of the day's logarithm around what its kind lets expect

DECIDING = timedelta(hours=8)  # after midnight people look out of the window, once
BAD_WEATHER = 0.7  # of the guests come all the same
STORM_MPS = 6.0  # at the base; half as much again on the slope
SNOWFALL_MMPH = 0.2
DEEP_COLD_C = -20.0

FRIDAY, SATURDAY = 4, 5

Risen = Callable[[float], float]


class Stay(NamedTuple):
    """Some of a day's guests, who come and go alike."""

    share: float
    arrived: Risen  # share of them by hour, 0 at midnight and 1 before the next
    left: Risen  # never above `arrived`


class Crowd:
    """The visitors of one site; a pure function of time, the same for its gates and its lifts."""

    def __init__(self, seed: int, site: Site, calendar: Calendar, weather: Weather) -> None:
        self._seed = seed
        self._site = site
        self._calendar = calendar
        self._weather = weather
        self._guests = lru_cache(maxsize=8)(self._guests_from)

    def guests_ratio(self, now: datetime) -> float:
        """Return the local day's guests divided by what the resort can take at once."""
        midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        return self._guests(midnight)

    def arrived_ratio(self, now: datetime) -> float:
        """Return the share of the day's guests that have come so far: 0 at midnight, then to 1."""
        hour = hour_of_day(now)
        return sum(stay.share * stay.arrived(hour) for stay in _stays(now))

    def left_ratio(self, now: datetime) -> float:
        """Return the share that has left again; never above `arrived_ratio`, 1 before midnight."""
        hour = hour_of_day(now)
        return sum(stay.share * stay.left(hour) for stay in _stays(now))

    def present_ratio(self, now: datetime) -> float:
        """Return the people there at the moment divided by what the resort can take."""
        return self.guests_ratio(now) * (self.arrived_ratio(now) - self.left_ratio(now))

    def _guests_from(self, midnight: datetime) -> float:
        open_share = _open_share(midnight)
        if not open_share:
            return 0.0
        morning = midnight + DECIDING
        expected = GUESTS_ON[self._calendar.day(morning)] * open_share
        return expected * self._luck(midnight) * (BAD_WEATHER if self._is_bad(morning) else 1.0)

    def _luck(self, midnight: datetime) -> float:
        """Return what the day draws more or less than expected, within a factor of 1.5."""
        drawn = uniform(self._seed, "guests", self._site.name, midnight.date().isoformat())
        return math.exp(SPREAD * 2.0 * (2.0 * drawn - 1.0))

    def _is_bad(self, morning: datetime) -> bool:
        """Tell whether storm, snowfall or deep cold keep people at home that day."""
        air = self._weather.air(
            morning,
            elevation_m=np.array([self._site.elevation_m]),
            exposure=np.array([self._site.exposure]),
        )
        return (
            float(air.wind_speed_mps[0]) > STORM_MPS
            or self._weather.sky(morning).precipitation_mmph > SNOWFALL_MMPH
            or float(air.temperature_c[0]) < DEEP_COLD_C
        )


def _open_share(midnight: datetime) -> float:
    """Return how much of a resort is open: grows in November, shrinks in March, 0 in summer."""
    summer = midnight.replace(month=7, day=1)
    if midnight >= summer:
        return _between(midnight, OPENING_DAY, ALL_OPEN_DAY)
    return 1.0 - _between(midnight, MELTING_DAY, CLOSING_DAY)


def _between(midnight: datetime, first: tuple[int, int], last: tuple[int, int]) -> float:
    begin, end = (midnight.replace(month=month, day=day) for month, day in (first, last))
    return min(max((midnight - begin) / (end - begin), 0.0), 1.0)


def _stays(now: datetime) -> tuple[Stay, ...]:
    has_night_skiing = local(now).weekday() in {FRIDAY, SATURDAY}
    return WITH_NIGHT_SKIING if has_night_skiing else ORDINARY


def _bell(middle_h: float, width_h: float) -> Risen:
    """Rise like a normal distribution, whose tails end at four deviations."""

    def risen(hour: float) -> float:
        deviations = min(max((hour - middle_h) / width_h, -4.0), 4.0)
        return 0.5 + 0.5 * math.erf(deviations / math.sqrt(2)) / math.erf(4.0 / math.sqrt(2))

    return risen


def _skewed(first_h: float, median_h: float, deviation: float) -> Risen:
    """Rise like a log-normal distribution that begins at an hour and ends six hours later."""

    def below(hours: float) -> float:
        if hours <= 0:
            return 0.0
        return 0.5 + 0.5 * math.erf(math.log(hours / median_h) / deviation / math.sqrt(2))

    return lambda hour: below(min(hour - first_h, 6.0)) / below(6.0)


MORNING = _skewed(8.0, 1.3, 0.5), _bell(15.7, 0.6)
NOON = _bell(13.0, 0.4), _bell(16.4, 0.4)
EVENING = _bell(18.1, 0.3), _bell(20.7, 0.3)
ORDINARY = (Stay(0.86, *MORNING), Stay(0.14, *NOON))
WITH_NIGHT_SKIING = (Stay(0.74, *MORNING), Stay(0.12, *NOON), Stay(0.14, *EVENING))
