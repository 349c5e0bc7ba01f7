"""How many people visit a resort: when they come, how long they stay, what keeps them away."""

import math
from datetime import datetime

from devices.environment.calendar import Calendar, Day
from devices.environment.localtime import hour_of_day, is_between
from devices.environment.weather import Weather

GUESTS_ON = {Day.WORKDAY: 0.2, Day.WEEKEND: 0.55, Day.HOLIDAY: 0.8, Day.SPRING_FESTIVAL: 0.8}
SEASON_FROM_DAY = (11, 10)
SEASON_TO_DAY = (4, 5)


class Crowd:
    """The visitors of one site; a pure function of time, the same for its gates and its lifts."""

    def __init__(self, seed: int, site: str, calendar: Calendar, weather: Weather) -> None:
        self._seed = seed
        self._site = site
        self._calendar = calendar
        self._weather = weather

    def guests_ratio(self, now: datetime) -> float:
        """Return the local day's guests divided by what the resort can take at once."""
        if not is_between(now, SEASON_FROM_DAY, SEASON_TO_DAY):
            return 0.0
        return GUESTS_ON[self._calendar.day(now)]

    def arrived_ratio(self, now: datetime) -> float:
        """Return the share of the day's guests that have come so far: 0 at midnight, then to 1."""
        return _risen(hour_of_day(now), middle_h=9.5, width_h=0.6)

    def left_ratio(self, now: datetime) -> float:
        """Return the share that has left again; never above `arrived_ratio`, 1 before midnight."""
        return _risen(hour_of_day(now), middle_h=16.0, width_h=0.6)

    def present_ratio(self, now: datetime) -> float:
        """Return the people there at the moment divided by what the resort can take."""
        return self.guests_ratio(now) * (self.arrived_ratio(now) - self.left_ratio(now))


def _risen(hour: float, *, middle_h: float, width_h: float) -> float:
    return 1.0 / (1.0 + math.exp(-(hour - middle_h) / width_h))
