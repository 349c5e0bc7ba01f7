"""How the controllers of snow guns decide: states, hysteresis and the times they must keep."""

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.physics.processes import Booleans, Held, happens

STATES = ("off", "standby", "starting", "producing", "stopping", "fault")
OFF, STANDBY, STARTING, PRODUCING, STOPPING, FAULT = range(len(STATES))

START_BELOW_C = (-3.0, -2.5)  # wet bulb; the controllers are set a little differently
HYSTERESIS_K = 1.0  # they stop so much above
DWELL_S = 600.0  # the wet bulb must be right for so long, and a stopped gun rest for as long
STARTING_S = 180.0
STOPPING_S = 240.0
MEAN_TO_FAULT_S = 400 * 3600.0  # of producing
MEAN_TO_REPAIR_S = 2 * 3600.0

States = NDArray[np.intp]


class Controllers:
    """The controllers of n guns.

    A step makes at most one transition in each gun, along these edges:

        off ⇄ standby → starting → producing → stopping → standby
                        starting → stopping
                        producing → fault → standby

    Without mains every gun that is not off falls back to standby, and waits there anew.
    """

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self._rng = rng
        self._start_below_c = rng.uniform(*START_BELOW_C, count)
        self._cold = Held(count)
        self._warm = Held(count)
        self._states: States | None = None
        self._in_state_s = np.full(count, DWELL_S)

    def step(self, dt_s: float, wet_bulb_c: Floats, *, season: bool, mains_on: bool) -> States:
        """Return the states `dt_s` after the last step.

        Args:
            dt_s: Seconds since the last step.
            wet_bulb_c: At each gun.
            season: Whether the resort makes snow at this time of year.
            mains_on: Whether the guns have power.
        """
        cold = wet_bulb_c <= self._start_below_c
        warm = wet_bulb_c >= self._start_below_c + HYSTERESIS_K
        cold_s, warm_s = self._cold.step(dt_s, cold), self._warm.step(dt_s, warm)
        self._in_state_s = self._in_state_s + dt_s
        if self._states is None:
            self._states = np.where(season, np.where(cold & mains_on, PRODUCING, STANDBY), OFF)
        old = self._states
        if mains_on:
            must_stop = (warm_s >= DWELL_S) | (not season)
            self._states = self._moved(old, dt_s, cold_s >= DWELL_S, must_stop, season=season)
        else:
            self._states = np.where(old == OFF, OFF, STANDBY)
        self._in_state_s = np.where(self._states == old, self._in_state_s, 0.0)
        return self._states

    def _moved(
        self, old: States, dt_s: float, cold: Booleans, must_stop: Booleans, *, season: bool
    ) -> States:
        """Return the states after one transition each, where an edge is open."""
        count, since_s = len(old), self._in_state_s
        edges: tuple[tuple[int, int, Booleans | bool], ...] = (
            (OFF, STANDBY, season),
            (STANDBY, STARTING, cold & (since_s >= DWELL_S)),
            (STANDBY, OFF, not season),
            (STARTING, PRODUCING, since_s >= STARTING_S),
            (STARTING, STOPPING, must_stop),
            (PRODUCING, STOPPING, must_stop),
            (PRODUCING, FAULT, happens(self._rng, count, dt_s, MEAN_TO_FAULT_S)),
            (STOPPING, STANDBY, since_s >= STOPPING_S),
            (FAULT, STANDBY, happens(self._rng, count, dt_s, MEAN_TO_REPAIR_S)),
        )
        new = old.copy()
        for source, target, when in edges:  # the later edge out of a state wins
            new[(old == source) & when] = target
        return new
