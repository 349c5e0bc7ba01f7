"""An inverter between solar panels and the grid."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.photovoltaics import (
    Plane,
    cell_temperature_c,
    power_ratio,
    through_clouds_wm2,
    voltage_ratio,
)
from devices.physics.processes import Drift, Lag, Switching
from devices.physics.supply import supplied_for_s
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

STATES = ("off", "sleeping", "starting", "mppt", "throttled", "fault")
OFF, SLEEPING, STARTING, MPPT, THROTTLED, FAULT = range(len(STATES))
States = NDArray[np.int64]

DEFAULT_RATED_W = 30_000.0

FIELDS = (
    state(
        "inverter_state",
        "State",
        *STATES,
        code="SunSpec 103 St",
        note="Off: no mains. Throttled: the panels could give more than the rating.",
    ),
    gauge(
        "active_power_w",
        "Active power",
        hard=(-200, 420_000),
        typical=(-2, 30_000),
        resolution=1,
        code="SunSpec 103 W",
        note="Positive feeds the grid; up to 2 W are drawn at night.",
    ),
    gauge(
        "irradiance_poa_wm2",
        "Irradiance on the panels",
        hard=(-10, 1600),
        typical=(0, 1050),
        resolution=1,
        code="IEC 61724-1 POA",
    ),
    gauge(
        "dc_voltage_v",
        "Panel voltage",
        hard=(0, 1500),
        typical=(0, 800),
        resolution=0.1,
        code="SunSpec 103 DCV",
        note="300 to 800 V at work, 0 in the dark.",
    ),
    gauge(
        "dc_current_a",
        "Panel current",
        hard=(0, 1500),
        typical=(0, 60),
        resolution=0.01,
        code="SunSpec 103 DCA",
    ),
    gauge(
        "heatsink_temperature_c",
        "Heat sink temperature",
        hard=(-40, 110),
        typical=(-20, 70),
        resolution=0.1,
        code="SunSpec 103 TmpSnk",
    ),
    counter(
        "energy_export_kwh",
        "Energy exported",
        modulus=100_000_000,
        resolution=0.01,
        code="SunSpec 103 WH",
    ),
)

LIMITS = (
    Limit(
        field="inverter_state",
        severity=Severity.WARNING,
        equals="fault",
        for_s=300,
        source="practice: a fault that does not reset itself costs yield",
    ),
    Limit(
        field="heatsink_temperature_c",
        severity=Severity.WARNING,
        above=80.0,
        clear=75.0,
        for_s=600,
        source="practice: inverters derate from about 80 °C",
    ),
    Limit(
        field="dc_voltage_v",
        severity=Severity.CRITICAL,
        above=1000.0,
        clear=980.0,
        for_s=10,
        source="practice: panels and plugs of a 1,000 V string",
    ),
)

OPTIONS = {
    "rated_w": Option(
        meaning="rated power of an inverter, W", default=DEFAULT_RATED_W, hard=(1_000, 350_000)
    ),
    "tilt_deg": Option(
        meaning="tilt of the panels, 0 level to 90 upright", default=30.0, hard=(0, 90)
    ),
    "azimuth_deg": Option(
        meaning="where the panels face, -90 east, 0 south, 90 west", default=0.0, hard=(-180, 180)
    ),
}

PANELS_PER_RATING = (1.05, 1.2)  # more panels than the inverter can use at noon
SOILING = (0.92, 0.99)
STRING_V = (590.0, 640.0)  # 18 panels in series, at work in full sun
OPEN_CIRCUIT_RATIO = 1.2  # to the working voltage
FIRST_LIGHT_WM2 = 8.0  # open strings show half their voltage in so little

NIGHT_W = (-2.0, 0.0)
WAKE_WM2, SLEEP_WM2 = 30.0, 12.0
START_S = 60.0
RECONNECT_S = (60.0, 120.0)  # after an outage, by the grid code at least a minute

IDLE_LOSS = 0.004  # of the rating
CONVERSION_LOSS = 0.015  # of the power

HEATING_K = 32.0  # at rated power
WARMTH_S = 900.0
CLOUD_S = 300.0
FAULT_S = 2 * 3600.0
FAULT_DUTY = 0.001


class PvInverters:
    """Inverters of one plant: the same sun and tilt, each with its own panels and clouds."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        self._options = settled(OPTIONS, population.options)
        self._population = population
        self._rated_w = self._options["rated_w"]
        self._panels_w = self._rated_w * rng.uniform(*PANELS_PER_RATING, count)
        self._panels_w *= rng.uniform(*SOILING, count)
        self._string_v = rng.uniform(*STRING_V, count)
        self._night_w = rng.uniform(*NIGHT_W, count)
        self._reconnect_s = rng.uniform(*RECONNECT_S, count)
        self._clouds = Drift(count, rng, tau_s=CLOUD_S)
        self._faults = Switching(rng, FAULT_S)
        self._warmth = Lag(tau_s=WARMTH_S)
        self._awake_s = np.full(count, np.inf)  # what is light at first has long been so
        self._awake = np.ones(count, dtype=bool)
        self._export_kwh = self._rated_w / 1000.0 * rng.uniform(200.0, 6_000.0, count)
        self._plane: Plane | None = None

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; without mains nothing is fed in, and in the dark nothing is said."""
        place = self._population
        air_c = environment.weather.air(
            now, elevation_m=place.elevation_m, exposure=place.exposure
        ).temperature_c
        supplied_s = supplied_for_s(environment.grid, now)
        sun_wm2 = self._sun_wm2(now, dt_s, environment)
        cell_c = cell_temperature_c(air_c, sun_wm2)
        states, power_w = self._output(self._states(dt_s, sun_wm2, supplied_s), sun_wm2, cell_c)
        self._export_kwh = self._export_kwh + np.maximum(power_w, 0.0) * dt_s / 3.6e6
        heat_k = HEATING_K * np.maximum(power_w, 0.0) / self._rated_w
        readings = {
            "inverter_state": states.astype(np.float64),
            "active_power_w": power_w,
            "irradiance_poa_wm2": sun_wm2,
            **self._panels(states, power_w, sun_wm2, cell_c),
            "heatsink_temperature_c": self._warmth.step(dt_s, air_c + heat_k),
            "energy_export_kwh": self._export_kwh,
        }
        silent = ~self._awake & (supplied_s < 0)
        return {name: np.where(silent, np.nan, values) for name, values in readings.items()}

    def _sun_wm2(self, now: datetime, dt_s: float, environment: SiteEnvironment) -> Floats:
        if self._plane is None:
            self._plane = Plane(
                environment.site,
                tilt_deg=self._options["tilt_deg"],
                azimuth_deg=self._options["azimuth_deg"],
            )
        sky = environment.weather.sky(now)
        sun = self._plane.irradiance(now, sky)
        return through_clouds_wm2(sun, sky.cloud_ratio, self._clouds.step(dt_s))

    def _states(self, dt_s: float, sun_wm2: Floats, supplied_s: float) -> States:
        """Return the states, whatever the panels could give."""
        was_awake = self._awake
        self._awake = (sun_wm2 > WAKE_WM2) | (was_awake & (sun_wm2 > SLEEP_WM2))
        self._awake_s = np.where(self._awake & was_awake, self._awake_s + dt_s, 0.0)
        faulty = self._faults.step(dt_s, np.full(len(self._population), FAULT_DUTY))
        if supplied_s < 0:
            return np.full(len(self._population), OFF)
        starting = (self._awake_s < START_S) | (supplied_s < self._reconnect_s)
        return np.select([~self._awake, faulty, starting], [SLEEPING, FAULT, STARTING], MPPT)

    def _output(self, states: States, sun_wm2: Floats, cell_c: Floats) -> tuple[States, Floats]:
        """Return the states and the power: what the panels give less losses, up to the rating."""
        panels_w = self._panels_w * power_ratio(sun_wm2, cell_c)
        offered_w = panels_w * (1.0 - CONVERSION_LOSS) - IDLE_LOSS * self._rated_w
        working = states == MPPT
        drawn_w = np.where(states == OFF, 0.0, self._night_w)
        power_w = np.where(working, np.clip(offered_w, 0.0, self._rated_w), drawn_w)
        return np.where(working & (offered_w > self._rated_w), THROTTLED, states), power_w

    def _panels(
        self, states: States, power_w: Floats, sun_wm2: Floats, cell_c: Floats
    ) -> dict[str, Floats]:
        """Return the direct current: at work as the losses demand, else that of open strings."""
        working = (states == MPPT) | (states == THROTTLED)
        volts = self._string_v * voltage_ratio(sun_wm2, cell_c)
        taken_w = (power_w + IDLE_LOSS * self._rated_w) / (1.0 - CONVERSION_LOSS)
        open_v = OPEN_CIRCUIT_RATIO * volts * sun_wm2 / (sun_wm2 + FIRST_LIGHT_WM2)
        return {
            "dc_voltage_v": np.where(working, volts, open_v),
            "dc_current_a": np.where(working, taken_w / volts, 0.0),
        }


KIND = Kind(
    name="pv_inverter",
    family="meters",
    title="Solar inverter",
    summary="Three-phase string inverter between solar panels and the grid.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=60.0,
    model=PvInverters,
)
