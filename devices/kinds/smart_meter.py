"""A household's single-phase electricity meter."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.demand import MaximumDemand
from devices.physics.electricity import Power, ac
from devices.physics.home_lines import HomeLines
from devices.physics.homes import Homes
from devices.physics.power_quality import FREQUENCY_LIMITS, HOME_VOLTAGE_LIMITS, overload_limits
from devices.physics.processes import Drift, Lag, Switching
from devices.physics.registers import EnergyRegisters
from devices.physics.tariff import STATES as TARIFFS
from devices.physics.tariff import tariff
from devices.schema import Kind, Limit, Option, Severity, boolean, counter, gauge, settled, state

FUSE_A = 60.0
POWER_HARD_W = 80_000.0
REGISTER_KWH = 1_000_000.0  # six digits before the point

FIELDS = (
    gauge(
        "voltage_l1_v",
        "Voltage",
        hard=(0, 500),
        typical=(212, 234),
        resolution=0.1,
        code="OBIS 1-0:32.7.0 · DL/T 645 02010100",
    ),
    gauge(
        "current_l1_a",
        "Current",
        hard=(0, 120),
        typical=(0.1, 40),
        resolution=0.001,
        code="OBIS 1-0:31.7.0 · DL/T 645 02020100",
    ),
    gauge(
        "active_power_w",
        "Active power",
        hard=(-POWER_HARD_W, POWER_HARD_W),
        typical=(50, 8_000),
        resolution=1,
        code="OBIS 1-0:16.7.0 · DL/T 645 02030000",
        note="Positive is import, negative is export.",
    ),
    gauge(
        "reactive_power_var",
        "Reactive power",
        hard=(-POWER_HARD_W, POWER_HARD_W),
        typical=(20, 1_500),
        resolution=1,
        code="OBIS 1-0:3.7.0 · DL/T 645 02040000",
    ),
    gauge(
        "power_factor",
        "Power factor",
        hard=(-1, 1),
        typical=(0.7, 1),
        resolution=0.001,
        code="OBIS 1-0:13.7.0 · DL/T 645 02060000",
        note="Has the sign of the active power; low where little but standby is on.",
    ),
    gauge(
        "frequency_hz",
        "Frequency",
        hard=(45, 55),
        typical=(49.95, 50.05),
        resolution=0.01,
        code="OBIS 1-0:14.7.0 · DL/T 645 02800002",
    ),
    counter(
        "energy_import_kwh",
        "Energy imported",
        modulus=REGISTER_KWH,
        resolution=0.01,
        code="OBIS 1-0:1.8.0 · DL/T 645 00010000",
    ),
    counter(
        "energy_export_kwh",
        "Energy exported",
        modulus=REGISTER_KWH,
        resolution=0.01,
        code="OBIS 1-0:2.8.0 · DL/T 645 00020000",
    ),
    counter(
        "power_failures_total",
        "Power failures",
        modulus=100_000,
        resolution=1,
        code="OBIS 0-0:96.7.21 · DL/T 645 03110000",
    ),
    gauge(
        "meter_temperature_c",
        "Temperature in the meter",
        hard=(-45, 90),
        typical=(-30, 55),
        resolution=0.1,
        code="OBIS 96.9.0 · DL/T 645 02800007",
    ),
    state(
        "switch_state",
        "Supply switch",
        "closed",
        "open",
        code="OBIS 0-0:96.3.10 · DL/T 645 04000501",
        note="Open: the home is disconnected.",
    ),
    boolean("cover_open", "Terminal cover open", code="DL/T 645 0330 (event log)"),
    boolean(
        "last_gasp",
        "Last gasp",
        note="True in the one reading that a stored charge pays for when the mains fail.",
    ),
    state(
        "tariff_index",
        "Tariff",
        *TARIFFS,
        code="OBIS 0-0:96.14.0",
        note="Which price of the day holds, by the local hour.",
    ),
    gauge("rssi_dbm", "Signal strength", hard=(-150, 0), typical=(-115, -65), resolution=1),
    gauge(
        "max_demand_w",
        "Maximum demand",
        hard=(0, POWER_HARD_W),
        typical=(1_000, 10_000),
        resolution=1,
        code="OBIS 1-0:1.6.0 · DL/T 645 01010000",
        note="Highest mean of a quarter of an hour since the first of the month.",
    ),
)

LIMITS = (
    *HOME_VOLTAGE_LIMITS,
    *FREQUENCY_LIMITS,
    *overload_limits("current_l1_a", FUSE_A),
    Limit(
        field="last_gasp",
        severity=Severity.CRITICAL,
        equals="true",
        source="vendors' practice: sent after 30 s without mains",
    ),
    Limit(
        field="cover_open", severity=Severity.WARNING, equals="true", source="practice: tampering"
    ),
)

OPTIONS = {
    "residents": Option(meaning="mean number of people in a home", default=3.0, hard=(1, 10)),
    "night_heating_share": Option(
        meaning="share of homes that heat with electricity at night", default=0.0, hard=(0, 1)
    ),
    "pv_share": Option(
        meaning="share of homes with solar panels behind the meter", default=0.05, hard=(0, 1)
    ),
}

SELF_HEATING_K = (2.0, 7.0)
COVER_OPEN_S = 900.0
COVER_OPEN_DUTY = 1.5e-5  # such a visit every two years
DISCONNECTED_S = 2 * 86_400.0
DISCONNECTED_DUTY = 5e-4
MEAN_RSSI_DBM = (-105.0, -75.0)
MONTHS_DEMAND_W = (2_500.0, 5_000.0)  # so far


class SmartMeters:
    """Homes on one feeder, their demand, and the meters that register it."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._homes = Homes(count, rng, **options)
        self._lines = HomeLines(count, rng)
        self._warmth = Lag(tau_s=3600.0)
        self._self_heating_k = rng.uniform(*SELF_HEATING_K, count)
        self._covers = Switching(rng, COVER_OPEN_S)
        self._disconnections = Switching(rng, DISCONNECTED_S)
        self._registers = EnergyRegisters(
            rng.uniform(500.0, 40_000.0, count),
            rng.uniform(500.0, 20_000.0, count) * self._homes.have_panels,
        )
        self._demand = MaximumDemand(rng.uniform(*MONTHS_DEMAND_W, count))
        self._rssi_dbm = rng.uniform(*MEAN_RSSI_DBM, count)
        self._fading = Drift(count, rng, tau_s=600.0)
        self._failures = rng.poisson(8.0, count).astype(np.float64)
        self._supplied: bool | None = None

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; power is what the homes draw at `now`."""
        was_supplied, self._supplied = self._supplied, environment.grid.mains_on(now)
        if not self._supplied:
            self._demand.step(now, dt_s, np.zeros(len(self._population)))
            return self._dark(gasping=was_supplied is True)
        if was_supplied is False:
            self._failures = self._failures + 1.0
        return self._lit(now, dt_s, environment)

    def _lit(self, now: datetime, dt_s: float, environment: SiteEnvironment) -> dict[str, Floats]:
        """Return the readings with the mains on."""
        place, grid = self._population, environment.grid
        air_c = environment.weather.air(
            now, elevation_m=place.elevation_m, exposure=place.exposure
        ).temperature_c
        never = np.zeros(len(place))
        wanted = self._homes.step(now, dt_s, air_c, environment)
        disconnected = self._disconnections.step(dt_s, never + DISCONNECTED_DUTY)
        active_w, reactive_var = (np.where(disconnected, 0.0, flow) for flow in wanted)
        voltage_v = self._lines.step(dt_s, grid.voltage_v(now), Power(active_w, reactive_var))
        self._registers.step(dt_s, active_w)
        return {
            **ac(active_w, reactive_var, voltage_v),
            **self._registers.fields(),
            "frequency_hz": never + grid.frequency_hz(now),
            "power_failures_total": self._failures,
            "meter_temperature_c": self._warmth.step(dt_s, air_c + self._self_heating_k),
            "switch_state": disconnected.astype(np.float64),
            "cover_open": self._covers.step(dt_s, never + COVER_OPEN_DUTY).astype(np.float64),
            "last_gasp": never,
            "tariff_index": never + tariff(now),
            "rssi_dbm": self._rssi_dbm + 2.0 * self._fading.step(dt_s),
            "max_demand_w": self._demand.step(now, dt_s, active_w),
        }

    def _dark(self, *, gasping: bool) -> dict[str, Floats]:
        """Return the readings without mains: one last gasp, then silence."""
        if not gasping:
            return {field.name: np.full(len(self._population), np.nan) for field in FIELDS}
        nothing = np.zeros(len(self._population))
        return {
            "voltage_l1_v": nothing,
            "current_l1_a": nothing,
            "active_power_w": nothing,
            **self._registers.fields(),
            "power_failures_total": self._failures,
            "last_gasp": nothing + 1.0,
        }


KIND = Kind(
    name="smart_meter",
    family="meters",
    title="Smart meter",
    summary="Single-phase electricity meter of a household, with switch and tamper contacts.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=60.0,
    model=SmartMeters,
)
