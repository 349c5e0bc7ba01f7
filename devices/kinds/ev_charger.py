"""A charger for electric cars."""

import math
from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.grid import Grid
from devices.environment.localtime import CHINA_STANDARD_TIME
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.charging_plans import HOME, PUBLIC, WORKPLACE, Places
from devices.physics.charging_sessions import (
    AVAILABLE,
    CHARGING,
    FAULTED,
    STATES,
    SUSPENDED_EVSE,
    ChargingSessions,
    Interruption,
    States,
)
from devices.physics.power_quality import HOME_VOLTAGE_LIMITS
from devices.physics.processes import Drift, Lag, Switching
from devices.physics.supply import supplied_for_s
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

FIELDS = (
    state(
        "charge_state",
        "State",
        *STATES,
        code="OCPP 1.6 ChargePointStatus",
        note="SuspendedEV: full, or waiting for cheap electricity.",
    ),
    gauge(
        "voltage_l1_v",
        "Voltage",
        hard=(0, 500),
        typical=(212, 234),
        resolution=0.1,
        code="OCPP 1.6 Voltage L1-N",
    ),
    gauge(
        "current_l1_a",
        "Current",
        hard=(0, 600),
        typical=(0, 200),
        resolution=0.01,
        code="OCPP 1.6 Current.Import L1",
        note="From 11 kW on, phases 2 and 3 carry the same.",
    ),
    gauge(
        "active_power_w",
        "Active power",
        hard=(0, 500_000),
        typical=(0, 120_000),
        resolution=1,
        code="OCPP 1.6 Power.Active.Import",
        note="Drawn from the grid by all phases.",
    ),
    gauge(
        "soc_pct",
        "State of charge of the car",
        hard=(0, 100),
        typical=(10, 98),
        resolution=1,
        code="OCPP 1.6 SoC",
        note="Only cars on direct current say it; absent without a car.",
    ),
    gauge(
        "session_energy_kwh",
        "Energy of the session",
        hard=(0, 1000),
        typical=(0, 65),
        resolution=0.001,
        note="Since the cable was plugged in; absent without a car.",
    ),
    gauge(
        "connector_temperature_c",
        "Connector temperature",
        hard=(-40, 120),
        typical=(-20, 60),
        resolution=0.1,
        code="OCPP 1.6 Temperature",
    ),
    counter(
        "energy_import_kwh",
        "Energy drawn",
        modulus=1_000_000,
        resolution=0.001,
        code="OCPP 1.6 Energy.Active.Import.Register",
    ),
)

LIMITS = (
    Limit(
        field="charge_state",
        severity=Severity.WARNING,
        equals="Faulted",
        for_s=300,
        source="practice: what a restart does not clear wants a visit",
    ),
    Limit(
        field="connector_temperature_c",
        severity=Severity.WARNING,
        above=75.0,
        clear=70.0,
        for_s=60,
        source="practice: chargers lower the current; a worn contact",
    ),
    Limit(
        field="connector_temperature_c",
        severity=Severity.CRITICAL,
        above=90.0,
        clear=70.0,
        for_s=5,
        source="practice: chargers cut off at 90 °C",
    ),
    *HOME_VOLTAGE_LIMITS,
)

OPTIONS = {
    "dc_share": Option(
        meaning="share of fast chargers with direct current, in public places",
        default=0.2,
        hard=(0, 1),
    ),
    "workplace_share": Option(
        meaning="share of workplaces among the chargers with alternating current",
        default=0.2,
        hard=(0, 1),
    ),
}

LOCAL_AHEAD_S = CHINA_STANDARD_TIME.utcoffset(None).total_seconds()

AC_W, AC_SHARES = (3_300.0, 7_000.0, 11_000.0), (0.2, 0.65, 0.15)
DC_W, DC_SHARES = (30_000.0, 60_000.0, 120_000.0, 180_000.0), (0.15, 0.4, 0.3, 0.15)
THREE_PHASES_FROM_W = 11_000.0
POWER_FACTOR = 0.99
SAG_V = (1.0, 4.0)  # at full power, in the charger's own line

CONTACT_K = (18.0, 38.0)  # how much each connector warms at full power
CONTACT_S = 600.0
BOX_K = 3.0  # electronics keep it that much warmer than the air

BOOT_S = (20.0, 60.0)  # after an outage, until the charger speaks again
RESUME_S = (90.0, 300.0)  # and until it charges, each at its own time to spare the grid
FAULT_S = 3 * 3600.0
FAULT_DUTY = 0.002


