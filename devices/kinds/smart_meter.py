"""A household's single-phase electricity meter."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.household import Demand, Households
from devices.physics.processes import Drift, Lag, Switching
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
)

LIMITS = (
    Limit(
        field="voltage_l1_v",
        severity=Severity.WARNING,
        below=198.0,
        clear=200.0,
        for_s=600,
        source="GB/T 12325-2008: 220 V -10 %",
    ),
    Limit(
        field="voltage_l1_v",
        severity=Severity.WARNING,
        above=235.4,
        clear=234.0,
        for_s=600,
        source="GB/T 12325-2008: 220 V +7 %",
    ),
    Limit(
        field="voltage_l1_v",
        severity=Severity.CRITICAL,
        below=176.0,
        clear=180.0,
        for_s=10,
        source="operators' practice: 220 V -20 %",
    ),
    Limit(
        field="voltage_l1_v",
        severity=Severity.CRITICAL,
        above=264.0,
        clear=260.0,
        for_s=10,
        source="operators' practice: 220 V +20 %",
    ),
    Limit(
        field="frequency_hz",
        severity=Severity.WARNING,
        below=49.8,
        clear=49.85,
        for_s=60,
        source="GB/T 15945-2008: ±0.2 Hz",
    ),
    Limit(
        field="frequency_hz",
        severity=Severity.WARNING,
        above=50.2,
        clear=50.15,
        for_s=60,
        source="GB/T 15945-2008: ±0.2 Hz",
    ),
    Limit(
        field="current_l1_a",
        severity=Severity.WARNING,
        above=0.9 * FUSE_A,
        clear=0.85 * FUSE_A,
        for_s=600,
        source="practice: 90 % of the fuse",
    ),
    Limit(
        field="current_l1_a",
        severity=Severity.CRITICAL,
        above=FUSE_A,
        clear=0.95 * FUSE_A,
        for_s=600,
        source="practice: 100 % of the fuse",
    ),
    Limit(
        field="last_gasp",
        severity=Severity.CRITICAL,
        equals="true",
        source="vendors' practice: sent after 30 s without mains",
    ),
    Limit(
        field="cover_open",
        severity=Severity.WARNING,
        equals="true",
        source="practice: tampering",
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

FEEDER_SAG_V = 2.0  # at the end of the feeder, for each 500 W that its homes draw on average
SERVICE_LINE_OHM = (0.1, 0.3)
WORKING_V = 225.0  # near enough to know the current before the voltage is known
PV_W = (3_000.0, 6_000.0)
PV_PERFORMANCE = 0.8
SELF_HEATING_K = 4.0
COVER_OPEN_S = 900.0
COVER_OPEN_DUTY = 1.5e-5  # such a visit every two years
DISCONNECTED_S = 2 * 86_400.0
DISCONNECTED_DUTY = 5e-4


class SmartMeters:
    """Homes on one feeder, their demand, and the meters that register it."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._households = Households(
            count,
            rng,
            residents=options["residents"],
            night_heating_share=options["night_heating_share"],
        )
        self._pv_w = rng.uniform(*PV_W, count) * (rng.random(count) < options["pv_share"])
        self._feeder_sag_v = FEEDER_SAG_V * rng.random(count)
        self._line_ohm = rng.uniform(*SERVICE_LINE_OHM, count)
        self._flicker = Drift(count, rng, tau_s=120.0)
        self._warmth = Lag(tau_s=3600.0)
        self._covers = Switching(rng, COVER_OPEN_S)
        self._disconnections = Switching(rng, DISCONNECTED_S)
        self._import_kwh = rng.uniform(500.0, 40_000.0, count)
        self._export_kwh = rng.uniform(500.0, 20_000.0, count) * (self._pv_w > 0)
        self._failures = rng.poisson(8.0, count).astype(np.float64)
        self._supplied: bool | None = None

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; power is what the homes draw at `now`."""
        was_supplied, self._supplied = self._supplied, environment.grid.mains_on(now)
        if not self._supplied:
            return self._dark(gasping=was_supplied is True)
        if was_supplied is False:
            self._failures = self._failures + 1.0
        return self._lit(now, dt_s, environment)

    def _lit(self, now: datetime, dt_s: float, environment: SiteEnvironment) -> dict[str, Floats]:
        """Return the readings with the mains on."""
        place = self._population
        air_c = environment.weather.air(
            now, elevation_m=place.elevation_m, exposure=place.exposure
        ).temperature_c
        never = np.zeros(len(place))
        disconnected = self._disconnections.step(dt_s, never + DISCONNECTED_DUTY)
        demand = self._households.step(now, dt_s, air_c, environment.calendar.shares(now))
        sun_wm2 = environment.weather.sky(now).solar_radiation_wm2
        active_w = demand.active_w - self._solar_w(sun_wm2, air_c)
        demand = Demand(
            np.where(disconnected, 0.0, active_w),
            np.where(disconnected, 0.0, demand.reactive_var),
        )
        self._register(demand.active_w, dt_s)
        return {
            **self._electricity(demand, environment.grid.voltage_v(now), dt_s),
            **self._registers(),
            "frequency_hz": never + environment.grid.frequency_hz(now),
            "meter_temperature_c": self._warmth.step(dt_s, air_c + SELF_HEATING_K),
            "switch_state": disconnected.astype(np.float64),
            "cover_open": self._covers.step(dt_s, never + COVER_OPEN_DUTY).astype(np.float64),
            "last_gasp": never,
        }

    def _electricity(self, demand: Demand, transformer_v: float, dt_s: float) -> dict[str, Floats]:
        """Return voltage, current and power at the meters: U·I·pf = P, S² = P² + Q²."""
        apparent_va = np.hypot(demand.active_w, demand.reactive_var)
        flows = np.sign(demand.active_w) * apparent_va / WORKING_V
        voltage_v = (
            transformer_v
            - self._feeder_sag_v * demand.active_w.mean() / 500.0
            - self._line_ohm * flows
            + 0.4 * self._flicker.step(dt_s)
        )
        with np.errstate(invalid="ignore"):  # a disconnected home has no power factor
            power_factor = demand.active_w / apparent_va
        return {
            "voltage_l1_v": voltage_v,
            "current_l1_a": apparent_va / voltage_v,
            "active_power_w": demand.active_w,
            "reactive_power_var": demand.reactive_var,
            "power_factor": power_factor,
        }

    def _solar_w(self, sun_wm2: float, air_c: Floats) -> Floats:
        """Return what the panels feed in; cells warm by 0.03 K per W/m² and lose 0.4 %/K."""
        derating = 1.0 - 0.004 * (air_c + 0.03 * sun_wm2 - 25.0)
        return self._pv_w * PV_PERFORMANCE * derating * sun_wm2 / 1000.0

    def _register(self, active_w: Floats, dt_s: float) -> None:
        self._import_kwh = self._import_kwh + np.maximum(active_w, 0.0) * dt_s / 3.6e6
        self._export_kwh = self._export_kwh + np.maximum(-active_w, 0.0) * dt_s / 3.6e6

    def _registers(self) -> dict[str, Floats]:
        return {
            "energy_import_kwh": self._import_kwh,
            "energy_export_kwh": self._export_kwh,
            "power_failures_total": self._failures,
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
            **self._registers(),
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
