"""What a lift does at a moment: hours, crowd, wind and mains decide, in that order backwards."""

from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.environment.localtime import hour_of_day, local
from devices.environment.region import SiteEnvironment
from devices.physics.processes import Booleans
from devices.physics.short_stops import ShortStops
from devices.physics.wind_guard import WindGuard

STATES = ("closed", "running", "slow", "stopped", "wind_hold", "maintenance", "evacuation")
CLOSED, RUNNING, SLOW, STOPPED, WIND_HOLD, MAINTENANCE, EVACUATION = range(len(STATES))

OPENING_H = (8.3, 8.8)
CLOSING_H = (16.3, 16.8)
NIGHT_CLOSING_H = 21.0
NIGHT_DAYS = {4, 5}  # Friday and Saturday
NIGHT_PLACES = 0.5  # only the lower half of the lifts is lit
FEWEST_PRESENT = 0.005  # of what the resort can take; for fewer the lifts are not switched on

MAINTENANCE_SHARE = 0.015  # of the lifts, drawn each morning, for the day
RESTART_S = (180.0, 480.0)  # of checks, when the mains are back
EVACUATED_AFTER_S = 15 * 60.0  # on the line without mains; then the diesel drive brings people in

# Of full speed, by state; a wind hold begins with bringing in who rides, at a creep.
SPEED_IN_STATE = np.array([0.0, 1.0, 0.6, 0.0, 0.4, 0.0, 0.2])
FEW_RIDERS = 2.0  # the line counts as empty


class Service(NamedTuple):
    """What n lifts do, every array of shape (n,).

    Attributes:
        states: Indices into `STATES`.
        boards: Which let people on, short stops aside.
        speed_ratio: Of full speed, short stops aside.
        stood_share: Of the step that was lost to short stops.
    """

    states: NDArray[np.intp]
    boards: Booleans
    speed_ratio: Floats
    stood_share: Floats


class LiftService:
    """The operators of n lifts.

    Args:
        place_ratio: Where on the mountain each lift stands, 0 the lowest … 1 the highest.
        rng: Source of randomness.
        guard: Watches the wind.
        stops: Counts the stops.
    """

    def __init__(
        self, place_ratio: Floats, rng: np.random.Generator, guard: WindGuard, stops: ShortStops
    ) -> None:
        count = len(place_ratio)
        self._rng = rng
        self._guard = guard
        self._stops = stops
        self._opening_h = rng.uniform(*OPENING_H, count)
        self._closing_h = rng.uniform(*CLOSING_H, count)
        self._is_lit = place_ratio <= NIGHT_PLACES
        self._restart_s = rng.uniform(*RESTART_S, count)
        self._day = 0
        self._in_repair = np.zeros(count, dtype=np.bool_)
        self._in_service = np.zeros(count, dtype=np.bool_)

    def step(
        self,
        now: datetime,
        dt_s: float,
        environment: SiteEnvironment,
        gust_mps: Floats,
        riders: Floats,
    ) -> Service:
        """Return what the lifts do at `now`, `dt_s` after the last step.

        Args:
            now: Aware time.
            dt_s: Seconds since the last step.
            environment: Crowd and mains.
            gust_mps: At each lift's exposed tower.
            riders: On each line, as of the last step; nobody is left there.
        """
        scheduled = self._scheduled(now, environment)
        is_open = scheduled & ~self._in_repair
        loaded = riders > FEW_RIDERS
        before, self._in_service = self._in_service, is_open | (loaded & self._in_service)
        powered, evacuating = self._power(now, dt_s, environment, before)
        slow, hold = self._guard.step(dt_s, gust_mps)
        moving = self._in_service & powered
        stands, stood_share = self._stops.step(dt_s, moving & ~hold)
        states = {  # the first that holds wins
            MAINTENANCE: scheduled & self._in_repair,
            CLOSED: ~self._in_service,
            EVACUATION: loaded & evacuating,
            STOPPED: ~powered,
            WIND_HOLD: hold,
            SLOW: slow,
        }
        state = np.select(list(states.values()), [np.intp(code) for code in states], RUNNING)
        unloaded = (state == WIND_HOLD) & ~loaded
        return Service(
            states=np.where(stands & np.isin(state, [RUNNING, SLOW]), STOPPED, state),
            boards=is_open & powered & ~hold,
            speed_ratio=np.where(unloaded, 0.0, SPEED_IN_STATE[state]),
            stood_share=stood_share,
        )

    def _scheduled(self, now: datetime, environment: SiteEnvironment) -> Booleans:
        """Return which lifts the timetable has running, if nothing is wrong."""
        today, hour = local(now), hour_of_day(now)
        if today.toordinal() != self._day:
            self._day = today.toordinal()
            self._in_repair = self._rng.random(len(self._is_lit)) < MAINTENANCE_SHARE
        if not environment.crowd.guests_ratio(now):
            return np.zeros_like(self._is_lit)
        by_day = (hour >= self._opening_h) & (hour < self._closing_h)
        is_night = today.weekday() in NIGHT_DAYS and self._closing_h.min() <= hour < NIGHT_CLOSING_H
        if is_night and environment.crowd.present_ratio(now) > FEWEST_PRESENT:
            return by_day | self._is_lit
        return by_day

    def _power(
        self, now: datetime, dt_s: float, environment: SiteEnvironment, in_service: Booleans
    ) -> tuple[Booleans, Booleans]:
        """Return which lifts have power and are checked, and which must be emptied without."""
        nobody, everybody = np.zeros_like(in_service), np.ones_like(in_service)
        outage = environment.grid.last_outage(now)
        if outage is None:
            return everybody, nobody
        without_s = now.timestamp() - outage.start_s
        if without_s < dt_s:
            self._stops.count_stop(in_service)
        if environment.grid.mains_on(now):
            return now.timestamp() - outage.end_s >= self._restart_s, nobody
        return nobody, everybody if without_s >= EVACUATED_AFTER_S else nobody
