"""How the controllers of snow guns decide: states, hysteresis and the times they must keep."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.environment.localtime import is_between
from devices.physics.processes import Booleans, Held, happens
from devices.physics.pump_house import PumpHouse

STATES = ("off", "standby", "starting", "producing", "stopping", "fault")
OFF, STANDBY, STARTING, PRODUCING, STOPPING, FAULT = range(len(STATES))

SEASON_FROM_DAY = (11, 1)
SEASON_TO_DAY = (3, 15)

START_BELOW_C = (-3.0, -2.5)  # wet bulb; the controllers are set a little differently
HYSTERESIS_K = 1.0  # they stop so much above
DWELL_S = 600.0  # the wet bulb must be right for so long, and a stopped gun rest for as long
STARTING_S = 180.0
STOPPING_S = 240.0
PILE_S = 30 * 3600.0  # then a gun's heap is high enough, and another may take its turn
MEAN_TO_FAULT_S = 400 * 3600.0  # of producing
MEAN_TO_REPAIR_S = 2 * 3600.0

FLOW_AT_MINUS_3_LPM = 60.0
FLOW_LPM_PER_K = 55.0  # more for each kelvin of wet bulb below
LEAST_LPM, MOST_LPM = 40.0, 570.0

States = NDArray[np.intp]


def is_season(now: datetime) -> bool:
    """Tell whether resorts make snow at this time of year."""
    return is_between(now, SEASON_FROM_DAY, SEASON_TO_DAY)


def flow_lpm(wet_bulb_c: Floats) -> Floats:
    """Return the water that a gun turns into good snow: the colder, the more."""
    return np.clip(FLOW_AT_MINUS_3_LPM + FLOW_LPM_PER_K * (-3.0 - wet_bulb_c), LEAST_LPM, MOST_LPM)


class Window:
    """Whether the cold allows to make snow at n places, with hysteresis and dwell.

    It opens when the wet bulb has been at or below the start for `DWELL_S`, and closes when it has
    been `HYSTERESIS_K` above for as long. Where it starts is where the first wet bulb says.

    Args:
        start_below_c: Wet bulb that opens it, shape (n,).
    """

    def __init__(self, start_below_c: Floats) -> None:
        self._start_below_c = start_below_c
        self._cold = Held(len(start_below_c))
        self._warm = Held(len(start_below_c))
        self._open: Booleans | None = None

    def step(self, dt_s: float, wet_bulb_c: Floats) -> Booleans:
        """Return where the window is open `dt_s` after the last step."""
        cold = wet_bulb_c <= self._start_below_c
        warm = wet_bulb_c >= self._start_below_c + HYSTERESIS_K
        cold_s, warm_s = self._cold.step(dt_s, cold), self._warm.step(dt_s, warm)
        if self._open is None:
            self._open = cold
        self._open = (self._open | (cold_s >= DWELL_S)) & (warm_s < DWELL_S)
        return self._open


class Controllers:
    """The controllers of n guns on one pump house.

    A step makes at most one transition in each gun, along these edges:

        off ⇄ standby → starting → producing → stopping → standby
                        starting → stopping
                        producing → fault → standby

    A gun starts when the cold allows it and the pump house lets it. Without mains every gun that
    is not off falls back to standby, and waits there anew.
    """

    def __init__(self, count: int, rng: np.random.Generator, pumps: PumpHouse) -> None:
        self._rng = rng
        self._pumps = pumps
        self._start_below_c = rng.uniform(*START_BELOW_C, count)
        self._window = Window(self._start_below_c)
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
        allowed = self._window.step(dt_s, wet_bulb_c)
        cold = allowed & (wet_bulb_c <= self._start_below_c)
        self._in_state_s = self._in_state_s + dt_s
        if self._states is None:
            return self._begun(wet_bulb_c, cold, season=season, mains_on=mains_on)
        old = self._states
        if mains_on:
            start, yields = self._turns(old, dt_s, flow_lpm(wet_bulb_c), cold & season)
            must_stop = yields | ~allowed | (not season)
            self._states = self._moved(old, dt_s, start, must_stop, season=season)
        else:
            self._states = np.where(old == OFF, OFF, STANDBY)
        self._in_state_s = np.where(self._states == old, self._in_state_s, 0.0)
        return self._states

    def _begun(self, wet_bulb_c: Floats, cold: Booleans, *, season: bool, mains_on: bool) -> States:
        """Return the states of a resort that has been at it for days."""
        count = len(wet_bulb_c)
        states = np.full(count, STANDBY if season else OFF)
        if season and mains_on:
            states[self._pumps.first_turn(cold, flow_lpm(wet_bulb_c))] = PRODUCING
        since_s = self._rng.uniform(0.0, PILE_S, count)
        self._in_state_s = np.where(states == PRODUCING, since_s, self._in_state_s)
        self._states = states
        return states

    def _turns(
        self, states: States, dt_s: float, wanted_lpm: Floats, cold: Booleans
    ) -> tuple[Booleans, Booleans]:
        """Return whom the pump house lets start, and whom it bids stop."""
        return self._pumps.turns(
            dt_s,
            waiting=(states == STANDBY) & cold & (self._in_state_s >= DWELL_S),
            running=(states == STARTING) | (states == PRODUCING),
            done=(states == PRODUCING) & (self._in_state_s >= PILE_S),
            wanted_lpm=wanted_lpm,
        )

    def _moved(
        self, old: States, dt_s: float, start: Booleans, must_stop: Booleans, *, season: bool
    ) -> States:
        """Return the states after one transition each, where an edge is open."""
        count, since_s = len(old), self._in_state_s
        edges: tuple[tuple[int, int, Booleans | bool], ...] = (
            (OFF, STANDBY, season),
            (STANDBY, STARTING, start),
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
