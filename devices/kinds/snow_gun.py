"""A fan gun that makes snow when the wet bulb is low enough."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.processes import Drift, Lag
from devices.physics.psychrometrics import wet_bulb_c
from devices.physics.pump_house import PumpHouse
from devices.physics.snowmaking import (
    OFF,
    PRODUCING,
    STATES,
    Controllers,
    States,
    flow_lpm,
    is_season,
)
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

FIELDS = (
    state(
        "gun_state",
        "State",
        *STATES,
        note="Off outside the season; standby waits for the wet bulb.",
    ),
    gauge(
        "air_temperature_c",
        "Air temperature",
        hard=(-50, 45),
        typical=(-25, 5),
        resolution=0.1,
    ),
    gauge(
        "relative_humidity_pct",
        "Relative humidity",
        hard=(0, 104),
        typical=(20, 95),
        resolution=1,
    ),
    gauge(
        "wet_bulb_c",
        "Wet bulb temperature",
        hard=(-55, 40),
        typical=(-22, 2),
        resolution=0.1,
        note="The gun's own sensor; starts and stops it.",
    ),
    gauge(
        "water_flow_lpm",
        "Water flow",
        hard=(0, 1000),
        typical=(0, 600),
        resolution=1,
    ),
    gauge(
        "water_pressure_bar",
        "Water pressure",
        hard=(0, 100),
        typical=(15, 40),
        resolution=0.1,
        note="Absent while the gun is off and its line drained.",
    ),
    gauge(
        "water_temperature_c",
        "Water temperature",
        hard=(-1, 30),
        typical=(0.5, 4),
        resolution=0.1,
        note="Absent while the gun is off and its line drained.",
    ),
    gauge(
        "active_power_w",
        "Active power",
        hard=(0, 40_000),
        typical=(0, 27_000),
        resolution=100,
    ),
    gauge(
        "quality_step",
        "Snow quality",
        hard=(0, 12),
        typical=(0, 10),
        resolution=1,
        note="Set by the controller: 1 wet … 10 dry, 0 while no snow is made.",
    ),
    counter("water_volume_m3", "Water used", modulus=1_000_000, resolution=0.1),
    counter("energy_import_kwh", "Energy used", modulus=1_000_000, resolution=0.1),
    counter(
        "operating_hours_total",
        "Operating hours",
        modulus=100_000,
        resolution=0.1,
        note="Time spent producing.",
    ),
    gauge(
        "air_pressure_bar",
        "Air pressure",
        hard=(0, 15),
        typical=(0, 4),
        resolution=0.1,
        note="Of the gun's own compressor, for the nucleators.",
    ),
    gauge(
        "snow_output_m3h",
        "Snow output",
        hard=(0, 130),
        typical=(0, 80),
        resolution=0.1,
        note="Derived from the water, at 450 kg/m³.",
    ),
)

LIMITS = (
    Limit(
        field="gun_state",
        severity=Severity.CRITICAL,
        equals="fault",
        source="practice: standing water freezes",
    ),
    Limit(
        field="water_pressure_bar",
        severity=Severity.CRITICAL,
        below=10.0,
        clear=12.0,
        for_s=60,
        source="practice: guns trip below 8 to 10 bar",
    ),
    Limit(
        field="water_temperature_c",
        severity=Severity.WARNING,
        above=5.0,
        clear=4.5,
        for_s=600,
        source="practice: warmer water wants cooling towers",
    ),
    Limit(
        field="active_power_w",
        severity=Severity.CRITICAL,
        above=30_000.0,
        clear=28_000.0,
        for_s=60,
        source="practice: the motor's rating and 10 %",
    ),
)

OPTIONS = {
    "pump_lpm_per_gun": Option(
        meaning="water that the pump house can deliver, l/min for each gun there is",
        default=240.0,
        hard=(10, 1000),
    ),
    "running_ratio": Option(
        meaning="share of the guns that the slope's power supply carries at once",
        default=0.6,
        hard=(0.01, 1),
    ),
}

RATING_W = (18_000.0, 26_000.0)

# Shares of the rated power, and of the flow that the wet bulb allows, by state.
POWER_IN_STATE = np.array([0.0, 0.012, 0.8, 1.0, 0.4, 0.006])
FLOW_IN_STATE = np.array([0.0, 0.0, 0.3, 1.0, 0.2, 0.0])
COMPRESSED_BAR = np.array([0.0, 0.0, 3.2, 3.0, 2.6, 0.0])

PUMP_BAR = 40.0
SAG_BAR = 10.0  # in the line, when the pump house gives all it has
BAR_PER_M = 0.0981
SNOW_KG_PER_M3 = 450.0
BOOSTER_EVERY_M = 150.0  # of height; each brings the line back to the pumps' pressure


class SnowGuns:
    """Guns on one water line: the cold says how much each takes, the pumps whose turn it is."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        self._population = population
        options = settled(OPTIONS, population.options)
        self._capacity_lpm = count * options["pump_lpm_per_gun"]
        pumps = PumpHouse(
            count,
            rng,
            capacity_lpm=self._capacity_lpm,
            most_running_ratio=options["running_ratio"],
        )
        self._controllers = Controllers(count, rng, pumps)
        self._offset_c = rng.normal(0.0, 0.1, count)
        self._rating_w = rng.uniform(*RATING_W, count)
        self._flutter = Drift(count, rng, tau_s=60.0)
        self._water = Lag(tau_s=6 * 3600.0)
        self._volume_m3 = rng.uniform(0.0, 60_000.0, count)
        self._energy_kwh = rng.uniform(0.0, 80_000.0, count)
        self._hours = rng.uniform(0.0, 4_000.0, count)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; without mains the guns are silent."""
        place = self._population
        air = environment.weather.air(now, elevation_m=place.elevation_m, exposure=place.exposure)
        air_c = air.temperature_c + self._offset_c
        wet_c = wet_bulb_c(air_c, air.relative_humidity_pct, air.pressure_hpa)
        mains_on = environment.grid.mains_on(now)
        states = self._controllers.step(dt_s, wet_c, season=is_season(now), mains_on=mains_on)
        if not mains_on:
            return {field.name: np.full(len(place), np.nan) for field in FIELDS}
        flutter = np.clip(self._flutter.step(dt_s), -3.0, 3.0)
        water_lpm, pumps_load = self._flow(states, wet_c, flutter)
        power_w = self._rating_w * POWER_IN_STATE[states] * (1.0 + 0.01 * flutter)
        self._register(dt_s, water_lpm, power_w, states)
        return {
            "gun_state": states.astype(np.float64),
            "air_temperature_c": air_c,
            "relative_humidity_pct": air.relative_humidity_pct,
            "wet_bulb_c": wet_c,
            "water_flow_lpm": water_lpm,
            **self._line(dt_s, states, pumps_load, air_c, environment.site.elevation_m),
            "active_power_w": power_w,
            "quality_step": _quality_step(states, wet_c),
            "water_volume_m3": self._volume_m3,
            "energy_import_kwh": self._energy_kwh,
            "operating_hours_total": self._hours,
            "air_pressure_bar": COMPRESSED_BAR[states] * (1.0 - 0.02 * flutter),
            "snow_output_m3h": water_lpm * (states == PRODUCING) * 60.0 / SNOW_KG_PER_M3,
        }

    def _flow(self, states: States, wet_c: Floats, flutter: Floats) -> tuple[Floats, float]:
        """Return each gun's flow in l/min, and how much of the pumps' capacity they all take."""
        wanted_lpm = flow_lpm(wet_c) * FLOW_IN_STATE[states]
        wanted_lpm *= 1.0 + 0.02 * flutter
        load = float(wanted_lpm.sum()) / self._capacity_lpm
        return wanted_lpm / max(load, 1.0), min(load, 1.0)

    def _line(
        self, dt_s: float, states: States, pumps_load: float, air_c: Floats, base_m: float
    ) -> dict[str, Floats]:
        """Return the state of the water in the line, absent where it is drained."""
        drained = states == OFF
        above_pump_m = (self._population.elevation_m - base_m) % BOOSTER_EVERY_M
        pressure_bar = PUMP_BAR - SAG_BAR * pumps_load**2 - BAR_PER_M * above_pump_m
        water_c = self._water.step(dt_s, np.clip(3.0 + 0.1 * air_c, 0.5, 12.0))
        return {
            "water_pressure_bar": np.where(drained, np.nan, pressure_bar),
            "water_temperature_c": np.where(drained, np.nan, water_c),
        }

    def _register(self, dt_s: float, water_lpm: Floats, power_w: Floats, states: States) -> None:
        self._volume_m3 = self._volume_m3 + water_lpm * dt_s / 60_000.0
        self._energy_kwh = self._energy_kwh + power_w * dt_s / 3.6e6
        self._hours = self._hours + (states == PRODUCING) * dt_s / 3600.0


def _quality_step(states: States, wet_c: Floats) -> Floats:
    """Return the snow's dryness, a step for each kelvin: the colder, the drier it can be."""
    return np.where(states == PRODUCING, np.clip(np.rint(-1.5 - wet_c), 1.0, 10.0), 0.0)


KIND = Kind(
    name="snow_gun",
    family="ski",
    title="Snow gun",
    summary="Automatic fan gun that makes snow when its wet bulb is low enough.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=60.0,
    model=SnowGuns,
)
