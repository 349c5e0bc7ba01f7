"""The sessions of chargers as they happen: plans, less what outages and faults take from them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.physics.charging_plans import PUBLIC, SHORTEST_SLOT_S, Places, Planner
from devices.physics.processes import Booleans

STATES = (
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEV",
    "SuspendedEVSE",
    "Finishing",
    "Faulted",
)
(AVAILABLE, PREPARING, CHARGING, SUSPENDED_EV, SUSPENDED_EVSE, FINISHING, FAULTED) = range(
    len(STATES)
)
States = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interruption:
    """When n chargers could not charge, as far as it matters to the step, shape (n,).

    Attributes:
        from_s: Beginning of the last outage, the same for all.
        until_s: When each charger takes up its session again.
        faulty: Which are out of order for the whole step.
    """

    from_s: float
    until_s: Floats
    faulty: Booleans


class ChargingSessions:
    """The sessions of n chargers; exact at any step length.

    Args:
        places: See `Planner`.
        charger_w: See `Planner`.
        rng: Source of randomness.
    """

    def __init__(self, places: Places, charger_w: Floats, rng: np.random.Generator) -> None:
        count = len(places)
        self._planner = Planner(places, charger_w, rng)
        self._unplugs_itself = places == PUBLIC  # the session ends with the charging
        self._slots = np.full(count, np.iinfo(np.int64).min)
        self._plans = self._planner.plans(np.zeros(count, dtype=np.int64))
        self._there = np.zeros(count, dtype=bool)
        self._lost_s = np.zeros(count)
        self._closed_kwh = np.zeros(count)
        self._now_s = -math.inf

    def step(
        self, now_s: float, dt_s: float, interruption: Interruption, *, free_day: bool
    ) -> None:
        """Advance to `now_s`, seconds on the local clock, in pieces that no session fits into."""
        pieces = max(1, math.ceil(dt_s / SHORTEST_SLOT_S))
        for piece in range(1, pieces + 1):
            before_s = now_s - dt_s * (pieces - piece + 1) / pieces
            self._now_s = now_s - dt_s * (pieces - piece) / pieces
            self._turn_slots(free_day=free_day)
            self._lose(before_s, interruption)

    @property
    def states(self) -> States:
        """The OCPP states, as far as the sessions decide them."""
        plans, now_s = self._plans, self._now_s
        stop_s = self._stop_s
        return np.select(
            [
                ~self._there | (now_s < plans.arrive_s) | (now_s >= stop_s + plans.linger_s),
                now_s >= stop_s,
                now_s < plans.prepared_s,
                (now_s < plans.start_s) | (self._charged_s(now_s) >= plans.full_s),
            ],
            [AVAILABLE, FINISHING, PREPARING, SUSPENDED_EV],
            CHARGING,
        )

    @property
    def power_w(self) -> Floats:
        """What the cars draw where the state is charging."""
        return self._plans.charge.power(self._charged_s(self._now_s))

    @property
    def soc_pct(self) -> Floats:
        """The charge of the cars' batteries."""
        return 100.0 * self._plans.charge.charge(self._charged_s(self._now_s))

    @property
    def session_kwh(self) -> Floats:
        """Energy drawn in the present session."""
        return self._energy_kwh(self._now_s)

    @property
    def total_kwh(self) -> Floats:
        """Energy drawn in all sessions since the first step."""
        return self._closed_kwh + self.session_kwh

    @property
    def _stop_s(self) -> Floats:
        plans = self._plans
        full_s = plans.start_s + plans.full_s + self._lost_s
        return np.where(self._unplugs_itself, np.minimum(full_s, plans.limit_s), plans.limit_s)

    def _charged_s(self, now_s: float) -> Floats:
        """Return how long each car has been charging."""
        plans = self._plans
        passed_s = np.minimum(now_s, self._stop_s) - plans.start_s - self._lost_s
        return np.where(self._there, np.clip(passed_s, 0.0, plans.full_s), 0.0)

    def _energy_kwh(self, now_s: float) -> Floats:
        return self._plans.charge.energy_kwh(self._charged_s(now_s))

    def _turn_slots(self, *, free_day: bool) -> None:
        """Close the sessions of slots that are over and plan those of the new ones."""
        slots = self._planner.slots(self._now_s)
        turned = slots != self._slots
        if not turned.any():
            return
        self._closed_kwh = self._closed_kwh + np.where(turned, self._energy_kwh(math.inf), 0.0)
        self._slots, self._plans = slots, self._planner.plans(slots)
        likely = self._plans.wanted < self._planner.chance(slots, free_day=free_day)
        self._there = np.where(turned, likely, self._there)
        self._lost_s = np.where(turned, 0.0, self._lost_s)

    def _lose(self, before_s: float, interruption: Interruption) -> None:
        begun_s = np.maximum(before_s, self._plans.start_s)
        out_s = np.minimum(self._now_s, interruption.until_s) - np.maximum(
            begun_s, interruption.from_s
        )
        faulty_s = np.where(interruption.faulty, self._now_s - begun_s, 0.0)
        self._lost_s = self._lost_s + np.maximum(np.maximum(out_s, faulty_s), 0.0)
