"""A household's water meter."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.ground import water_mains_c
from devices.physics.processes import Switching
from devices.physics.registers import M3_PER_LPM_S, Register
from devices.physics.residents import Uses, activity
from devices.schema import Kind, Limit, Option, Severity, boolean, counter, gauge, settled

FIELDS = (
    counter(
        "water_volume_m3",
        "Water used",
        modulus=100_000,
        resolution=0.001,
        code="OBIS 8-0:1.0.0 · M-Bus type 7",
    ),
    gauge(
        "water_flow_lpm",
        "Water flow",
        hard=(0, 80),
        typical=(0, 15),
        resolution=0.1,
        note="At the moment of the reading; mostly 0.",
    ),
    gauge(
        "water_temperature_c",
        "Water temperature",
        hard=(-5, 95),
        typical=(4, 25),
        resolution=0.1,
    ),
    boolean(
        "leak_detected",
        "Leak detected",
        note="By the meter: the water has not stood still for 24 hours.",
    ),
)

LIMITS = (
    Limit(
        field="leak_detected",
        severity=Severity.WARNING,
        equals="true",
        source="practice: a night minimum above 0 for 24 h",
    ),
    Limit(
        field="water_flow_lpm",
        severity=Severity.CRITICAL,
        above=30.0,
        clear=20.0,
        for_s=1800,
        source="practice: a burst pipe; Q3 of a DN15 meter is 2.5 m³/h, 42 l/min",
    ),
    Limit(
        field="water_temperature_c",
        severity=Severity.WARNING,
        below=2.0,
        clear=3.0,
        for_s=3600,
        source="practice: the meter is about to freeze",
    ),
    Limit(
        field="water_temperature_c",
        severity=Severity.WARNING,
        above=25.0,
        clear=24.0,
        for_s=86_400,
        source="EN 806-2: cold water stays below 25 °C",
    ),
)

OPTIONS = {
    "residents": Option(meaning="mean number of people in a home", default=3.0, hard=(1, 10)),
    "leak_share": Option(
        meaning="share of homes in which something leaks", default=0.01, hard=(0, 1)
    ),
}

LEAK_S = 14 * 86_400.0  # until somebody notices
LEAK_LPM = (0.3, 1.5)  # a cistern that does not close; less than 0.3 would not turn the meter
LEAK_DETECTED_S = 86_400.0
SHAFT_C = 16.0  # the mean of the year where the meters are
SHAFT_OUTDOOR_SHARE = 0.3
STANDING_S = 3 * 3600.0  # in which standing water takes on the temperature around it
STANDING_L = 2.0  # what must flow before the water is that of the mains


class WaterMeters:
    """The water meters of homes, some of which leak."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._uses = Uses("water", activity(count, rng, options["residents"]), rng)
        self._leaks = Switching(rng, LEAK_S)
        self._leak_duty = np.full(count, options["leak_share"])
        self._leak_lpm = rng.uniform(*LEAK_LPM, count)
        # What leaks at the start has leaked for long.
        self._leaked = np.ones(count, dtype=np.bool_)
        self._leaking_s = np.full(count, LEAK_DETECTED_S)
        self._offset_k = rng.normal(0.0, 0.4, count)
        self._water_c: Floats | None = None
        self._volume = Register(rng.uniform(20.0, 2_000.0, count), M3_PER_LPM_S)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; a battery feeds the meters, an outage does not silence them."""
        drawn = self._uses.step(now, dt_s, environment.calendar.shares(now))
        leaking = self._leaks.step(dt_s, self._leak_duty)
        leak_lpm = np.where(leaking, self._leak_lpm, 0.0)
        # All other water stands still now and then; only a leak runs day and night.
        self._leaking_s = np.where(leaking & self._leaked, self._leaking_s + dt_s, 0.0)
        self._leaked = leaking
        mean_lpm = drawn.mean + leak_lpm
        return {
            "water_volume_m3": self._volume.step(dt_s, mean_lpm),
            "water_flow_lpm": drawn.now + leak_lpm,
            "water_temperature_c": self._temperature_c(now, dt_s, mean_lpm, environment),
            "leak_detected": (self._leaking_s >= LEAK_DETECTED_S).astype(np.float64),
        }

    def _temperature_c(
        self, now: datetime, dt_s: float, flow_lpm: Floats, environment: SiteEnvironment
    ) -> Floats:
        """Return the water's temperature: flow brings that of the mains, standing the shaft's."""
        place = self._population
        air_c = environment.weather.air(
            now, elevation_m=place.elevation_m, exposure=place.exposure
        ).temperature_c
        shaft_c = SHAFT_C + SHAFT_OUTDOOR_SHARE * (air_c - SHAFT_C) + self._offset_k
        mains_c = water_mains_c(now, place.elevation_m)
        flowing, standing = flow_lpm / (60.0 * STANDING_L), 1.0 / STANDING_S
        settled_c = (flowing * mains_c + standing * shaft_c) / (flowing + standing)
        if self._water_c is None:
            self._water_c = mains_c
        kept = np.exp(-dt_s * (flowing + standing))
        self._water_c = settled_c + (self._water_c - settled_c) * kept
        return self._water_c


KIND = Kind(
    name="water_meter",
    family="meters",
    title="Water meter",
    summary="Cold water meter of a household, with a look-out for leaks.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=900.0,
    model=WaterMeters,
)
