"""A battery that stores cheap energy and gives it back at the evening's peak."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.environment.grid import Grid
from devices.environment.localtime import hour_of_day
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.lithium import terminal_voltage_v
from devices.physics.processes import Drift, Lag, Switching
from devices.physics.storage import Flow, Storage
from devices.physics.supply import supplied_for_s
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

STATES = ("idle", "charging", "discharging", "standby", "fault")
IDLE, CHARGING, DISCHARGING, STANDBY, FAULT = range(len(STATES))

FIELDS = (
    state(
        "storage_state",
        "State",
        *STATES,
        note="Standby: disconnected, waiting for the mains to be back and steady.",
    ),
    gauge(
        "active_power_w",
        "Active power",
        hard=(-5_500_000, 5_500_000),
        typical=(-110_000, 110_000),
        resolution=10,
        code="SunSpec 713 W",
        note="Positive discharges into the grid, negative charges.",
    ),
    gauge(
        "soc_pct",
        "State of charge",
        hard=(0, 100),
        typical=(10, 95),
        resolution=0.1,
        code="SunSpec 713 SoC",
    ),
    gauge(
        "soh_pct",
        "State of health",
        hard=(0, 100),
        typical=(80, 100),
        resolution=0.1,
        code="SunSpec 713 SoH",
        note="What it still holds, divided by what it held when new.",
    ),
    gauge(
        "cell_voltage_min_v",
        "Lowest cell voltage",
        hard=(1.5, 4.5),
        typical=(2.9, 3.55),
        resolution=0.001,
        code="SunSpec 802 CellVMin",
    ),
    gauge(
        "cell_voltage_max_v",
        "Highest cell voltage",
        hard=(1.5, 4.5),
        typical=(2.9, 3.55),
        resolution=0.001,
        code="SunSpec 802 CellVMax",
    ),
    gauge(
        "battery_temperature_c",
        "Battery temperature",
        hard=(-40, 90),
        typical=(15, 35),
        resolution=0.1,
        note="Mean of the cells.",
    ),
    counter(
        "cycles_total",
        "Full cycles",
        modulus=100_000,
        resolution=0.01,
        code="SunSpec 802 NCyc",
        note="Energy discharged divided by the capacity.",
    ),
    counter("energy_import_kwh", "Energy charged", modulus=100_000_000, resolution=0.1),
    counter("energy_export_kwh", "Energy discharged", modulus=100_000_000, resolution=0.1),
)

LIMITS = (
    Limit(
        field="storage_state",
        severity=Severity.CRITICAL,
        equals="fault",
        for_s=60,
        source="practice: a faulty battery is watched until it is safe",
    ),
    Limit(
        field="battery_temperature_c",
        severity=Severity.WARNING,
        above=45.0,
        clear=40.0,
        for_s=60,
        source="practice: lithium iron phosphate ages fast above 45 °C",
    ),
    Limit(
        field="battery_temperature_c",
        severity=Severity.CRITICAL,
        above=55.0,
        clear=50.0,
        for_s=10,
        source="practice: disconnect at 55 °C",
    ),
    Limit(
        field="battery_temperature_c",
        severity=Severity.WARNING,
        below=5.0,
        clear=8.0,
        for_s=600,
        source="practice: charging near 0 °C plates lithium",
    ),
    Limit(
        field="cell_voltage_max_v",
        severity=Severity.CRITICAL,
        above=3.65,
        clear=3.55,
        for_s=5,
        source="cells' data sheets: charge limit of lithium iron phosphate",
    ),
    Limit(
        field="cell_voltage_min_v",
        severity=Severity.CRITICAL,
        below=2.5,
        clear=2.8,
        for_s=5,
        source="cells' data sheets: discharge limit of lithium iron phosphate",
    ),
    Limit(
        field="soh_pct",
        severity=Severity.WARNING,
        below=80.0,
        for_s=86_400,
        source="practice: end of warranty",
    ),
)

OPTIONS = {
    "rated_w": Option(
        meaning="rated power of a battery, W", default=100_000.0, hard=(3_000, 5_000_000)
    ),
    "capacity_kwh": Option(
        meaning="energy that a new battery holds, kWh", default=215.0, hard=(5, 20_000)
    ),
}

VALLEY_H = (0.0, 6.0)  # cheap energy, so charge
SUNNY_H = (11.5, 15.0)  # solar energy in excess, so charge again
CHARGING_SHARE = {VALLEY_H: 0.4, SUNNY_H: 0.5}  # of the rated power
PEAKS_H = ((8.0, 11.0), (17.0, 23.0))  # dear energy, so discharge as the load demands
PEAK_FROM_LOAD, PEAK_FULL_LOAD = 0.5, 3.0  # divided by the year's mean
RIPPLE = 0.03  # each follows its own customers' load, too
RIPPLE_S = 180.0

RECONNECT_S = (60.0, 180.0)
FAULT_S = 3 * 3600.0
FAULT_DUTY = 0.001

MOST_C = 2.0  # cells bear at most a power that empties them in half an hour
HEALTH_LOST_PCT_PER_CYCLE = 20.0 / 6_000.0
SPREAD_PCT = (0.3, 1.2)  # of charge, between the mean cell and either extreme one

HELD_AT_C = 23.0  # by the liquid cooling
OUTDOOR_SHARE = 0.12  # of the difference to the outdoor air that gets through
LOSSES_K = 9.0  # at rated power
WARMTH_S = 2 * 3600.0


class BatteryStorages:
    """Batteries of one site: one schedule, each with its own age, cells and ripple."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._population = population
        self._new_kwh = options["capacity_kwh"]
        self._rated_w = min(options["rated_w"], MOST_C * 1000.0 * self._new_kwh)
        self._cycles = rng.uniform(20.0, 2_000.0, count)
        self._health_new_pct = rng.uniform(99.0, 100.0, count)
        self._storage = Storage(rng.uniform(0.4, 0.6, count) * self._capacity_kwh())
        self._spread_pct = rng.uniform(*SPREAD_PCT, count)
        self._offset_c = rng.normal(0.0, 0.7, count)
        self._reconnect_s = rng.uniform(*RECONNECT_S, count)
        self._ripple = Drift(count, rng, tau_s=RIPPLE_S)
        self._faults = Switching(rng, FAULT_S)
        self._warmth = Lag(tau_s=WARMTH_S)
        self._export_kwh = self._cycles * self._new_kwh
        self._import_kwh = self._export_kwh * rng.uniform(1.13, 1.16, count)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; power is the mean since the last step, so that energy adds up."""
        place = self._population
        faulty = self._faults.step(dt_s, np.full(len(place), FAULT_DUTY))
        waiting = supplied_for_s(environment.grid, now) < self._reconnect_s
        wanted_w = np.where(faulty | waiting, 0.0, self._wanted_w(now, dt_s, environment.grid))
        flow = self._storage.step(dt_s, wanted_w, self._capacity_kwh())
        self._register(flow)
        air_c = environment.weather.air(
            now, elevation_m=place.elevation_m, exposure=place.exposure
        ).temperature_c
        online = np.select([flow.power_w > 0, flow.power_w < 0], [DISCHARGING, CHARGING], IDLE)
        states = np.select([faulty, waiting], [FAULT, STANDBY], online)
        return {
            "storage_state": states.astype(np.float64),
            "active_power_w": flow.power_w,
            **self._cells(flow.power_w),
            "battery_temperature_c": self._temperature_c(dt_s, flow.power_w, air_c),
            "cycles_total": self._cycles,
            "energy_import_kwh": self._import_kwh,
            "energy_export_kwh": self._export_kwh,
        }

    def _health_pct(self) -> Floats:
        return self._health_new_pct - HEALTH_LOST_PCT_PER_CYCLE * self._cycles

    def _capacity_kwh(self) -> Floats:
        return self._new_kwh * self._health_pct() / 100.0

    def _wanted_w(self, now: datetime, dt_s: float, grid: Grid) -> Floats:
        """Return what the schedule asks for, W, positive to discharge."""
        ripple = 1.0 + RIPPLE * np.clip(self._ripple.step(dt_s), -3.0, 3.0)
        hour = hour_of_day(now)
        for (start_h, end_h), share in CHARGING_SHARE.items():
            if start_h <= hour < end_h:
                return np.maximum(-self._rated_w * share * ripple, -self._rated_w)
        if not any(start_h <= hour < end_h for start_h, end_h in PEAKS_H):
            return np.zeros(len(self._population))
        over = (grid.load_ratio(now) - PEAK_FROM_LOAD) / (PEAK_FULL_LOAD - PEAK_FROM_LOAD)
        return np.minimum(self._rated_w * np.clip(over * ripple, 0.0, 1.0), self._rated_w)

    def _register(self, flow: Flow) -> None:
        self._import_kwh = self._import_kwh + flow.import_kwh
        self._export_kwh = self._export_kwh + flow.export_kwh
        self._cycles = self._cycles + flow.export_kwh / self._new_kwh

    def _cells(self, power_w: Floats) -> dict[str, Floats]:
        soc_pct = 100.0 * self._storage.energy_kwh / self._capacity_kwh()
        discharge_c: NDArray[np.float64] = power_w / 1000.0 / self._capacity_kwh()
        return {
            "soc_pct": soc_pct,
            "soh_pct": self._health_pct(),
            "cell_voltage_min_v": terminal_voltage_v(soc_pct - self._spread_pct, discharge_c),
            "cell_voltage_max_v": terminal_voltage_v(soc_pct + self._spread_pct, discharge_c),
        }

    def _temperature_c(self, dt_s: float, power_w: Floats, air_c: Floats) -> Floats:
        losses_k = LOSSES_K * (power_w / self._rated_w) ** 2
        settled_c = HELD_AT_C + OUTDOOR_SHARE * (air_c - HELD_AT_C) + losses_k + self._offset_c
        return self._warmth.step(dt_s, settled_c)


KIND = Kind(
    name="battery_storage",
    family="meters",
    title="Battery storage",
    summary="Lithium iron phosphate battery that charges at night and noon for the peaks.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=60.0,
    model=BatteryStorages,
)
