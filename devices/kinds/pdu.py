"""The power distribution unit of a rack: what its servers draw, on the supply that never fails."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.grid import NOMINAL_HZ, Grid
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.processes import Drift, Switching
from devices.physics.standby_power import GENERATOR, RackSupply, silenced
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled, state

FIELDS = (
    gauge(
        "voltage_l1_v",
        "Voltage",
        hard=(0, 500),
        typical=(215, 224),
        resolution=0.1,
        code="Redfish Circuit.Voltage",
        note="The output of the UPS, so steadier than the mains.",
    ),
    gauge(
        "current_l1_a",
        "Current",
        hard=(0, 400),
        typical=(2, 24),
        resolution=0.01,
        code="Redfish InputCurrentAmps",
    ),
    gauge(
        "active_power_w",
        "Active power",
        hard=(0, 60_000),
        typical=(1_000, 6_000),
        resolution=1,
        code="Redfish PowerWatts",
    ),
    gauge(
        "apparent_power_va",
        "Apparent power",
        hard=(0, 80_000),
        typical=(1_000, 6_000),
        resolution=1,
        code="Redfish PowerWatts.ApparentVA",
    ),
    gauge(
        "power_factor",
        "Power factor",
        hard=(0, 1),
        typical=(0.92, 1),
        resolution=0.001,
        code="Redfish PowerWatts.PowerFactor",
    ),
    gauge(
        "load_pct",
        "Load",
        hard=(0, 200),
        typical=(15, 80),
        resolution=0.1,
        code="Redfish PowerLoadPercent",
        note="Of the rated current, which is what trips the breaker.",
    ),
    gauge(
        "frequency_hz",
        "Frequency",
        hard=(45, 55),
        typical=(49.9, 50.1),
        resolution=0.01,
        code="Redfish FrequencyHz",
        note="That of the mains, as the UPS follows them; 50 on battery.",
    ),
    counter(
        "energy_import_kwh",
        "Energy",
        modulus=10_000_000,
        resolution=0.1,
        code="Redfish EnergykWh",
    ),
    state(
        "outlet_state",
        "Outlets",
        "on",
        "off",
        code="Redfish Outlet.PowerState",
        note="Off: somebody has switched the rack off.",
    ),
)

LIMITS = (
    Limit(
        field="load_pct",
        severity=Severity.WARNING,
        above=80.0,
        clear=75.0,
        for_s=600,
        source="practice: 80 % of the breaker, for continuous load",
    ),
    Limit(
        field="load_pct",
        severity=Severity.CRITICAL,
        above=90.0,
        clear=85.0,
        for_s=60,
        source="practice: 90 % of the breaker",
    ),
    Limit(
        field="voltage_l1_v",
        severity=Severity.WARNING,
        below=209.0,
        clear=212.0,
        for_s=60,
        source="practice: 220 V -5 % behind a UPS",
    ),
    Limit(
        field="outlet_state",
        severity=Severity.INFO,
        equals="off",
        source="practice: a rack without power",
    ),
)

OPTIONS = {
    "rated_w": Option(
        meaning="rating in W, 32 A at 220 V by default", default=7_040, hard=(500, 25_000)
    ),
    "load_ratio": Option(meaning="mean load ÷ rating", default=0.42, hard=(0.02, 1.0)),
    "generator": GENERATOR,
}

OUTPUT_V = 220.0
LOAD_SPREAD = (0.6, 1.4)
BUSBAR_DROP_V = 1.2  # between the UPS and the rack, at rated load
EFFICIENCY = 0.99  # servers get so much of what goes in
OFF_S, OFF_DUTY = 3 * 3600.0, 5e-4  # work on a rack
FULL_LOAD_FACTOR, IDLE_LACK = 0.99, 0.12  # power supplies correct worse at low load


class PowerDistributionUnits:
    """One unit for each rack; its load is the rack's servers and its own loss."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._rated_w = options["rated_w"]
        self._servers_w = (
            self._rated_w * options["load_ratio"] * EFFICIENCY * rng.uniform(*LOAD_SPREAD, count)
        )
        self._supply = RackSupply(count, rng, options["generator"])
        self._output_v = OUTPUT_V * (1.0 + rng.normal(0.0, 0.002, count))
        self._drift = Drift(count, rng, tau_s=1800.0)
        self._bustle = Drift(count, rng, tau_s=60.0)
        self._ripple = Drift(count, rng, tau_s=20.0)
        self._switched_off = Switching(rng, OFF_S)
        self._energy_kwh = rng.uniform(1_000.0, 90_000.0, count)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; without power there is nobody to report."""
        live = self._supply.on_for_s(now, environment.grid) > 0
        off = self._switched_off.step(dt_s, np.full_like(self._servers_w, OFF_DUTY))
        bustle = np.exp(0.05 * self._drift.step(dt_s) + 0.015 * self._bustle.step(dt_s))
        working_w = self._servers_w * environment.hall.work_ratio(now) * bustle / EFFICIENCY
        active_w = np.where(off, 0.0, working_w)
        self._energy_kwh = self._energy_kwh + live * active_w * dt_s / 3.6e6
        readings = {
            **self._electricity(active_w, dt_s),
            "frequency_hz": np.full_like(active_w, _frequency_hz(now, environment.grid)),
            "energy_import_kwh": self._energy_kwh,
            "outlet_state": off.astype(np.float64),
        }
        return silenced(readings, live)

    def _electricity(self, active_w: Floats, dt_s: float) -> dict[str, Floats]:
        """Return voltage, current and what follows from them; no power factor without load."""
        load_ratio = active_w / self._rated_w
        voltage_v = self._output_v - BUSBAR_DROP_V * load_ratio + 0.15 * self._ripple.step(dt_s)
        power_factor = FULL_LOAD_FACTOR - IDLE_LACK * np.exp(-load_ratio / 0.15)
        apparent_va = active_w / power_factor
        current_a = apparent_va / voltage_v
        return {
            "voltage_l1_v": voltage_v,
            "current_l1_a": current_a,
            "active_power_w": active_w,
            "apparent_power_va": apparent_va,
            "power_factor": np.where(active_w > 0, power_factor, np.nan),
            "load_pct": 100.0 * current_a / (self._rated_w / OUTPUT_V),
        }


def _frequency_hz(now: datetime, grid: Grid) -> float:
    return grid.frequency_hz(now) if grid.mains_on(now) else NOMINAL_HZ


KIND = Kind(
    name="pdu",
    family="datacentre",
    title="Rack PDU",
    summary="Power distribution unit of a server rack, metered at its input.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=30.0,
    model=PowerDistributionUnits,
)