class EvChargers:
    """Chargers of one site: at homes, workplaces and in public, each with its own visitors."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._places = _places(count, rng, options["dc_share"], options["workplace_share"])
        self._direct = self._places == PUBLIC
        self._charger_w = np.where(
            self._direct, rng.choice(DC_W, count, p=DC_SHARES), rng.choice(AC_W, count, p=AC_SHARES)
        )
        self._phases = np.where(self._charger_w >= THREE_PHASES_FROM_W, 3.0, 1.0)
        self._sessions = ChargingSessions(self._places, self._charger_w, rng)
        self._sag_v = rng.uniform(*SAG_V, count)
        self._contact_k = rng.uniform(*CONTACT_K, count)
        self._boot_s = rng.uniform(*BOOT_S, count)
        self._resume_s = rng.uniform(*RESUME_S, count)
        self._faults = Switching(rng, FAULT_S)
        self._flicker = Drift(count, rng, tau_s=120.0)
        self._warmth = Lag(tau_s=CONTACT_S)
        self._before_kwh = rng.uniform(100.0, 5_000.0, count) * self._charger_w / 7_000.0

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; a charger without mains is silent until it has booted again."""
        place = self._population
        faulty = self._faults.step(dt_s, np.full(len(place), FAULT_DUTY))
        self._sessions.step(
            _local_s(now.timestamp()),
            dt_s,
            Interruption(*self._outage(now, environment.grid), faulty),
            free_day=environment.calendar.is_free(now),
        )
        supplied_s = supplied_for_s(environment.grid, now)
        states = self._sessions.states
        states[(states == CHARGING) & (supplied_s < self._resume_s)] = SUSPENDED_EVSE
        states[faulty] = FAULTED
        power_w = np.where(states == CHARGING, self._sessions.power_w, 0.0)
        air_c = environment.weather.air(
            now, elevation_m=place.elevation_m, exposure=place.exposure
        ).temperature_c
        load = power_w / self._charger_w
        readings = {
            "charge_state": states.astype(np.float64),
            **self._electricity(dt_s, power_w, environment.grid.voltage_v(now)),
            **self._car(states),
            "connector_temperature_c": self._warmth.step(
                dt_s, air_c + BOX_K + self._contact_k * load**2
            ),
            "energy_import_kwh": self._before_kwh + self._sessions.total_kwh,
        }
        dark = supplied_s < self._boot_s
        return {name: np.where(dark, np.nan, values) for name, values in readings.items()}

    def _outage(self, now: datetime, grid: Grid) -> tuple[float, Floats]:
        """Return when the last outage began, and when each charger charges again."""
        outage = grid.last_outage(now)
        if outage is None:
            return math.inf, self._resume_s - math.inf
        return _local_s(outage.start_s), _local_s(outage.end_s) + self._resume_s

    def _electricity(self, dt_s: float, power_w: Floats, mains_v: float) -> dict[str, Floats]:
        """Return voltage, current and power: phases · U · I · pf = P."""
        load = power_w / self._charger_w
        voltage_v = mains_v - self._sag_v * load + 0.4 * self._flicker.step(dt_s)
        return {
            "voltage_l1_v": voltage_v,
            "current_l1_a": power_w / (self._phases * voltage_v * POWER_FACTOR),
            "active_power_w": power_w,
        }

    def _car(self, states: States) -> dict[str, Floats]:
        """Return what is known of the car, absent where there is none or nobody can tell."""
        absent = (states == AVAILABLE) | (states == FAULTED)
        return {
            "soc_pct": np.where(absent | ~self._direct, np.nan, self._sessions.soc_pct),
            "session_energy_kwh": np.where(absent, np.nan, self._sessions.session_kwh),
        }


def _places(
    count: int, rng: np.random.Generator, dc_share: float, workplace_share: float
) -> Places:
    at_work = np.where(rng.random(count) < workplace_share, WORKPLACE, HOME)
    return np.where(rng.random(count) < dc_share, PUBLIC, at_work)


def _local_s(time_s: float) -> float:
    """Return a Unix time as seconds on the local clock."""
    return time_s + LOCAL_AHEAD_S


KIND = Kind(
    name="ev_charger",
    family="meters",
    title="Charger for cars",
    summary="Charger for electric cars: alternating current at homes and work, direct in public.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=60.0,
    model=EvChargers,
)
