"""What homes draw: appliances that people switch, and heating and cooling that weather switches."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np

from devices.arrays import Floats
from devices.environment.calendar import Day
from devices.environment.localtime import hour_of_day, is_between
from devices.physics.electricity import Power
from devices.physics.load_shapes import load_ratio
from devices.physics.processes import Lag, Switching
from devices.physics.residents import activity

TABLE = Path(__file__).with_name("appliances.toml")

STANDBY_W = (40.0, 110.0)
STANDBY_TAN_PHI = 0.9

COOLER_SHARE = 0.8  # of homes
COOLER_W = (700.0, 1500.0)
COOLER_TAN_PHI = 0.5
COOLING_FROM_C = 24.0
COOLING_DUTY_PER_K = 0.05
COOLING_MOST_DUTY = 0.7
WALLS_S = 4 * 3600.0  # in which rooms follow the air outside

HEATER_W = (3000.0, 6000.0)
HEAT_LOSS_W_PER_K = (80.0, 160.0)
HEATING_BELOW_C = 15.0
HEATING_FROM_DAY = (11, 15)
HEATING_TO_DAY = (3, 15)
NIGHT_HEATING = 1.4  # of the day's mean, 21 to 6 h when electricity is cheap
DAY_HEATING = 0.5
THERMOSTAT_S = 600.0  # heaters and coolers run that long at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Appliance:
    """A row of appliances.toml, which says what the columns mean."""

    power_w: tuple[float, float]
    duty: float
    on_s: float
    tan_phi: float
    shape: str


class Households:
    """The demand of n homes, each with its own appliances and habits.

    One home is a sum of things that are on or off, never a smooth profile; the mean of hundreds
    follows the load shapes.

    Args:
        count: Number of homes.
        rng: Source of randomness.
        residents: Mean number of people in a home.
        night_heating_share: Share of homes that heat with electricity, mostly at night.
    """

    def __init__(
        self, count: int, rng: np.random.Generator, *, residents: float, night_heating_share: float
    ) -> None:
        appliances = _appliances()
        self._shapes = [each.shape for each in appliances]
        habits = activity(count, rng, residents)
        nobody = np.ones(count)  # what runs round the clock does not ask who is at home
        self._duty = np.array(
            [each.duty * (nobody if each.shape == "constant" else habits) for each in appliances]
        )
        ranges = [*(each.power_w for each in appliances), COOLER_W, HEATER_W]
        self._power_w = np.array([rng.uniform(low, high, count) for low, high in ranges])
        self._tan_phi = np.array([*(each.tan_phi for each in appliances), COOLER_TAN_PHI, 0.0])
        on_s = np.array([*(each.on_s for each in appliances), THERMOSTAT_S, THERMOSTAT_S])
        self._switching = Switching(rng, on_s[:, np.newaxis])
        self._standby_w = rng.uniform(*STANDBY_W, count)
        self._walls = Lag(WALLS_S)
        self._coolers = (rng.random(count) < COOLER_SHARE).astype(np.float64)
        self._heaters = (rng.random(count) < night_heating_share).astype(np.float64)
        self._heat_loss_w_per_k = rng.uniform(*HEAT_LOSS_W_PER_K, count)

    def step(
        self, now: datetime, dt_s: float, outdoor_c: Floats, days: Mapping[Day, float]
    ) -> Power:
        """Return the demand `dt_s` after the last step.

        Args:
            now: Aware time.
            dt_s: Seconds since the last step.
            outdoor_c: Temperature outside each home, shape (n,).
            days: What kind of day it is, see `Calendar.shares`.
        """
        ratio_of = {shape: load_ratio(shape, now, days) for shape in set(self._shapes)}
        ratios = np.array([ratio_of[shape] for shape in self._shapes])
        at_home = load_ratio("at_home", now, days)
        duty = np.vstack(
            (
                self._duty * ratios[:, np.newaxis],
                self._cooling_duty(self._walls.step(dt_s, outdoor_c), at_home),
                self._heating_duty(now, outdoor_c),
            )
        )
        drawn_w = self._switching.step(dt_s, duty) * self._power_w
        return Power(
            active_w=self._standby_w + drawn_w.sum(axis=0),
            reactive_var=STANDBY_TAN_PHI * self._standby_w + self._tan_phi @ drawn_w,
        )

    def _cooling_duty(self, walls_c: Floats, at_home: float) -> Floats:
        wanted = at_home * COOLING_DUTY_PER_K * (walls_c - COOLING_FROM_C)
        return self._coolers * np.clip(wanted, 0.0, COOLING_MOST_DUTY)

    def _heating_duty(self, now: datetime, outdoor_c: Floats) -> Floats:
        if not is_between(now, HEATING_FROM_DAY, HEATING_TO_DAY):
            return np.zeros_like(outdoor_c)
        night = not 6 <= hour_of_day(now) < 21
        wanted_w = self._heat_loss_w_per_k * np.maximum(HEATING_BELOW_C - outdoor_c, 0.0)
        wanted_w *= NIGHT_HEATING if night else DAY_HEATING
        duty: Floats = self._heaters * np.minimum(wanted_w / self._power_w[-1], 1.0)
        return duty


@cache
def _appliances() -> tuple[Appliance, ...]:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(Appliance(**entry) for entry in table.values())
