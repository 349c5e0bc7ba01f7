"""What homes draw: appliances that people switch, and heating and cooling that weather switches."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from devices.load_shapes import load_ratio
from devices.localtime import hour_of_day, local
from devices.model import Floats
from devices.processes import Switching

TABLE = Path(__file__).with_name("appliances.toml")

STANDBY_W = (40.0, 110.0)
STANDBY_TAN_PHI = 0.9

COOLER_SHARE = 0.8  # of homes
COOLER_W = (700.0, 1500.0)
COOLER_TAN_PHI = 0.5
COOLING_FROM_C = 25.0
COOLING_DUTY_PER_K = 0.05
COOLING_MOST_DUTY = 0.7

HEATER_W = (3000.0, 6000.0)
HEAT_LOSS_W_PER_K = (80.0, 160.0)
HEATING_BELOW_C = 15.0
HEATING_FROM_DAY = (11, 15)
HEATING_TO_DAY = (3, 15)
NIGHT_HEATING = 1.4  # of the day's mean, 21 to 6 h when electricity is cheap
DAY_HEATING = 0.5
THERMOSTAT_S = 600.0  # heaters and coolers run that long at a time


@dataclass(frozen=True, slots=True)
class Demand:
    """What n homes draw at a moment; arrays of shape (n,)."""

    active_w: Floats
    reactive_var: Floats


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
        table = tomllib.loads(TABLE.read_text(encoding="utf-8")).values()
        self._shapes = [entry["shape"] for entry in table]
        people = 1.0 + rng.poisson(max(residents - 1.0, 0.0), count)
        habits = (0.4 + 0.2 * people) * rng.lognormal(-0.02, 0.2, count)
        self._duty = np.array(
            [
                entry["duty"] * (1.0 if entry["shape"] == "constant" else habits) * np.ones(count)
                for entry in table
            ]
        )
        ranges = [*(entry["power_w"] for entry in table), COOLER_W, HEATER_W]
        self._power_w = np.array([rng.uniform(low, high, count) for low, high in ranges])
        self._tan_phi = np.array([*(entry["tan_phi"] for entry in table), COOLER_TAN_PHI, 0.0])
        on_s = [*(entry["on_s"] for entry in table), THERMOSTAT_S, THERMOSTAT_S]
        self._switching = Switching(rng, np.array(on_s, dtype=np.float64)[:, np.newaxis])
        self._standby_w = rng.uniform(*STANDBY_W, count)
        self._has_cooler = rng.random(count) < COOLER_SHARE
        self._has_heater = rng.random(count) < night_heating_share
        self._heat_loss_w_per_k = rng.uniform(*HEAT_LOSS_W_PER_K, count)

    def step(self, now: datetime, dt_s: float, outdoor_c: Floats) -> Demand:
        """Return the demand `dt_s` after the last step, with this air outside the homes."""
        ratios = np.array([load_ratio(shape, now) for shape in self._shapes])
        duty = np.vstack(
            (
                self._duty * ratios[:, np.newaxis],
                self._cooling_duty(outdoor_c),
                self._heating_duty(now, outdoor_c),
            )
        )
        drawn_w = self._switching.step(dt_s, duty) * self._power_w
        return Demand(
            active_w=self._standby_w + drawn_w.sum(axis=0),
            reactive_var=STANDBY_TAN_PHI * self._standby_w + self._tan_phi @ drawn_w,
        )

    def _cooling_duty(self, outdoor_c: Floats) -> Floats:
        wanted = COOLING_DUTY_PER_K * (outdoor_c - COOLING_FROM_C)
        return self._has_cooler * np.clip(wanted, 0.0, COOLING_MOST_DUTY)

    def _heating_duty(self, now: datetime, outdoor_c: Floats) -> Floats:
        if not _is_heating_season(now):
            return np.zeros_like(outdoor_c)
        night = not 6 <= hour_of_day(now) < 21
        wanted_w = self._heat_loss_w_per_k * np.maximum(HEATING_BELOW_C - outdoor_c, 0.0)
        wanted_w *= NIGHT_HEATING if night else DAY_HEATING
        return self._has_heater * np.minimum(wanted_w / self._power_w[-1], 1.0)


def _is_heating_season(now: datetime) -> bool:
    there = local(now)
    today = there.month, there.day
    return today >= HEATING_FROM_DAY or today <= HEATING_TO_DAY
