"""A household's gas meter."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.meter_battery import LithiumCells
from devices.physics.processes import Lag, Switching
from devices.physics.registers import M3_PER_M3H_S, Register
from devices.physics.residents import Uses, activity
from devices.physics.spells import Flow, Spells
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

FIELDS = (
    counter(
        "gas_volume_m3",
        "Gas used",
        modulus=100_000,
        resolution=0.001,
        code="OBIS 7-0:3.0.0 · DSMR 0-n:24.2.1 · M-Bus type 3",
    ),
    gauge(
        "gas_flow_m3h",
        "Gas flow",
        hard=(0, 10),
        typical=(0, 3),
        resolution=0.001,
        note="At the moment of the reading. A G4 meter is made for up to 6 m³/h.",
    ),
    state(
        "valve_state",
        "Valve",
        "open",
        "closed",
        code="DSMR 0-n:24.4.0",
        note="Closed: the home gets no gas, for want of credit or for safety.",
    ),
    gauge(
        "battery_v",
        "Battery",
        hard=(0, 4),
        typical=(3.2, 3.7),
        resolution=0.01,
    ),
    gauge(
        "gas_temperature_c",
        "Gas temperature",
        hard=(-40, 70),
        typical=(0, 35),
        resolution=0.1,
        note="The meter hangs in the kitchen or its balcony.",
    ),
)

LIMITS = (
    Limit(
        field="gas_flow_m3h",
        severity=Severity.CRITICAL,
        above=0.004,
        clear=0.002,
        for_s=86_400,
        source="practice: a flow that never stops for 24 h is a leak",
    ),
    Limit(
        field="gas_flow_m3h",
        severity=Severity.CRITICAL,
        above=6.0,
        clear=5.0,
        for_s=60,
        source="EN 1359: Qmax of a G4 meter is 6 m³/h",
    ),
    Limit(
        field="battery_v",
        severity=Severity.WARNING,
        below=3.1,
        clear=3.2,
        for_s=86_400,
        source="practice: a 3.6 V lithium cell near its end; many meters then close the valve",
    ),
    Limit(
        field="valve_state",
        severity=Severity.INFO,
        equals="closed",
        source="practice: somebody waits for gas",
    ),
)

OPTIONS = {
    "residents": Option(meaning="mean number of people in a home", default=3.0, hard=(1, 10)),
    "boiler_share": Option(
        meaning="share of homes that heat with a wall boiler", default=0.3, hard=(0, 1)
    ),
    "leak_share": Option(meaning="share of homes in which a pipe leaks", default=2e-4, hard=(0, 1)),
}

HEATING_BELOW_C = 13.0  # people and sun warm a home by the rest
HEAT_LOSS_W_PER_K = (80.0, 170.0)
W_PER_M3H = 9_200.0  # natural gas of 10 kWh/m³ in a boiler that gets 92 % out of it
BOILER_M3H = (1.0, 1.8)
BOILER_S = 720.0
WALLS_S = 12 * 3600.0  # in which a building follows the weather

LEAK_S = 5 * 86_400.0
LEAK_M3H = (0.006, 0.06)
CLOSED_S = 36 * 3600.0
CLOSED_DUTY = 2e-3
KITCHEN_C = 20.0
KITCHEN_OUTDOOR_SHARE = (0.1, 0.45)  # least in the kitchen, most on its balcony


class GasMeters:
    """The gas meters of homes that cook and wash with gas; some heat with it."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._uses = Uses("gas", activity(count, rng, options["residents"]), rng)
        boilers = rng.random(count) < options["boiler_share"]
        self._heat_loss_w_per_k = rng.uniform(*HEAT_LOSS_W_PER_K, count) * boilers
        self._boilers = Spells(rng, [BOILER_S], [BOILER_M3H], count)
        self._walls = Lag(WALLS_S)
        self._leaks = Switching(rng, LEAK_S)
        self._leak_duty = np.full(count, options["leak_share"])
        self._leak_m3h = rng.uniform(*LEAK_M3H, count)
        self._closures = Switching(rng, CLOSED_S)
        self._kitchen = Lag(3600.0)
        self._kitchen_c = rng.normal(KITCHEN_C, 1.0, count)
        self._outdoor_share = rng.uniform(*KITCHEN_OUTDOOR_SHARE, count)
        self._cells = LithiumCells(count, rng)
        self._volume = Register(rng.uniform(20.0, 6_000.0, count), M3_PER_M3H_S)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; a battery feeds the meters, an outage does not silence them."""
        place = self._population
        air_c = environment.weather.air(
            now, elevation_m=place.elevation_m, exposure=place.exposure
        ).temperature_c
        burnt = self._uses.step(now, dt_s, environment.calendar.shares(now))
        heating = self._heating(dt_s, air_c)
        leaking = self._leaks.step(dt_s, self._leak_duty)
        closed = self._closures.step(dt_s, np.full(len(place), CLOSED_DUTY))
        leak_m3h = np.where(leaking, self._leak_m3h, 0.0)
        around_c = self._kitchen_c + self._outdoor_share * (air_c - self._kitchen_c)
        gas_c = self._kitchen.step(dt_s, around_c)
        mean_m3h = np.where(closed, 0.0, burnt.mean + heating.mean + leak_m3h)
        return {
            "gas_volume_m3": self._volume.step(dt_s, mean_m3h),
            "gas_flow_m3h": np.where(closed, 0.0, burnt.now + heating.now + leak_m3h),
            "valve_state": closed.astype(np.float64),
            "battery_v": self._cells.step(dt_s, gas_c),
            "gas_temperature_c": gas_c,
        }

    def _heating(self, dt_s: float, air_c: Floats) -> Flow:
        """Return what the boilers burn; they cycle, and more of the time when it is cold."""
        missing_k = np.maximum(HEATING_BELOW_C - self._walls.step(dt_s, air_c), 0.0)
        wanted_m3h = self._heat_loss_w_per_k * missing_k / W_PER_M3H
        flow = self._boilers.step(dt_s, wanted_m3h[np.newaxis] / np.mean(BOILER_M3H))
        return Flow(flow.now[0], flow.mean[0])


KIND = Kind(
    name="gas_meter",
    family="meters",
    title="Gas meter",
    summary="Gas meter of a household with a valve, fed by a battery.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=900.0,
    model=GasMeters,
)
