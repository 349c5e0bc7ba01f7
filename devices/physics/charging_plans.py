"""Who plugs in when, where, and for how long: one session a night, a working day or two hours.

Time is cut into slots, and what happens in a slot is drawn from its number. So the sessions of a
charger are a pure function of time, whatever steps a model takes through them. Times here are
seconds since 1970 on the local clock.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.physics.charging import Charge
from devices.physics.draws import Counts, keys, uniforms

HOUR_S = 3600.0
DAY_S = 86_400.0

HOME, WORKPLACE, PUBLIC = range(3)  # columns of the tables below
Places = NDArray[np.int64]

SLOT_S = np.array([DAY_S, DAY_S, 2 * HOUR_S])
SHORTEST_SLOT_S = float(SLOT_S.min())
NOON_S = 12 * HOUR_S  # a night at home lies between two noons

# From the start of the slot: first and last moment of each.
ARRIVE_S = np.array([[6.0, 10.0], [8.0, 10.0], [0.02, 0.4]]).T * HOUR_S
LEAVE_S = np.array([[18.5, 20.5], [17.0, 18.5], [1.8, 1.82]]).T * HOUR_S  # at the latest
PREPARE_S = np.array([[15.0, 60.0], [15.0, 60.0], [30.0, 120.0]]).T
LINGER_S = np.array([[20.0, 90.0], [20.0, 90.0], [60.0, 600.0]]).T  # cable in, session over

START_CHARGE = np.array([[0.25, 0.7], [0.3, 0.75], [0.1, 0.45]]).T
TARGET_CHARGE = np.array([[0.85, 1.0], [0.85, 1.0], [0.8, 0.98]]).T
KNEE_CHARGE = np.array([0.95, 0.95, 0.8])  # slow charging hardly tapers
EFFICIENCY = np.array([0.9, 0.9, 0.93])
BATTERY_KWH = (38.0, 82.0)
CAR_MOST_W = (50_000.0, 150_000.0)  # of direct current

AT_HOME, AT_WORK, AT_WORK_ON_FREE_DAYS = 0.65, 0.8, 0.08  # chance of a session in a slot
TIMER_SHARE = 0.35  # of cars at home wait for cheap electricity
TIMER_S = 11 * HOUR_S  # 23 h


@dataclass(frozen=True, slots=True)
class Plans:
    """The sessions that n chargers have in their current slots, shape (n,).

    Attributes:
        wanted: Draw that decides, against `chance`, whether there is a session at all.
        arrive_s: When the cable is plugged in.
        prepared_s: When the car is identified.
        start_s: When it begins to charge.
        limit_s: When it stops at the latest.
        linger_s: How long the cable stays in after that.
        full_s: How long it charges if nothing interrupts it.
        charge: How it charges.
    """

    wanted: Floats
    arrive_s: Floats
    prepared_s: Floats
    start_s: Floats
    limit_s: Floats
    linger_s: Floats
    full_s: Floats
    charge: Charge


class Planner:
    """Draws the plans of n chargers.

    Args:
        places: `HOME`, `WORKPLACE` or `PUBLIC`, shape (n,).
        charger_w: What each can give, shape (n,).
        rng: Source of randomness.
    """

    def __init__(self, places: Places, charger_w: Floats, rng: np.random.Generator) -> None:
        count = len(places)
        self._places = places
        self._charger_w = charger_w
        self._keys = keys(count, rng)
        anywhere_s = rng.uniform(0.0, SLOT_S[PUBLIC], count)
        self._offset_s = np.choose(places, [np.full(count, NOON_S), np.zeros(count), anywhere_s])
        own_kwh, timer = uniforms(self._keys, np.full(count, -1), 2)
        self._own_kwh = _between(np.array(BATTERY_KWH), own_kwh)
        self._timer = (timer < TIMER_SHARE) & (places == HOME)

    def slots(self, now_s: float) -> Counts:
        """Return the number of the slot that each charger is in."""
        slots: Counts = np.floor((now_s - self._offset_s) / SLOT_S[self._places]).astype(np.int64)
        return slots

    def chance(self, slots: Counts, *, free_day: bool) -> Floats:
        """Return how likely each charger has a session in these slots."""
        hour = (self._begin_s(slots) / HOUR_S) % 24.0
        in_public = 0.1 + 0.5 * np.exp(-(((hour - 14.0) / 6.0) ** 2))
        at_work = AT_WORK_ON_FREE_DAYS if free_day else AT_WORK
        return np.choose(self._places, [AT_HOME, at_work, in_public])

    def plans(self, slots: Counts) -> Plans:
        """Return the sessions of these slots."""
        place, begin_s = self._places, self._begin_s(slots)
        wanted, one, other, stay, prepare, linger, start, target, battery, car = uniforms(
            self._keys, slots, 10
        )
        arrive_s = begin_s + _between(ARRIVE_S[:, place], (one + other) / 2.0)
        prepare_s = _between(PREPARE_S[:, place], prepare)
        prepared_s = arrive_s + prepare_s
        timed_s = begin_s + TIMER_S + prepare_s  # no two cars' clocks agree
        linger_s = _between(LINGER_S[:, place], linger)
        charge = self._charge(start, battery, car)
        return Plans(
            wanted=wanted,
            arrive_s=arrive_s,
            prepared_s=prepared_s,
            start_s=np.where(self._timer, np.maximum(prepared_s, timed_s), prepared_s),
            limit_s=begin_s + _between(LEAVE_S[:, place], stay) - linger_s,
            linger_s=linger_s,
            full_s=charge.seconds_to(_between(TARGET_CHARGE[:, place], target)),
            charge=charge,
        )

    def _charge(self, start: Floats, battery: Floats, car: Floats) -> Charge:
        place = self._places
        any_kwh = _between(np.array(BATTERY_KWH), battery)
        battery_kwh = np.where(place == PUBLIC, any_kwh, self._own_kwh)
        car_w = np.where(place == PUBLIC, _between(np.array(CAR_MOST_W), car), np.inf)
        return Charge(
            start=_between(START_CHARGE[:, place], start),
            knee=KNEE_CHARGE[place],
            power_w=np.minimum(self._charger_w, car_w),
            energy_j=battery_kwh * 3.6e6 / EFFICIENCY[place],
        )

    def _begin_s(self, slots: Counts) -> Floats:
        begin_s: Floats = slots * SLOT_S[self._places] + self._offset_s
        return begin_s


def _between(ends: Floats, share: Floats) -> Floats:
    """Return the points at these shares of the way from the first ends to the last."""
    between: Floats = ends[0] + (ends[1] - ends[0]) * share
    return between
