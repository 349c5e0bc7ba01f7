"""A medium-voltage feeder, as its bay in the substation measures it."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.breaker import CLOSED, STATES, Breakers
from devices.physics.customers import Customers, Phases
from devices.physics.electricity import three_phase
from devices.physics.power_quality import FREQUENCY_LIMITS, overload_limits
from devices.physics.registers import EnergyRegisters
from devices.physics.transformer import TransformerOil
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

PHASES = (1, 2, 3)
LINE_V = 10_000.0
POWER_HARD_W = 25e6
REGISTER_KWH = 1e9

FIELDS = (
    *(
        gauge(
            f"voltage_l{phase}_v",
            f"Voltage L{phase}",
            hard=(0, 12_000),
            typical=(5_600, 6_150),
            resolution=1,
            code=f"OBIS 1-0:{code}.7.0",
            note="Between phase and neutral, at the busbar; of a 10 kV feeder 5,774 V.",
        )
        for phase, code in zip(PHASES, (32, 52, 72), strict=True)
    ),
    *(
        gauge(
            f"current_l{phase}_a",
            f"Current L{phase}",
            hard=(0, 2_000),
            typical=(10, 500),
            resolution=0.1,
            code=f"OBIS 1-0:{code}.7.0",
        )
        for phase, code in zip(PHASES, (31, 51, 71), strict=True)
    ),
    gauge(
        "voltage_unbalance_pct",
        "Voltage unbalance",
        hard=(0, 100),
        typical=(0, 1.5),
        resolution=0.01,
        note="Largest deviation of a phase from the mean of the three, divided by that mean.",
    ),
    gauge(
        "active_power_w",
        "Active power",
        hard=(-POWER_HARD_W, POWER_HARD_W),
        typical=(-1e6, 8e6),
        resolution=1000,
        code="OBIS 1-0:16.7.0",
        note="Positive is from the busbar into the feeder, negative is fed back.",
    ),
    gauge(
        "reactive_power_var",
        "Reactive power",
        hard=(-POWER_HARD_W, POWER_HARD_W),
        typical=(0, 3e6),
        resolution=1000,
        code="OBIS 1-0:3.7.0",
    ),
    gauge(
        "power_factor",
        "Power factor",
        hard=(-1, 1),
        typical=(0.8, 1),
        resolution=0.001,
        code="OBIS 1-0:13.7.0",
        note="Falls at noon where panels deliver the active power and not the reactive.",
    ),
    gauge(
        "frequency_hz",
        "Frequency",
        hard=(45, 55),
        typical=(49.95, 50.05),
        resolution=0.001,
        code="OBIS 1-0:14.7.0",
    ),
    counter(
        "energy_import_kwh",
        "Energy delivered",
        modulus=REGISTER_KWH,
        resolution=1,
        code="OBIS 1-0:1.8.0",
    ),
    counter(
        "energy_export_kwh",
        "Energy fed back",
        modulus=REGISTER_KWH,
        resolution=1,
        code="OBIS 1-0:2.8.0",
    ),
    state(
        "breaker_state",
        "Breaker",
        *STATES,
        note="Tripped: opened by its protection; open: by a person, for work on the line.",
    ),
    gauge(
        "transformer_oil_temperature_c",
        "Top oil temperature",
        hard=(-50, 150),
        typical=(-15, 75),
        resolution=0.1,
        note="Of the transformer that feeds it; follows load and weather over hours.",
    ),
    gauge(
        "load_pct",
        "Load",
        hard=(0, 250),
        typical=(3, 90),
        resolution=0.1,
        note="Apparent power divided by the feeder's rating.",
    ),
)

LIMITS = (
    *(
        Limit(
            field=f"voltage_l{phase}_v",
            severity=Severity.WARNING,
            below=5_370.0,
            clear=5_410.0,
            for_s=600,
            source="GB/T 12325-2008: 10 kV -7 %",
        )
        for phase in PHASES
    ),
    *(
        Limit(
            field=f"voltage_l{phase}_v",
            severity=Severity.WARNING,
            above=6_178.0,
            clear=6_140.0,
            for_s=600,
            source="GB/T 12325-2008: 10 kV +7 %",
        )
        for phase in PHASES
    ),
    Limit(
        field="voltage_unbalance_pct",
        severity=Severity.WARNING,
        above=2.0,
        clear=1.8,
        for_s=600,
        source="GB/T 15543-2008: 2 %",
    ),
    *FREQUENCY_LIMITS,
    *overload_limits("load_pct", 100.0),
    Limit(
        field="breaker_state",
        severity=Severity.CRITICAL,
        equals="tripped",
        for_s=60,
        source="practice: reclosing has not helped",
    ),
    Limit(
        field="transformer_oil_temperature_c",
        severity=Severity.WARNING,
        above=85.0,
        clear=80.0,
        for_s=600,
        source="DL/T 572: top oil not above 85 °C for long",
    ),
    Limit(
        field="transformer_oil_temperature_c",
        severity=Severity.CRITICAL,
        above=95.0,
        clear=90.0,
        for_s=60,
        source="DL/T 572: top oil at most 95 °C",
    ),
)

OPTIONS = {
    "rating_kva": Option(meaning="what a feeder can carry, kVA", default=7_000, hard=(100, 20_000)),
    "line_voltage_v": Option(
        meaning="nominal voltage between phases, V; the default limits are for 10 kV",
        default=LINE_V,
        hard=(3_000, 11_000),
    ),
    "pv_ratio": Option(
        meaning="rating of the solar panels along a feeder ÷ its own, on average",
        default=0.15,
        hard=(0, 2),
    ),
}

HOME_V = 222.0  # what the homes' transformers make of the busbar's nominal voltage
SAG = 0.02  # of the voltage, at full load


class Feeders:
    """The feeders of a substation; its battery keeps them reporting without mains."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._rating_va = 1000.0 * options["rating_kva"]
        self._customers = Customers(
            count, rng, rating_va=self._rating_va, pv_ratio=options["pv_ratio"]
        )
        self._phase_v = options["line_voltage_v"] / 3**0.5
        self._phases = Phases(count, rng)
        self._breakers = Breakers(count, rng)
        self._oil = TransformerOil()
        energy_kwh = options["rating_kva"] * rng.uniform(100.0, 20_000.0, count)
        self._registers = EnergyRegisters(energy_kwh, 0.01 * energy_kwh)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; in an outage there is no voltage, and nobody opens the breaker."""
        place = self._population
        air_c = environment.weather.air(
            now, elevation_m=place.elevation_m, exposure=place.exposure
        ).temperature_c
        breakers = self._breakers.step(dt_s)
        grid = environment.grid
        mains_on = grid.mains_on(now)
        fed = mains_on & (breakers == CLOSED)
        power = self._customers.step(now, dt_s, environment, air_c)
        active_w, reactive_var = fed * power.active_w, fed * power.reactive_var
        load = np.hypot(active_w, reactive_var) / self._rating_va
        shares, voltage_ratios = self._phases.step(dt_s)
        busbar_v = self._phase_v * grid.voltage_v(now) / HOME_V
        voltages_v = busbar_v * voltage_ratios * (1.0 - SAG * load)
        self._registers.step(dt_s, active_w)
        return {
            **three_phase(active_w, reactive_var, voltages_v, shares),
            "voltage_unbalance_pct": _unbalance_pct(voltages_v),
            "frequency_hz": np.full(len(place), grid.frequency_hz(now) if mains_on else np.nan),
            **self._registers.fields(),
            "breaker_state": breakers,
            "transformer_oil_temperature_c": self._oil.step(dt_s, load, air_c),
            "load_pct": 100.0 * load,
        }


def _unbalance_pct(voltages_v: Floats) -> Floats:
    """Return how far the phases differ; 0 where there is no voltage."""
    mean_v = voltages_v.mean(axis=0)
    off_v = np.abs(voltages_v - mean_v).max(axis=0)
    unbalance_pct: Floats = 100.0 * off_v / np.maximum(mean_v, 1.0)
    return unbalance_pct


KIND = Kind(
    name="feeder",
    family="meters",
    title="Feeder",
    summary="10 kV feeder in its substation: voltage, load, breaker and transformer.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=60.0,
    model=Feeders,
)
