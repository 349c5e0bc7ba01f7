"""When a site is without mains: by chance, or because an event says so."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from devices.environment.events import Event, EventKind, of_kind
from devices.environment.noise import uniform

PER_YEAR = 6.0  # with the mean length: 99.915 % of the year is supplied
MEAN_S = 1.24 * 3600
SHORTEST_S = 20.0
LONGEST_S = 12 * 3600.0
DAY_S = 86_400
REMEMBERED_DAYS = 2  # the longest drawn outage spans two days, and is over for one


@dataclass(frozen=True, slots=True, order=True)
class Outage:
    """A time without mains, in whole Unix seconds, the end exclusive."""

    start_s: int
    end_s: int


class Outages:
    """The outages of one site, a pure function of time; no two overlap or touch.

    Args:
        seed: Draws some each year.
        site: Name of the site; each has its own.
        events: Of which the outages of the site come on top.
    """

    def __init__(self, seed: int, site: str, events: Iterable[Event] = ()) -> None:
        self._seed = seed
        self._site = site
        made = [_span(event) for event in of_kind(events, EventKind.OUTAGE, site)]
        drawn = [each for outage in made for each in self._drawn(_days(outage))]
        self._made = merged([*made, *drawn])
        # Many devices look at the same day, a few days at a time.
        self._until = lru_cache(maxsize=8)(self._until_day)

    def last(self, now: datetime) -> Outage | None:
        """Return the outage that began last, unless it has been over for a day or more."""
        now_s = now.timestamp()
        for outage in reversed(self._until(math.floor(now_s / DAY_S))):
            if outage.start_s <= now_s:
                return outage if now_s < outage.end_s + DAY_S else None
        return None

    def _until_day(self, day: int) -> tuple[Outage, ...]:
        drawn = self._drawn(range(day - REMEMBERED_DAYS, day + 1))
        return merged([*self._made, *drawn])

    def _drawn(self, days: Iterable[int]) -> list[Outage]:
        """Return the outages that begin on these days, counted from 1970; most have none."""
        found = (self._of_day(day) for day in days)
        return [outage for outage in found if outage]

    def _of_day(self, day: int) -> Outage | None:
        name = ("outage", self._site, str(day))
        if uniform(self._seed, "whether", *name) >= PER_YEAR / 365.25:
            return None
        start_s = math.floor((day + uniform(self._seed, "when", *name)) * DAY_S)
        length_s = -MEAN_S * math.log1p(-uniform(self._seed, "how long", *name))
        return Outage(start_s, start_s + round(min(max(length_s, SHORTEST_S), LONGEST_S)))


def merged(outages: Sequence[Outage]) -> tuple[Outage, ...]:
    """Return the same times without mains, by their start: what overlaps or touches is one."""
    whole: list[Outage] = []
    for outage in sorted(outages):
        if whole and outage.start_s <= whole[-1].end_s:
            outage = Outage(whole[-1].start_s, max(whole.pop().end_s, outage.end_s))  # noqa: PLW2901
        whole.append(outage)
    return tuple(whole)


def _span(event: Event) -> Outage:
    return Outage(math.floor(event.start.timestamp()), math.ceil(event.end.timestamp()))


def _days(outage: Outage) -> range:
    """Return the days on which a drawn outage must begin to overlap this one."""
    return range(outage.start_s // DAY_S - 1, outage.end_s // DAY_S + 1)
