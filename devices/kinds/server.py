"""A server as its management controller sees it: work, power, heat and traffic."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.hall import Hall
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.processes import Booleans, Drift, Lag, Switching, happens
from devices.physics.server_power import (
    Envelope,
    fan_rpm,
    power_share,
    power_w,
    processor_c,
    sustained,
)
from devices.physics.standby_power import GENERATOR, RackSupply, silenced
from devices.schema import Kind, Limit, Option, Severity, gauge, settled, state

ON, BOOTING, OFF = range(3)

FIELDS = (
    gauge(
        "cpu_utilization_pct",
        "CPU utilisation",
        hard=(0, 100),
        typical=(8, 65),
        resolution=0.1,
        code="Redfish ProcessorMetrics.BandwidthPercent",
    ),
    gauge(
        "memory_utilization_pct",
        "Memory utilisation",
        hard=(0, 100),
        typical=(25, 85),
        resolution=0.1,
    ),
    gauge(
        "active_power_w",
        "Power",
        hard=(0, 15_000),
        typical=(150, 800),
        resolution=1,
        code="Redfish PowerConsumedWatts",
    ),
    gauge(
        "cpu_temperature_c",
        "CPU temperature",
        hard=(-10, 125),
        typical=(35, 80),
        resolution=1,
        code="Redfish TemperatureCelsius, PhysicalContext CPU",
    ),
    gauge(
        "inlet_temperature_c",
        "Inlet temperature",
        hard=(-10, 80),
        typical=(18, 27),
        resolution=1,
        code="Redfish TemperatureCelsius, PhysicalContext Intake",
    ),
    gauge(
        "fan_speed_rpm",
        "Fan speed",
        hard=(0, 30_000),
        typical=(3_000, 12_000),
        resolution=60,
        code="Redfish SpeedRPM",
    ),
    gauge(
        "nic_rx_bps",
        "Network received",
        hard=(0, 400e9),
        typical=(1e6, 5e9),
        resolution=1_000,
        code="RFC 2863 ifHCInOctets, as a rate",
    ),
    gauge(
        "nic_tx_bps",
        "Network sent",
        hard=(0, 400e9),
        typical=(1e6, 5e9),
        resolution=1_000,
        code="RFC 2863 ifHCOutOctets, as a rate",
    ),
    gauge(
        "disk_used_pct",
        "Disk used",
        hard=(0, 100),
        typical=(15, 90),
        resolution=0.1,
    ),
    gauge(
        "uptime_s",
        "Uptime",
        hard=(0, 1e9),
        resolution=1,
        code="RFC 1213 sysUpTime",
        note="Starts again from 0 at every boot, so it is no register.",
    ),
    state(
        "power_state",
        "Power state",
        "on",
        "booting",
        "off",
        code="Redfish PowerState",
        note="Switched off, only the management controller reports; without power nobody does.",
    ),
)

LIMITS = (
    Limit(
        field="inlet_temperature_c",
        severity=Severity.WARNING,
        above=27.0,
        clear=26.0,
        for_s=600,
        source="ASHRAE TC 9.9 2021: recommended 18 to 27 °C",
    ),
    Limit(
        field="inlet_temperature_c",
        severity=Severity.CRITICAL,
        above=32.0,
        clear=30.0,
        for_s=60,
        source="ASHRAE TC 9.9 2021: allowable A1 up to 32 °C",
    ),
    Limit(
        field="cpu_temperature_c",
        severity=Severity.WARNING,
        above=85.0,
        clear=80.0,
        for_s=300,
        source="practice: 10 K below where processors slow down",
    ),
    Limit(
        field="cpu_temperature_c",
        severity=Severity.CRITICAL,
        above=94.0,
        clear=90.0,
        for_s=60,
        source="practice: processors slow down here",
    ),
    Limit(
        field="cpu_utilization_pct",
        severity=Severity.WARNING,
        above=95.0,
        clear=85.0,
        for_s=1800,
        source="practice: nothing left for a peak",
    ),
    Limit(
        field="memory_utilization_pct",
        severity=Severity.WARNING,
        above=95.0,
        clear=92.0,
        for_s=600,
        source="practice: next is swapping",
    ),
    Limit(
        field="disk_used_pct",
        severity=Severity.WARNING,
        above=90.0,
        clear=88.0,
        for_s=3600,
        source="practice: 10 % free",
    ),
    Limit(
        field="disk_used_pct",
        severity=Severity.CRITICAL,
        above=97.0,
        clear=95.0,
        for_s=600,
        source="practice: writes fail soon",
    ),
)

OPTIONS = {
    "idle_w": Option(meaning="mean power without work in W", default=180, hard=(20, 2_000)),
    "max_w": Option(meaning="mean power at full work in W", default=560, hard=(50, 4_000)),
    "gpu_share": Option(
        meaning="share of nodes with accelerators, 3 to 10 kW each", default=0.0, hard=(0, 1)
    ),
    "generator": GENERATOR,
}

GPU_MAX_W = (3_000.0, 10_000.0)
GPU_IDLE_SHARE = 0.25
JOB_S, JOB_DUTY = 6 * 3600.0, 0.8
JOB_UTILIZATION = (0.7, 0.95)
BETWEEN_JOBS = 0.04
UTILIZATION = (0.14, 0.5)
MEMORY_PCT = (38.0, 72.0)
DISK_PCT = (25.0, 80.0)
WORKING_BPS = 150e6  # median of a server at half its work

RECIRCULATION_K = (0.3, 3.5)  # by height in the rack
AIR_LAG_S = 180.0
HEAT_SINK_LAG_S = 45.0
FAN_LAG_S = 15.0
BOOT_S = (150.0, 300.0)
BOOT_UTILIZATION = 0.3
OFF_S, OFF_DUTY = 4 * 3600.0, 2e-3
BETWEEN_REBOOTS_S = 60 * 86_400.0
STANDBY_W = 12.0


class Servers:
    """Servers of one hall: each has work of its own, all have the hall's busy hours."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        self._place_ratio = population.place_ratio
        self._gpu = rng.random(count) < options["gpu_share"]
        self._envelope = _envelope(options, self._gpu, rng)
        self._utilization = rng.uniform(*UTILIZATION, count)
        self._job_utilization = rng.uniform(*JOB_UTILIZATION, count)
        self._memory_pct = rng.uniform(*MEMORY_PCT, count)
        self._disk_pct = rng.uniform(*DISK_PCT, count)
        self._receiving = np.exp(rng.normal(0.0, 0.6, count))
        self._sending = np.exp(rng.normal(0.0, 0.6, count))
        self._recirculation_k = rng.uniform(*RECIRCULATION_K, count)
        self._boot_s = rng.uniform(*BOOT_S, count)
        self._up_s = rng.exponential(BETWEEN_REBOOTS_S, count)
        self._supply = RackSupply(count, rng, options["generator"])
        self._rng = rng
        self._jobs = Switching(rng, JOB_S)
        self._switched_off = Switching(rng, OFF_S)
        self._demand = Drift(count, rng, tau_s=1200.0)
        self._burst = Drift(count, rng, tau_s=20.0)
        self._cache = Drift(count, rng, tau_s=3 * 3600.0)
        self._files = Drift(count, rng, tau_s=10 * 86_400.0)
        self._inlet = Lag(AIR_LAG_S)
        self._processor = Lag(HEAT_SINK_LAG_S)
        self._fan = Lag(FAN_LAG_S)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; what the operating system knows is missing while it is not up."""
        on_for_s = self._supply.on_for_s(now, environment.grid)
        power_state = self._power_state(dt_s, on_for_s)
        utilization = self._work(now, dt_s, environment.hall, power_state)
        supply_c = environment.hall.supply_temperature_c(now, self._place_ratio)
        readings = {
            **self._heat(dt_s, utilization, supply_c, powered=power_state != OFF),
            **self._system(dt_s, utilization, up=power_state == ON),
            "power_state": power_state,
        }
        return silenced(readings, on_for_s > 0)

    def _power_state(self, dt_s: float, on_for_s: Floats) -> Floats:
        """Count the uptime on, from minus the time a boot takes, and return the states."""
        off = self._switched_off.step(dt_s, np.full_like(self._up_s, OFF_DUTY))
        reboots = happens(self._rng, len(off), dt_s, BETWEEN_REBOOTS_S)
        self._up_s = np.where(off | reboots, -self._boot_s, self._up_s + dt_s)
        self._up_s = np.minimum(self._up_s, on_for_s - self._boot_s)
        return np.select([off, self._up_s < 0], [float(OFF), float(BOOTING)], float(ON))

    def _work(self, now: datetime, dt_s: float, hall: Hall, power_state: Floats) -> Floats:
        """Return the utilisation, 0…1: many small requests, or long jobs on accelerators."""
        bustle = np.exp(0.2 * self._demand.step(dt_s) + 0.1 * self._burst.step(dt_s))
        serving = np.minimum(self._utilization * hall.work_ratio(now) * bustle, 1.0)
        busy = self._jobs.step(dt_s, np.full_like(serving, JOB_DUTY))
        computing = np.where(busy, self._job_utilization, BETWEEN_JOBS)
        working = np.where(self._gpu, computing, serving)
        return np.where(power_state == BOOTING, BOOT_UTILIZATION, working)

    def _heat(
        self, dt_s: float, utilization: Floats, supply_c: Floats, *, powered: Booleans
    ) -> dict[str, Floats]:
        """Return power and temperatures: hot air slows the processors before it harms them."""
        inlet_c = self._inlet.step(dt_s, supply_c + self._recirculation_k)
        share = sustained(power_share(utilization), inlet_c)
        settled_c = np.where(powered, processor_c(share, inlet_c), inlet_c)
        hot_c = self._processor.step(dt_s, settled_c)
        return {
            "active_power_w": np.where(powered, power_w(self._envelope, share), STANDBY_W),
            "cpu_temperature_c": hot_c,
            "inlet_temperature_c": inlet_c,
            "fan_speed_rpm": self._fan.step(dt_s, np.where(powered, fan_rpm(hot_c), 0.0)),
        }

    def _system(self, dt_s: float, utilization: Floats, *, up: Booleans) -> dict[str, Floats]:
        """Return what only the operating system knows; absent while it is not up."""
        cache, files = self._cache.step(dt_s), self._files.step(dt_s)
        bits = 2.0 * WORKING_BPS * utilization
        known = {
            "cpu_utilization_pct": 100.0 * utilization,
            "memory_utilization_pct": np.clip(self._memory_pct + 4.0 * cache, 0.0, 100.0),
            "nic_rx_bps": bits * self._receiving * np.exp(0.4 * cache),
            "nic_tx_bps": bits * self._sending * np.exp(0.4 * cache),
            "disk_used_pct": np.clip(self._disk_pct + 3.0 * files, 0.0, 100.0),
            "uptime_s": self._up_s,
        }
        return {name: np.where(up, values, np.nan) for name, values in known.items()}


def _envelope(options: Mapping[str, float], gpu: Booleans, rng: np.random.Generator) -> Envelope:
    size = np.exp(rng.normal(0.0, 0.1, len(gpu)))
    idle_w = size * options["idle_w"]
    max_w = size * max(options["max_w"], options["idle_w"])
    gpu_max_w = rng.uniform(*GPU_MAX_W, len(gpu))
    return Envelope(
        idle_w=np.where(gpu, GPU_IDLE_SHARE * gpu_max_w, idle_w),
        max_w=np.where(gpu, gpu_max_w, max_w),
    )


KIND = Kind(
    name="server",
    family="datacentre",
    title="Server",
    summary="A server's work, power, temperatures and traffic.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=30.0,
    model=Servers,
)
